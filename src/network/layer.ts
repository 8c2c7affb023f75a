// SPDX-License-Identifier: Apache-2.0
// One layer of an adder network, and a whole network as a list of them.
//
// A fully connected layer is a convolution whose kernel covers its whole input,
// so one description serves both. Maps are ordered [row][column][channel],
// filters [filter][row][column][channel].

/** Size of a map of activations. */
export interface MapShape {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** An adder convolution with what follows it: normalisation, ReLU, max-pooling. */
export interface AdderLayer {
  /** Unique in its network, for example `conv1`. */
  readonly name: string;
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
  /** Whether outputs below zero become zero. */
  readonly relu: boolean;
  /** Side and step of the max-pooling window; 1 means no pooling. A remainder is dropped. */
  readonly pool: number;
}

/** A feed-forward adder network: every layer reads the map that the one before it wrote. */
export interface Network {
  readonly name: string;
  readonly layers: readonly AdderLayer[];
}
