// SPDX-License-Identifier: Apache-2.0
// What is compiled for cells of products, by hand: words, offsets, what they need, and what is refused.

import { describe, expect, it } from 'vitest';
import {
  assumedPlanes,
  type CompiledNetwork,
  compileNetwork,
  type Configuration,
  getLane,
  passBits,
  totalBits,
  weightPlanes,
} from '../../src/compile/index.ts';
import { networkWorkload, unweightedWork, useOf } from '../../src/cycles/index.ts';
import { missingOf } from '../../src/cycles/workload.ts';
import type { Layer, QuantizedLayer } from '../../src/network/index.ts';
import { PRODUCT_CONFIGURATIONS } from '../support/configurations.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';
import { foldFields } from '../support/program-interpreter.ts';

const products: Configuration = PRODUCT_CONFIGURATIONS['3x5 of products']!;

function compiled(layer: QuantizedLayer, configuration: Configuration = products): CompiledNetwork {
  return compileNetwork(networkOf('n', [layer]), configuration);
}

const three: Partial<Layer> = { cell: 'multiply', input: { height: 1, width: 1, channels: 3 } };
const signed = quantizedOf(three, { weights: Int16Array.of(-128, 0, 127), padCodes: Uint8Array.of(1, 2, 4) });

describe('a layer on cells of products', () => {
  it('should take one pass, with every weight in its lane, 0 as well', () => {
    const { weights, weightParts, plans, program } = compiled(signed);
    expect(plans[0]!.planes).toBe(1);
    expect([0, 1, 2].map((word) => getLane(weights, word * weightParts, 0, 9))).toEqual([256 + 128, 256, 256 + 127]);
    // No plane counts negative.
    expect((program[0]! >>> 4) & 1).toBe(0);
    expect([weightPlanes(signed, products), assumedPlanes(signed.layer, products)]).toEqual([1, 1]);
  });

  it('should have what padding adds to every sum in its offset', () => {
    // -1 (-128) - 2 * 0 - 4 * 127
    expect(foldFields(compiled(signed).folds, 0).add).toBe(128n - 508n);
  });

  it('should be known without its weights', () => {
    expect(useOf(unweightedWork(signed.layer), products)).toEqual({ planes: 1, lanes: 3 });
    expect(useOf(unweightedWork(signed.layer), {})).toBeUndefined();
  });
});

describe('sums of products', () => {
  it.each([
    [1, 16, 16],
    // 514 * 255 * 128 is below 2^24, 515 * 255 * 128 is not.
    [514, 26, 25],
    [515, 26, 26],
  ])('should need bits for %d taps in 8 bits', (taps, pass, total) => {
    expect([passBits(8, taps, 'product'), totalBits(8, taps, 1, 'product')]).toEqual([pass, total]);
  });
});

describe('cells of products', () => {
  it('should refuse a layer that adds, by name, and not count it', () => {
    const adder = quantizedOf({ name: 'conv3' });
    expect(() => compiled(adder)).toThrow(
      'Expected layer conv3 of n to multiply, as all cells do, on the array, but received a layer that adds.',
    );
    const [counted] = networkWorkload({ name: 'n', layers: [layerOf({ name: 'conv3' })] }).layers;
    expect(missingOf(counted!, products, 'output')).toBe('adds where cells multiply');
    expect(missingOf(counted!, { ...products, cell: 'distance' }, 'output')).toBeNull();
  });

  it.each([128, -129])('should refuse the weight %d, which cells of 8 bits do not hold', (weight) => {
    const wide = quantizedOf({ ...three, name: 'fc' }, { weights: Int16Array.of(1, weight, 2) });
    expect(() => compiled(wide)).toThrow(
      `Expected layer fc of n to have weights from -128 to 127 (dataBits) on the array, but received ${weight}.`,
    );
  });
});
