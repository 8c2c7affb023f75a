// SPDX-License-Identifier: Apache-2.0
// The maps of a network for one batch: one for the pictures and one for every
// layer, each inside a border as wide as the widest padding of its readers, so
// that any number of layers read the same map.

import { type Layer, type Network, pictureShape, shortcutOf, sourceOf } from '../network/index.ts';
import { type Dims, dimsOf, mapLength } from './dims.ts';
import type { Kernel } from './kernel.ts';

/** Gradients of one layer. */
export interface Gradients {
  readonly weights: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
}

/** One layer's maps and statistics for the batch at hand; maps are [chunk][row][column][channel][lane]. */
export interface Stage {
  readonly layer: Layer;
  /** Index of the stage whose map it reads; -1 for the pictures. */
  readonly source: number;
  /** Index of the stage whose map is added; -1 for none. */
  readonly shortcut: number;
  readonly dims: Dims;
  /** The map it reads, inside a border of `xPadding` rows and columns on every side. */
  readonly x: Float32Array;
  readonly xPadding: number;
  /** Sums of the convolved pixels that pooling reaches, without a border; after the backward pass, their gradient. */
  readonly y: Float32Array;
  /** Pooled output, inside a border of `outPadding` zeros. */
  readonly out: Float32Array;
  readonly outPadding: number;
  /** Gradient of the output, without a border; the backward pass overwrites it. */
  readonly dout: Float32Array;
  readonly gradients: Gradients;
  /** Mean and variance of y in the last training pass. */
  readonly mean: Float32Array;
  readonly variance: Float64Array;
}

/** The map of the pictures. */
export interface PictureMap {
  readonly values: Float32Array;
  /** Rows and columns around the pictures. */
  readonly border: number;
}

/** Allocates all maps of `chunks` times sixteen images. */
export function allocateStages(
  kernel: Kernel,
  network: Network,
  chunks: number,
): { readonly picture: PictureMap; readonly stages: readonly Stage[] } {
  const { layers } = network;
  const sources = layers.map((_, index) => sourceOf(network, index));
  const borderOf = (source: number): number =>
    Math.max(0, ...layers.filter((_, index) => sources[index] === source).map(({ padding }) => padding));
  const border = borderOf(-1);
  const picture = { values: kernel.allocate(mapLength(pictureShape(network), chunks, border)), border };
  const stages: Stage[] = [];
  layers.forEach((layer, index) => {
    const source = sources[index]!;
    const shortcut = shortcutOf(network, index);
    const read = stages[source];
    const xPadding = read?.outPadding ?? border;
    const outPadding = borderOf(index);
    const added = stages[shortcut]?.outPadding ?? 0;
    const dims = dimsOf(layer, chunks, { input: xPadding, output: outPadding, added });
    const { filters, taps } = dims;
    stages.push({
      layer,
      source,
      shortcut,
      dims,
      x: read?.out ?? picture.values,
      xPadding,
      y: kernel.allocate(dims.convolvedLength),
      out: kernel.allocate(dims.outputLength),
      outPadding,
      dout: kernel.allocate(dims.gradientLength),
      gradients: {
        weights: new Float32Array(filters * taps),
        gamma: new Float32Array(filters),
        beta: new Float32Array(filters),
      },
      mean: new Float32Array(filters),
      variance: new Float64Array(filters),
    });
  });
  return { picture, stages };
}
