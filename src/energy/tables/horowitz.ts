// SPDX-License-Identifier: Apache-2.0
// Horowitz, "Computing's energy problem (and what we can do about it)", ISSCC 2014, figure 1.1.9.

import type { ArithmeticTable, MemoryTable, OffChipTable, Point } from '../table.ts';

const ORIGIN = {
  source: 'Horowitz, "Computing\'s energy problem", ISSCC 2014, figure 1.1.9',
  process: '45 nm',
  voltage: '0.9 V',
  date: '2014',
} as const;

/** Bits of the accesses that the figure prices. */
const ACCESS_BITS = 64;

function perBit(points: readonly Point[]): Point[] {
  return points.map(({ at, picojoules }) => ({ at, picojoules: picojoules / ACCESS_BITS }));
}

/** Integer units of 8 and 32 bits. */
export const horowitzArithmetic: ArithmeticTable = {
  ...ORIGIN,
  id: 'Horowitz 45 nm',
  rule: 'adders on the line through 8 and 32 bits, multipliers on the power law through both',
  add: [
    { at: 8, picojoules: 0.03 },
    { at: 32, picojoules: 0.1 },
  ],
  multiply: [
    { at: 8, picojoules: 0.2 },
    { at: 32, picojoules: 3.1 },
  ],
};

const CACHE = perBit([
  { at: 8 * 1024, picojoules: 10 },
  { at: 32 * 1024, picojoules: 20 },
  { at: 1024 * 1024, picojoules: 100 },
]);

/** Caches of 8 kB to 1 MB, 64 bits an access, reads and writes alike. */
export const horowitzMemory: MemoryTable = {
  ...ORIGIN,
  id: 'Horowitz 45 nm cache',
  rule: 'linear in the bits of a word; power law of the capacity between the points, continued beyond them',
  readBit: CACHE,
  writeBit: CACHE,
};

/** DRAM at the low end of the figure's range, 1.3 nJ for 64 bits. */
export const horowitzDramLow: OffChipTable = {
  ...ORIGIN,
  id: 'Horowitz DRAM 1.3 nJ/64 b',
  rule: 'linear in the bits moved',
  picojoulesPerBit: 1300 / ACCESS_BITS,
};

/** DRAM at the high end of the figure's range, 2.6 nJ for 64 bits. */
export const horowitzDramHigh: OffChipTable = {
  ...horowitzDramLow,
  id: 'Horowitz DRAM 2.6 nJ/64 b',
  picojoulesPerBit: 2600 / ACCESS_BITS,
};
