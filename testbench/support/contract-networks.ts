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

function quantize(fields: Partial<Layer>, salt: number): QuantizedLayer {
  const layer = layerOf({ relu: true, ...fields });
  const { taps } = layerGeometry(layer);
  return quantizedOf(layer, {
    weights: Uint8Array.from(scrambled(taps * layer.filters, 200, salt)),
    mul: Int16Array.from(scrambled(layer.filters, 400, salt + 1), (value) => value - 200),
    add: Float64Array.from(scrambled(layer.filters, 40_000, salt + 2), (value) => 60_000 - value),
    shift: new Uint8Array(layer.filters).fill(9),
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
export const adders: QuantizedNetwork = networkOf('contract', [quantize(firstLayer, 1), quantize(secondLayer, 50)]);
/** The same that multiplies, by the weights less 100. */
export const products: QuantizedNetwork = networkOf(
  'contract',
  adders.layers.map((one) => ({
    ...one,
    layer: { ...one.layer, cell: 'multiply' as const },
    weights: Int16Array.from(one.weights, (code) => code - 100),
  })),
);
/** Codes of a picture. */
export const size: number = mapSize(adders.network.layers[0]!.input);
/** Pictures. */
export const COUNT = 11;
/** All of them. */
export const images: Uint8Array = Uint8Array.from(scrambled(COUNT * size, 200, 99));
