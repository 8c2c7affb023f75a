// SPDX-License-Identifier: Apache-2.0
// A pass in floating point that computes what integers will: every map, weight
// and picture has the value of its code.

import type { Grid, Pass } from '../kernel/index.ts';
import { type FloatModel, outputBits, type QuantizedLayer, sourceOf } from '../network/index.ts';
import type { CodeScale, Quantized } from '../quantize/index.ts';
import { type CodeGrid, pictureGrid, roundPictures, roundWeights } from './rounding.ts';

/** The grids of a network's maps, and what to do with them. */
export interface Rounding {
  /** Grid of every layer's values before they are averaged; none for the scores. */
  readonly maps: readonly (Grid | undefined)[];
  readonly pictures: CodeGrid | undefined;
  /** Writes weights of the first model, rounded, into the second, which shares all else with it. */
  round(from: FloatModel, into: FloatModel): void;
}

/** Takes the grids from the integers that a model has before it is fine-tuned. */
export function prepareRounding({ network, input }: FloatModel, { net, scales }: Quantized): Rounding {
  const last = net.layers.length - 1;
  const pictures = pictureGrid(input, net.imageBits);
  const outputs = net.layers.map((layer, index) => readGrid(layer, scales[index]!));
  const inputs = network.layers.map((_, index) => outputs[sourceOf(network, index)] ?? pictures);
  return {
    maps: net.layers.map(({ bits }, index) => {
      const { step, zero } = scales[index]!;
      return index === last ? undefined : { step, low: -zero, high: 2 ** bits - 1 - zero };
    }),
    // Raw pixels are codes of eight bits already.
    pictures: net.imageBits < 8 ? pictures : undefined,
    round: (from, into) => {
      const weights = into.layers.map((layer) => layer.weights);
      roundWeights(from, inputs, Math.max(net.bits, 8), weights);
    },
  };
}

/** What the readers of a layer's map find; an average's code counts in parts of the window that the shift leaves. */
function readGrid(layer: QuantizedLayer, { step, zero }: CodeScale): CodeGrid {
  const { poolKind, pool, filters } = layer.layer;
  const finer = poolKind === 'average' ? pool ** 2 / 2 ** layer.poolShift : 1;
  return {
    steps: Array.from({ length: filters }, () => step / finer),
    zeros: Array.from({ length: filters }, () => zero * finer),
    top: 2 ** outputBits(layer) - 1,
  };
}

/** A pass whose maps and pictures are rounded. */
export function roundingPass(pass: Pass, { maps, pictures }: Rounding): Pass {
  maps.forEach((grid, index) => pass.setGrid(index, grid));
  if (pictures === undefined) return pass;
  return {
    ...pass,
    load: (...args) => {
      pass.load(...args);
      roundPictures(pass, pictures);
    },
  };
}
