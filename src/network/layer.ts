// SPDX-License-Identifier: Apache-2.0
// One layer of a network, and a whole network as a list of them.
//
// A fully connected layer is a convolution whose kernel covers its whole input,
// so one description serves both. Maps are ordered [row][column][channel],
// filters [filter][row][column][channel of its group].
//
// What a layer does, in this order: sums, normalisation, the shortcut's map
// added, ReLU, pooling. A residual block is two layers, the second with a
// shortcut; its 1x1 convolution, where it has one, is a third.

/** Size of a map of activations. */
export interface MapShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** What a tap of a layer does: `adder` sums -|x - w|, `multiply` sums x w. */
export type Cell = 'adder' | 'multiply';

/** How a window of outputs becomes one. */
export type PoolKind = 'max' | 'average';

/** What a layer reads when it reads the pictures themselves. */
export const picture = 'image';

/** A convolution with what follows it: normalisation, shortcut, ReLU, pooling. */
export interface Layer {
  /** Unique in its network, for example `conv1`; not `image`. */
  readonly name: string;
  readonly cell: Cell;
  /** Name of an earlier layer whose map this one reads, or `image`. */
  readonly source: string;
  /** Name of an earlier layer whose map is added after normalisation; null for none. */
  readonly shortcut: string | null;
  readonly input: MapShape;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  /** Number of output channels. */
  readonly filters: number;
  /** Step between output pixels, both axes; at least 1. */
  readonly stride: number;
  /** Rows and columns added on every side of the input; at least 0. */
  readonly padding: number;
  /** Step between kernel taps, both axes; at least 1. */
  readonly dilation: number;
  /** Channels and filters fall into so many groups that do not mix; equal to the channels it is depthwise. */
  readonly groups: number;
  /** Whether outputs below zero become zero. */
  readonly relu: boolean;
  readonly poolKind: PoolKind;
  /** Side of the pooling window; 1 means no pooling. Windows that do not fit are dropped. */
  readonly pool: number;
  /** Step between pooling windows. */
  readonly poolStride: number;
  /** Rows and columns around the convolved map that windows may reach into; they never win and never count in an average's sum. */
  readonly poolPadding: number;
}

/** A feed-forward network; every layer reads maps of layers before it. The last layer's map holds the class scores. */
export interface Network {
  readonly name: string;
  readonly layers: readonly Layer[];
}
