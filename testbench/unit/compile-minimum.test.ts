// SPDX-License-Identifier: Apache-2.0
// What is compiled for cells of minima, by hand: planes, words, offsets, the header's bits, and what they need.

import { describe, expect, it } from 'vitest';
import {
  type CompiledNetwork,
  compileNetwork,
  type Configuration,
  getLane,
  passBits,
  planLayer,
  totalBits,
  weightPlanes,
} from '../../src/compile/index.ts';
import { quantizedWork, useOf } from '../../src/cycles/layer-work.ts';
import type { Layer, QuantizedLayer } from '../../src/network/index.ts';
import { SMALL_CONFIGURATIONS } from '../support/configurations.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';
import { foldFields } from '../support/program-interpreter.ts';

const distances: Configuration = SMALL_CONFIGURATIONS['4x4']!;
const minima: Configuration = { ...distances, cell: 'minimum', accBits: 17, sumBits: 25 };

function compiled(layer: QuantizedLayer, configuration: Configuration = minima): CompiledNetwork {
  return compileNetwork(networkOf('n', [layer]), configuration);
}

/** Bits of the first record's first word. */
function headerBits(layer: QuantizedLayer, configuration?: Configuration) {
  const [word] = compiled(layer, configuration).program;
  const bit = (at: number): number => (word! >>> at) & 1;
  return { multiply: bit(4), rowRun: bit(11), padsZero: bit(16) };
}

const three: Partial<Layer> = { input: { height: 1, width: 1, channels: 3 } };
const row = { input: { height: 1, width: 8, channels: 1 }, kernelWidth: 3 } as const;

/** The same with as many filters as there are columns: no pixels lie side by side. */
const full = { ...row, filters: 4 } as const;

describe('planes of two’s complement', () => {
  it.each([
    [[0], 1],
    [[-1, 0], 1],
    [[1], 2],
    [[-2, 1], 2],
    [[2], 3],
    [[3, -4], 3],
    [[127, -128], 8],
    [[-129], 9],
    [[-32768, 32767], 16],
  ])('should be the bits of %j with the sign', (weights, planes) => {
    const layer = quantizedOf({ cell: 'multiply' }, { weights: Int16Array.from(weights) });
    expect(weightPlanes(layer, { cell: 'minimum' })).toBe(planes);
  });

  it('should be bits of weights, whose lanes have the largest code', () => {
    // -3 is 101, 2 is 010, 1 is 001.
    const { weights, weightParts } = compiled(
      quantizedOf({ ...three, cell: 'multiply' }, { weights: Int16Array.of(-3, 2, 1) }),
    );
    const lanes = Array.from({ length: 9 }, (_, word) => getLane(weights, word * weightParts, 0, 9));
    const used = 256 + 255;
    expect(lanes).toEqual([used, 0, 0, 0, used, 0, used, 0, used]);
  });

  it('should be counted in lanes', () => {
    const work = quantizedWork(quantizedOf({ ...three, cell: 'multiply' }, { weights: Int16Array.of(-3, 2, 1) }));
    expect(useOf(work, minima)).toEqual({ planes: 3, lanes: 4 });
    expect(useOf(work, distances)).toEqual({ planes: 2, lanes: 4 });
  });
});

describe('an offset', () => {
  it('should have the sum of the weights where cells add', () => {
    const layer = quantizedOf(three, {
      weights: Uint8Array.of(4, 5, 6),
      mul: Int16Array.of(-3),
      add: Float64Array.of(1001),
    });
    expect(foldFields(compiled(layer).folds, 0).add).toBe(1001n - 3n * 15n);
    expect(foldFields(compiled(layer, distances).folds, 0).add).toBe(1001n);
  });

  it('should lose the weights times the padding code where cells multiply', () => {
    const layer = quantizedOf(
      { ...three, cell: 'multiply', padding: 1, kernelWidth: 1 },
      { weights: Int16Array.of(-3, 2, 1), mul: Int16Array.of(7), padCodes: Uint8Array.of(10, 20, 30) },
    );
    expect(foldFields(compiled(layer).folds, 0).add).toBe(-7n * (-30n + 40n + 30n));
  });

  it('should be refused where it is too wide', () => {
    const layer = quantizedOf(three, {
      weights: Uint8Array.of(255, 255, 255),
      mul: Int16Array.of(32767),
      add: Float64Array.of(2 ** 39 - 1),
    });
    expect(() => compiled(layer)).toThrow(
      'Expected layer layer to have offsets of 40 bits with the constants of its minima in them, but received ' +
        `${2 ** 39 - 1 + 32767 * 765} for filter 0.`,
    );
  });
});

describe('a record', () => {
  it('should count its first plane negative where cells multiply', () => {
    const layer = quantizedOf({ ...three, cell: 'multiply' }, { weights: Int16Array.of(1, 1, 1) });
    expect(headerBits(layer).multiply).toBe(1);
    expect(headerBits(layer, distances).multiply).toBe(0);
    expect(headerBits(quantizedOf(three, { weights: new Uint8Array(3) })).multiply).toBe(0);
  });

  it.each<[string, Partial<Layer>, number[], number]>([
    ['without padding', row, [9], 1],
    ['with padding of 0', { ...row, padding: 1 }, [0], 1],
    ['with other padding', { ...row, padding: 1 }, [9], 0],
  ])('%s should say whether that is 0, for either cell', (_, fields, pads, expected) => {
    const layer = quantizedOf(fields, {
      weights: new Uint8Array(3),
      padCodes: Uint8Array.from(pads),
      shift: Uint8Array.of(0),
    });
    for (const configuration of [minima, distances]) expect(headerBits(layer, configuration).padsZero).toBe(expected);
  });

  it('should run along the row of a map of one channel, for either cell', () => {
    const along = quantizedOf(full, { weights: new Uint8Array(12) });
    const { program, plans } = compiled(along);
    expect(plans[0]!.rowRun).toBe(true);
    // Limits of loops 0 and 1, and loop 1's step of x.
    expect([program[1]! & 0xffff, program[1]! >>> 16, program[13]! & 0xffff]).toEqual([2, 0, 0]);
    for (const configuration of [minima, distances]) expect(headerBits(along, configuration).rowRun).toBe(1);
  });

  it.each<[string, Partial<Layer>]>([
    ['two channels', { ...full, input: { height: 1, width: 8, channels: 2 } }],
    ['a group of one channel', { ...full, input: { height: 1, width: 8, channels: 2 }, groups: 2 }],
    ['one column', { ...full, kernelWidth: 1 }],
    ['columns two apart', { ...full, dilation: 2 }],
  ])('should not run along a row with %s', (_, fields) => {
    expect(planLayer(layerOf(fields), minima, 1).rowRun).toBe(false);
  });
});

describe('pixels side by side', () => {
  it('should take a column more each where minima add', () => {
    expect(planLayer(layerOf(row), minima, 1)).toMatchObject({ packed: 2, sumColumns: true });
    expect(planLayer(layerOf(row), distances, 1).packed).toBe(3);
    expect(planLayer(layerOf({ ...row, cell: 'multiply' }), minima, 1).packed).toBe(3);
  });
});

describe('sums', () => {
  it('should have a sign', () => {
    expect(passBits(8, 25, 'minimum')).toBe(14);
    // 25 x 255 x 64 and its negative.
    expect(totalBits(8, 25, 7, 'minimum')).toBe(20);
    const layer = quantizedOf(three, { weights: new Uint8Array(3) });
    expect(() => compiled(layer, { ...minima, accBits: 10 })).toThrow(
      'Expected accBits to be at least 11 bits for layer layer (3 taps), but received 10.',
    );
  });
});
