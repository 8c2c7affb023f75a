// SPDX-License-Identifier: Apache-2.0
// Jouppi et al., "Ten Lessons From Three Generations Shaped Google's TPUv4i", ISCA 2021, table 2: 7 nm beside 45 nm.
//
// Logic shrinks more than memory from one to the other: an 8-bit addition to a quarter, a cache of 8 kB to three quarters.

import type { ArithmeticTable, MemoryTable, OffChipTable } from '../table.ts';

const ORIGIN = {
  source: 'Jouppi et al., "Ten Lessons From Three Generations Shaped Google\'s TPUv4i", ISCA 2021, table 2',
  process: '7 nm',
  voltage: 'not stated',
  date: '2021',
} as const;

/** Bits of the accesses that the table prices. */
const ACCESS_BITS = 64;

/** Integer units of 8 and 32 bits. */
export const jouppiArithmetic: ArithmeticTable = {
  ...ORIGIN,
  id: 'Jouppi 7 nm',
  rule: 'adders on the line through 8 and 32 bits, multipliers on the power law through both',
  add: [
    { at: 8, picojoules: 0.007 },
    { at: 32, picojoules: 0.03 },
  ],
  multiply: [
    { at: 8, picojoules: 0.07 },
    { at: 32, picojoules: 1.48 },
  ],
};

const SRAM = [
  { at: 8 * 1024, picojoules: 7.5 / ACCESS_BITS },
  { at: 32 * 1024, picojoules: 8.5 / ACCESS_BITS },
  { at: 1024 * 1024, picojoules: 14 / ACCESS_BITS },
];

/** SRAM of 8 kB to 1 MB, 64 bits an access, reads and writes alike. */
export const jouppiMemory: MemoryTable = {
  ...ORIGIN,
  id: 'Jouppi 7 nm SRAM',
  rule: 'linear in the bits of a word; power law of the capacity between the points, continued beyond them',
  readBit: SRAM,
  writeBit: SRAM,
};

function dram(id: string, picojoules: number): OffChipTable {
  return { ...ORIGIN, id, rule: 'linear in the bits moved', picojoulesPerBit: picojoules / ACCESS_BITS };
}

/** DDR3 and DDR4, 1.3 nJ for 64 bits. */
export const jouppiDdr4: OffChipTable = dram('Jouppi DDR4 1.3 nJ/64 b', 1300);

/** HBM2, at the middle of 250 to 450 pJ for 64 bits. */
export const jouppiHbm2: OffChipTable = dram('Jouppi HBM2 350 pJ/64 b', 350);
