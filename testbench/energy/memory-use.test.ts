// SPDX-License-Identifier: Apache-2.0
// Whether memory hides the gain, worked by hand with round tables.

import { expect, it } from 'vitest';
import { NO_COUNTERS } from '../../src/cycles/counters-sum.ts';
import { type CountedRun, dramUses, type EnergyTables } from '../../src/energy/index.ts';
import { loadConfiguration } from '../../src/compile/index.ts';

const ABOUT = { id: 'round', source: 'this test', process: '-', voltage: '-', date: '-', rule: '-' };

/** 1 pJ an adder bit, 64 pJ a product of 8x8 bits, 1 pJ a register bit, 1 pJ a bit read, 2 written. */
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
  offChip: [],
};

/** 1,000 taps an image, and a network of 1,000 bytes for so many images. */
function runOf(images: number): CountedRun {
  return {
    configuration: { ...loadConfiguration('default'), accBits: 16, sumBits: 17 },
    images,
    layers: [{ name: 'only', events: { ...NO_COUNTERS.events, sads: 1000 * images } }],
    host: { networkBytes: 1000, imageBytes: 0, resultBytes: 0 },
  };
}

it('should find how many images have to share a load, whatever the run has', () => {
  // A tap: 33 + 32 pJ, with a product 88 + 40. Half of the gain 88 / 33 is (88 / 33 + 1) / 2 = 11 / 6 times 65 pJ, which
  // leaves 8.83 pJ a tap; a byte takes 5/6 of 8 (p + 2) pJ of them.
  const needed = (perBit: number): number => Math.ceil(((5 / 6) * 8 * (perBit + 2)) / (128 - (11 / 6) * 65));
  for (const images of [1, 7]) {
    const uses = dramUses(runOf(images), 1, ROUND);
    expect(uses).toHaveLength(6);
    for (const { name, picojoulesPerBit, imagesALoad } of uses) {
      expect(imagesALoad, name).toBe(needed(picojoulesPerBit));
    }
  }
});

it('should hide the gain for one image fewer, and not for as many', () => {
  for (const [index, { imagesALoad }] of dramUses(runOf(1), 1, ROUND).entries()) {
    const hidden = (images: number): boolean => dramUses(runOf(images), 1, ROUND)[index]!.loadedOnce.hidden;
    expect([hidden(imagesALoad! - 1), hidden(imagesALoad!)]).toEqual([true, false]);
  }
});

it('should load the network as often as there are batches where it is not kept', () => {
  for (const { loadedOnce, loadedEachBatch, picojoulesPerBit } of dramUses(runOf(10), 5, ROUND)) {
    // nJ an image: four loads more for ten images.
    expect(loadedEachBatch.adder - loadedOnce.adder).toBeCloseTo((4 * 8000 * (picojoulesPerBit + 2) * 1e-3) / 10, 9);
  }
});

it('should say that no number of images is enough where registers hide the gain', () => {
  const tables = { ...ROUND, registers: [{ ...ABOUT, picojoulesPerBit: 3 }] };
  expect(dramUses(runOf(1), 1, tables).map(({ imagesALoad }) => imagesALoad)).toEqual(Array(6).fill(null));
});
