// SPDX-License-Identifier: Apache-2.0
// From a layer's sums to its map, for many images: in real numbers, and in the integers of docs/numerics.md.

import { batchNormEpsilon, type FloatLayer, type QuantizedLayer } from '../network/index.ts';
import { forEachLanes, type LaneMap, lanes, poolMap } from './lane-maps.ts';

/** Slopes of a layer's normalisation; 0 for a channel whose variance is 0, which was constant in training. */
export function slopesOf({ gamma, variance }: FloatLayer): Float64Array {
  return Float64Array.from(gamma, (slope, filter) =>
    variance[filter] === 0 ? 0 : slope / Math.sqrt(variance[filter]! + batchNormEpsilon),
  );
}

/** Turns sums into a = slope (y - mean) + beta + shortcut, in place; y is minus the sum where taps add. */
export function normalizeSums(float: FloatLayer, sums: LaneMap, shortcut: LaneMap | undefined): void {
  const slopes = slopesOf(float);
  const offsets = slopes.map((slope, filter) => float.beta[filter]! - slope * float.mean[filter]!);
  const sign = float.layer.cell === 'adder' ? -1 : 1;
  forEachLanes(sums.length, slopes.length, (base, filter) => {
    const [slope, offset] = [sign * slopes[filter]!, offsets[filter]!];
    for (let i = base; i < base + lanes; i++) sums[i] = slope * sums[i]! + offset + (shortcut ? shortcut[i]! : 0);
  });
}

/** ReLU, in place, and pooling of a layer's real values. */
export function finishMap({ layer }: FloatLayer, map: LaneMap): LaneMap {
  if (layer.relu) for (let i = 0; i < map.length; i++) if (map[i]! < 0) map[i] = 0;
  return poolMap(layer, map, (sum) => sum / layer.pool ** 2);
}

/** Codes of integer sums, before pooling. */
export function foldSums(quantized: QuantizedLayer, sums: LaneMap, shortcut: LaneMap | undefined): LaneMap {
  const { layer, mul, shortcutMul, add, shift, low, bits } = quantized;
  const top = 2 ** bits - 1;
  const codes = new Float32Array(sums.length);
  forEachLanes(sums.length, layer.filters, (base, filter) => {
    const [slope, offset, scale] = [mul[filter]!, add[filter]!, 2 ** -shift[filter]!];
    const added = shortcut ? shortcutMul[filter]! : 0;
    for (let i = base; i < base + lanes; i++) {
      const code = Math.floor((sums[i]! * slope + (shortcut ? shortcut[i]! * added : 0) + offset) * scale);
      codes[i] = code < low ? low : code > top ? top : code;
    }
  });
  return codes;
}

/** Pooling of codes. */
export function poolCodes({ layer, poolShift }: QuantizedLayer, codes: LaneMap): LaneMap {
  const half = poolShift === 0 ? 0 : 2 ** (poolShift - 1);
  return poolMap(layer, codes, (sum) => Math.floor((sum + half) / 2 ** poolShift));
}
