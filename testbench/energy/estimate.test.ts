// SPDX-License-Identifier: Apache-2.0
// Whole estimates: sums worked by hand with round tables, and laws that hold for any counts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Configuration, loadConfiguration } from '../../src/compile/index.ts';
import type { LayerEvents } from '../../src/cycles/index.ts';
import { NO_COUNTERS } from '../../src/cycles/counters-sum.ts';
import { countedLayers } from '../../src/energy/counted-layers.ts';
import { bandOver } from '../../src/energy/band.ts';
import { type CountedRun, type EnergySplit, type EnergyTables, estimateEnergy } from '../../src/energy/index.ts';
import { lenet5 } from '../../src/network/index.ts';

const CONFIGURATION: Configuration = {
  rows: 2,
  columns: 2,
  dataBits: 8,
  accBits: 16,
  sumBits: 18,
  activationDepth: 512,
  weightDepth: 448,
  foldDepth: 64,
  padDepth: 16,
  resultDepth: 64,
  programDepth: 64,
};

const ABOUT = { id: 'round', source: 'this test', process: '-', voltage: '-', date: '-', rule: '-' };

/** 1 pJ an adder bit, 64 pJ a product of 8x8 bits, 1 pJ a register bit, 1 pJ a bit read, 2 written, 10 off chip. */
const ROUND: EnergyTables = {
  arithmetic: [{ ...ABOUT, add: [{ at: 1, picojoules: 1 }], multiply: [{ at: 8, picojoules: 64 }] }],
  registers: [{ ...ABOUT, picojoulesPerBit: 1 }],
  memories: [
    {
      ...ABOUT,
      readBit: [1, 1024].map((at) => ({ at, picojoules: 1 })),
      writeBit: [1, 1024].map((at) => ({ at, picojoules: 2 })),
    },
  ],
  offChip: [{ ...ABOUT, picojoulesPerBit: 10 }],
};

const NOTHING: LayerEvents = NO_COUNTERS.events;
const NO_BYTES = { networkBytes: 0, imageBytes: 0, resultBytes: 0 };

function run(events: Partial<LayerEvents>, host: Partial<typeof NO_BYTES> = {}, images = 1): CountedRun {
  return {
    configuration: CONFIGURATION,
    images,
    layers: [{ name: 'only', events: { ...NOTHING, ...events } }],
    host: { ...NO_BYTES, ...host },
  };
}

function ofMinima(given: CountedRun): CountedRun {
  return { ...given, configuration: { ...given.configuration, cell: 'minimum' } };
}

function typical(split: EnergySplit): Record<string, number> {
  return Object.fromEntries(Object.entries(split).map(([part, band]) => [part, Math.round(band.typical * 1e6) / 1e3]));
}

describe('an estimate with round tables, in pJ', () => {
  it.each([
    // 9 + 8 + 16 adder bits; 8 + 8 + 16 register bits.
    ['a tap', run({ sads: 1 }), { compute: 33, registers: 32, buffers: 0, offChip: 0 }],
    // Two rows of 8 bits.
    // An 8-bit comparison and 15 bits of the sum; a row's sum of 16 bits for each of two rows and the skew of a weight read.
    ['a tap of minima', ofMinima(run({ sads: 1 })), { compute: 23, registers: 31, buffers: 0, offChip: 0 }],
    [
      'a weight read for minima',
      ofMinima(run({ weightReads: 1 })),
      { compute: 32, registers: 16, buffers: 18, offChip: 0 },
    ],
    ['an activation read', run({ activationReads: 1 }), { compute: 0, registers: 0, buffers: 16, offChip: 0 }],
    ['a word written', run({ activationWrites: 1 }), { compute: 0, registers: 0, buffers: 32, offChip: 0 }],
    ['16 flags read', run({ flagReads: 1 }), { compute: 0, registers: 0, buffers: 16, offChip: 0 }],
    [
      'a word and its flag written',
      ofMinima(run({ activationWrites: 1 })),
      { compute: 0, registers: 0, buffers: 34, offChip: 0 },
    ],
    // The search for a class compares two codes of 8 bits.
    ['a word of results written', run({ resultWrites: 1 }), { compute: 16, registers: 0, buffers: 32, offChip: 0 }],
    // A word of two sums of 16 bits, read and written; two 16-bit additions.
    ['a word pooled', run({ poolReads: 1 }), { compute: 32, registers: 0, buffers: 96, offChip: 0 }],
    // A word of two totals of 18 bits, read and written; two 18-bit additions; 16 x (2 + 0.5) bits to shift out.
    ['a partial sum', run({ partialReads: 1 }), { compute: 36, registers: 80, buffers: 108, offChip: 0 }],
    // Two codes of 8 bits times slopes of 24, each a 40-bit addition.
    ['a shortcut read', run({ shortcutReads: 1 }), { compute: 2 * (192 + 40), registers: 0, buffers: 16, offChip: 0 }],
    // Two columns of 9 bits; lane 1 of each side's skew holds 8 bits.
    ['a weight read', run({ weightReads: 1 }), { compute: 0, registers: 16, buffers: 18, offChip: 0 }],
    // Two totals: 18x16 products and 40-bit additions; 16 x (2 + 0.5) bits to shift out, 18 + 35 + 41 + 8 in the fold.
    ['a fold', run({ foldReads: 1 }), { compute: 2 * (288 + 40), registers: 2 * (40 + 102), buffers: 96, offChip: 0 }],
    // 8 bits written on chip, or read from it, and moved.
    ['a byte of the image', run({}, { imageBytes: 1 }), { compute: 0, registers: 0, buffers: 16, offChip: 80 }],
    ['a byte of the result', run({}, { resultBytes: 1 }), { compute: 0, registers: 0, buffers: 8, offChip: 80 }],
    ['a byte of the network', run({}, { networkBytes: 1 }), { compute: 0, registers: 0, buffers: 16, offChip: 80 }],
  ])('should price %s', (_, counted, parts) => {
    const total = parts.compute + parts.registers + parts.buffers + parts.offChip;
    expect(typical(estimateEnergy(counted, ROUND).perImage)).toEqual({ ...parts, total });
  });

  it.each([
    // Three blocks of columns to pass for each of three rows, two of rows for each of five columns, 15 cells; the sum.
    ['a tap', { sads: 1 }, (8 * (3 * 3 + 2 * 5)) / 15 + 16],
    // Rows wait 0, 0 and 1 clocks, columns 0, 0, 1, 1 and 2.
    ['a weight read', { weightReads: 1 }, 8 * (1 + 4)],
    // Sums pass five columns; those of two rows wait a clock for the third's. Three folds of 102 bits.
    ['a fold', { foldReads: 1 }, 16 * (3 * 5 + 2) + 3 * 102],
  ])('should price the registers of %s in blocks of 2x2 of 3x5 cells', (_, events, bits) => {
    const counted = run(events);
    const blocks = { ...CONFIGURATION, rows: 3, columns: 5, reach: 2 };
    const { registers } = estimateEnergy({ ...counted, configuration: blocks }, ROUND).perImage;
    expect(registers.typical * 1e3).toBeCloseTo(bits, 9);
  });

  it.each([
    // 17 adder bits each, the sum of both 9 and of the tile 16 for two; 8 + 8 register bits, and 16 for two.
    ['a tap', run({ sads: 2 }), { compute: 2 * 17 + 9 + 16, registers: 2 * 16 + 16, buffers: 0 }],
    // A row's sum of x is one of two taps, too: 9 and 16 bits for each of two rows. Lane 1 of both skews holds two codes.
    ['weight reads for minima', ofMinima(run({ weightReads: 2 })), { compute: 50, registers: 32, buffers: 36 }],
    // Nothing looks for zeros, so there are no flags.
    ['a word written', ofMinima(run({ activationWrites: 1 })), { compute: 0, registers: 0, buffers: 32 }],
    // As many registers for two sums that leave as ever.
    ['a partial sum', run({ partialReads: 1 }), { compute: 36, registers: 80, buffers: 108 }],
  ])('should price %s of cells with two taps a clock', (_, counted, parts) => {
    const configuration = { ...counted.configuration, tapsPerClock: 2 };
    const total = parts.compute + parts.registers + parts.buffers;
    expect(typical(estimateEnergy({ ...counted, configuration }, ROUND).perImage)).toEqual({
      ...parts,
      offChip: 0,
      total,
    });
  });

  it('should write registers of taps that are none, where clocks are not full', () => {
    // Three taps in two clocks: 4 x 16 bits of operands and two sums of 16; and so the skew.
    const counted = run({ sads: 3, weightReads: 3 });
    const layers = [{ ...counted.layers[0]!, tapsAClock: 1.5 }];
    const configuration = { ...CONFIGURATION, tapsPerClock: 2 };
    const { compute, registers } = estimateEnergy({ ...counted, configuration, layers }, ROUND).perImage;
    expect(registers.typical * 1e3).toBeCloseTo(4 * 16 + 2 * 16 + 4 * 16, 9);
    expect(compute.typical * 1e3).toBeCloseTo(3 * (17 + 25 / 2), 9);
  });

  it('should take words from banks where several are read in a clock', () => {
    // A bit costs as much as its bank has bytes: activations have 1,024 in all, weights of 2 x 9 bits 1,008.
    const memories = [{ ...ROUND.memories[0]!, readBit: [1, 1024].map((at) => ({ at, picojoules: at })) }];
    const cost = (events: Partial<LayerEvents>, tapsPerClock: number): number => {
      const configuration = { ...CONFIGURATION, tapsPerClock };
      return estimateEnergy({ ...run(events), configuration }, { ...ROUND, memories }).perImage.buffers.typical * 1e3;
    };
    for (const taps of [1, 2, 4]) {
      expect(cost({ activationReads: 1 }, taps)).toBeCloseTo((16 * 1024) / taps, 6);
      expect(cost({ shortcutReads: 1 }, taps)).toBeCloseTo((16 * 1024) / taps, 6);
      expect(cost({ weightReads: 1 }, taps)).toBeCloseTo((18 * 1008) / taps, 6);
      // Folds have a buffer of 64 words of 96 bits whatever the taps.
      expect(cost({ foldReads: 1 }, taps)).toBeCloseTo(96 * 768, 6);
    }
  });

  it('should give the twin a product and a longer sum in place of the difference', () => {
    expect(typical(estimateEnergy(run({ sads: 1 }), ROUND).twin.perImage)).toMatchObject({
      compute: 64 + 24,
      registers: 8 + 8 + 24,
    });
  });

  it('should give the twin one pass over the taps of a layer that multiplies', () => {
    // Three planes: a fold has two partial sums. Of 12 products the planes' digits are 10.
    const events = { sads: 10, weightReads: 9, activationReads: 6, partialReads: 2, foldReads: 1 };
    const counted = run(events);
    const layers = [{ ...counted.layers[0]!, operations: 12 }];
    const onePass = run({ sads: 12, weightReads: 3, activationReads: 2, foldReads: 1 });
    expect(estimateEnergy({ ...counted, layers }, ROUND).twin.perImage).toEqual(
      estimateEnergy(onePass, ROUND).twin.perImage,
    );
  });

  it('should take the smallest memory of a table for buffers that are smaller', () => {
    const memories = [{ ...ROUND.memories[0]!, readBit: [256, 1024].map((at) => ({ at, picojoules: at })) }];
    const cost = (events: Partial<LayerEvents>): number =>
      estimateEnergy(run(events), { ...ROUND, memories }).perImage.buffers.typical * 1000;
    // Pooling sums are 8 bytes, activations 1024.
    expect(cost({ poolReads: 1 })).toBeCloseTo(32 * 256 + 32 * 2, 6);
    expect(cost({ activationReads: 1 })).toBeCloseTo(16 * 1024, 6);
  });
});

it('should take the middle table as typical', () => {
  expect(bandOver([3, 1, 2])).toEqual({ low: 1, typical: 2, high: 3 });
  expect(bandOver([4, 1])).toEqual({ low: 1, typical: 2.5, high: 4 });
});

const counts = fc.record({
  sads: fc.nat(1e9),
  activationReads: fc.nat(1e9),
  weightReads: fc.nat(1e9),
  shortcutReads: fc.nat(1e9),
  partialReads: fc.constant(0),
  poolReads: fc.nat(1e9),
  activationWrites: fc.nat(1e9),
  resultWrites: fc.nat(1e9),
  foldReads: fc.nat(1e9),
});

describe('an estimate with the published tables', () => {
  it('should be ordered, add up, and cost the multiplier twin more', () => {
    fc.assert(
      fc.property(counts, fc.nat(1e6), fc.integer({ min: 1, max: 10_000 }), (events, bytes, images) => {
        const estimate = estimateEnergy(run(events, { networkBytes: bytes, imageBytes: bytes }, images));
        for (const split of [estimate.perImage, estimate.twin.perImage, ...estimate.layers.map((l) => l.energy)]) {
          const { total, ...parts } = split;
          for (const end of ['low', 'typical', 'high'] as const) {
            const sum = Object.values(parts).reduce((before, band) => before + band[end], 0);
            expect(sum).toBeCloseTo(total[end], 6 - Math.ceil(Math.log10(1 + sum)));
          }
          expect(total.low).toBeLessThanOrEqual(total.typical);
          expect(total.typical).toBeLessThanOrEqual(total.high);
        }
        expect(estimate.twin.perImage.total.low).toBeGreaterThanOrEqual(estimate.perImage.total.low);
      }),
    );
  });

  it('should compare the twin within one table at a time', () => {
    // One tap of 8-bit codes and a 16-bit sum: 33 adder bits against a product and a 24-bit sum.
    const { multiplierRatio } = estimateEnergy(run({ sads: 1 }));
    expect(multiplierRatio.compute.high).toBeCloseTo((8.63 / 16 + (0.0857 * 24) / 32) / ((0.0857 * 33) / 32), 9);
    expect(multiplierRatio.total.high).toBeLessThan(multiplierRatio.compute.high);
    const { multiplierRatio: memoryBound } = estimateEnergy(run({ sads: 1, weightReads: 1000 }));
    expect(memoryBound.total.high).toBeLessThan(1.01);
  });

  it('should cost each image the same when images and counts grow together', () => {
    const one = estimateEnergy(run({ sads: 1000, weightReads: 50 }, { imageBytes: 784 }, 1));
    const ten = estimateEnergy(run({ sads: 10_000, weightReads: 500 }, { imageBytes: 7840 }, 10));
    expect(ten.perImage.total.typical).toBeCloseTo(one.perImage.total.typical, 9);
  });

  it('should name every table', () => {
    expect(estimateEnergy(run({})).sources).toEqual({
      compute: ['Aladdin 40 nm, 1 ns', 'Aladdin 40 nm, 5 ns', 'Horowitz 45 nm', 'Jouppi 7 nm'],
      registers: ['Aladdin 40 nm register'],
      buffers: ['CACTI 45 nm SRAM', 'Horowitz 45 nm cache', 'Jouppi 7 nm SRAM'],
      offChip: ['LPDDR4 8 pJ/bit', 'Horowitz DRAM 1.3 nJ/64 b', 'Horowitz DRAM 2.6 nJ/64 b'],
    });
  });

  it('should refuse a run without images', () => {
    expect(() => estimateEnergy(run({}, {}, 0))).toThrow('Expected images to be at least 1, but received 0.');
  });
});

it('should know from the clocks of a layer how full they are, where cells take several taps', () => {
  const network = lenet5;
  const { layers } = network;
  const counters = layers.map(() => {
    const events = { ...NOTHING, weightReads: 300 };
    return { events, cycles: { ...NO_COUNTERS.cycles, stream: 200, total: 250 } };
  });
  const fill = (tapsPerClock: number): unknown[] => {
    const configuration = { ...loadConfiguration('default'), tapsPerClock };
    return countedLayers(network, configuration, 1, counters, 'output').map(({ tapsAClock }) => tapsAClock);
  };
  expect(fill(2)).toEqual(layers.map(() => 1.5));
  expect(fill(1)).toEqual(layers.map(() => undefined));
});
