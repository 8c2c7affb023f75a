// SPDX-License-Identifier: Apache-2.0
// Two layers that add, and the same two that multiply, with pictures: what the contract of all devices is tried on.

import {
  type Layer,
  layerGeometry,
  mapSize,
  type QuantizedLayer,
  type QuantizedNetwork,
} from '../../src/network/index.ts';
import { layerOf, networkOf, quantizedOf } from './layer-of.ts';

/** Numbers that look random and are the same everywhere. */
function scrambled(length: number, below: number, salt: number): number[] {
  return Array.from({ length }, (_, i) => (Math.imul(i + salt, 2_654_435_761) >>> 8) % below);
}

/** What makes `typical` sums the code in the middle; but of a sixth filter all codes are 0, for cells that skip these. */
function middle(mul: Int16Array, shift: number, typical: number): Float64Array {
  return Float64Array.from(mul, (factor, filter) => (filter === 5 ? -1000 : 128) * 2 ** shift - factor * typical);
}

/**
 * Codes are spread by `shift` and `add`, few of them the smallest or the largest: a device may show those of the last layer
 * alone, in which a wrong sum has to show.
 */
function quantize(fields: Partial<Layer>, salt: number, shift: number): QuantizedLayer {
  const layer = layerOf({ relu: true, ...fields });
  const { taps } = layerGeometry(layer);
  const mul = Int16Array.from(scrambled(layer.filters, 400, salt + 1), (value) => value - 200);
  return quantizedOf(layer, {
    weights: Uint8Array.from(scrambled(taps * layer.filters, 200, salt)),
    mul,
    add: middle(mul, shift, 70 * taps),
    shift: new Uint8Array(layer.filters).fill(shift),
    padCodes: new Uint8Array(layer.input.channels).fill(20),
  });
}

const firstLayer: Partial<Layer> = {
  name: 'first',
  input: { height: 6, width: 5, channels: 2 },
  kernelHeight: 3,
  kernelWidth: 3,
  filters: 6,
  padding: 1,
  pool: 2,
};
const secondLayer: Partial<Layer> = {
  name: 'second',
  source: 'first',
  input: { height: 3, width: 2, channels: 6 },
  kernelHeight: 3,
  kernelWidth: 2,
  filters: 5,
};
/** Two layers that add. */
export const adders: QuantizedNetwork = networkOf('contract', [
  quantize(firstLayer, 1, 8),
  quantize(secondLayer, 50, 9),
]);
/** The same that multiplies, by the weights less 100; sums are some 60 times as large, of either sign. */
export const products: QuantizedNetwork = networkOf(
  'contract',
  adders.layers.map((one) => ({
    ...one,
    layer: { ...one.layer, cell: 'multiply' as const },
    weights: Int16Array.from(one.weights, (code) => code - 100),
    add: middle(one.mul, one.shift[0]! + 6, 0),
    shift: one.shift.map((bits) => bits + 6),
  })),
);
/** Codes of a picture. */
export const size: number = mapSize(adders.network.layers[0]!.input);
/** Pictures. */
export const COUNT = 11;
/** All of them. */
export const images: Uint8Array = Uint8Array.from(scrambled(COUNT * size, 200, 99));
