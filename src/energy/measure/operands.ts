// SPDX-License-Identifier: Apache-2.0
// What cells of the array see of a network's layers: runs of neighbouring pixels of some filters in some images, tap by
// tap, as many taps of each layer as of the others. Layers of the same shapes give taps of the same places.

import { type Codes, type FloatModel, layerGeometry, type QuantizedNetwork, sourceOf } from '../../network/index.ts';
import type { ArrayOperands } from '../array-events.ts';

/** Images, and what every layer of a network gives for them. */
export interface Inferred {
  /** Codes of `count` pictures. */
  readonly images: Codes;
  readonly count: number;
  readonly maps: readonly Codes[];
}

/** Taps of a grid of cells: a row sees an image, a column a filter. Weights of layers that multiply are two's complement. */
export interface Operands extends ArrayOperands {
  /** Weights of each column, two's complement: the float weights themselves by a scale a layer, not clamped. */
  readonly floatWeights?: readonly Uint8Array[];
}

/** Pixels in a row of a filter before another filter and place are taken. */
const RUN = 8;

/** Numbers below n, the same every time. */
function numbers(): (n: number) => number {
  let state = 12_345;
  return (n) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

/** What is taken. */
export interface OperandOptions {
  /** Cells of the grid. @defaultValue 1 */
  readonly rows?: number;
  readonly columns?: number;
  /** Weights before they were quantized. @defaultValue none: no `floatWeights` */
  readonly float?: FloatModel | undefined;
  /**
   * Indexes of the layers that taps are taken of, where they have one group and as many filters as columns.
   * @defaultValue all that add
   */
  readonly layers?: readonly number[];
}

/** Indexes of a network's layers that add. */
export function addingLayers({ layers }: QuantizedNetwork): number[] {
  return [...layers.keys()].filter((index) => layers[index]!.layer.cell === 'adder');
}

/**
 * Takes operands from an inference of at least as many images as there are rows.
 * @param taps of each layer, at least
 */
export function realOperands(
  net: QuantizedNetwork,
  { images, count, maps }: Inferred,
  taps: number,
  { rows = 1, columns = 1, float, layers = addingLayers(net) }: OperandOptions = {},
): Operands {
  const pick = numbers();
  const empty = (length: number): number[][] => Array.from({ length }, () => []);
  const [x, w, signed, first] = [empty(rows), empty(columns), empty(columns), new Set<number>()];
  const top = 2 ** (net.bits - 1);
  net.layers.forEach(({ layer, weights, padCodes }, index) => {
    const { kernelHeight, kernelWidth, filters, stride, padding, dilation, groups, input } = layer;
    if (groups !== 1 || filters < columns || !layers.includes(index)) return;
    const source = sourceOf(net.network, index);
    const map = source < 0 ? images : maps[source]!;
    const { height, width, channels } = input;
    const { convolved } = layerGeometry(layer);
    const pixels = convolved.height * convolved.width;
    const floats = float?.layers[index]!.weights;
    const scale = floats ? (top - 1) / floats.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0) : 0;
    const end = x[0]!.length + taps;
    while (x[0]!.length < end) {
      const image = pick(count - rows + 1);
      const filter = pick(filters - columns + 1);
      const start = pick(pixels);
      for (let pixel = start; pixel < Math.min(start + RUN, pixels); pixel++) {
        const [row, column] = [Math.floor(pixel / convolved.width), pixel % convolved.width];
        first.add(x[0]!.length);
        for (let tap = 0; tap < kernelHeight * kernelWidth * channels; tap++) {
          const channel = tap % channels;
          const kernel = Math.floor(tap / channels);
          const y = row * stride - padding + Math.floor(kernel / kernelWidth) * dilation;
          const at = column * stride - padding + (kernel % kernelWidth) * dilation;
          const onMap = y >= 0 && y < height && at >= 0 && at < width;
          x.forEach((codes, r) => {
            const place = (((image + r) * height + y) * width + at) * channels + channel;
            codes.push(onMap ? map[place]! : padCodes[channel]!);
          });
          for (let c = 0; c < columns; c++) {
            const place = (filter + c) * kernelHeight * kernelWidth * channels + tap;
            w[c]!.push(weights[place]! & (2 * top - 1)); // two's complement where it is signed
            if (floats) signed[c]!.push(Math.round(floats[place]! * scale) & (2 * top - 1));
          }
        }
      }
    }
  });
  const bytes = (lists: readonly number[][]): Uint8Array[] => lists.map((list) => Uint8Array.from(list));
  return {
    x: bytes(x),
    w: bytes(w),
    ...(float ? { floatWeights: bytes(signed) } : {}),
    first: Uint8Array.from({ length: x[0]!.length }, (_, i) => Number(first.has(i))),
  };
}
