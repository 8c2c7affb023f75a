// SPDX-License-Identifier: Apache-2.0
// SRAM by CACTI 7 at 45 nm and LPDDR4, as Accelergy's plug-in gives them in published reference tables.
//
// Single-port memories only; the published 4 kB one has two ports and is left out.

import type { MemoryTable, OffChipTable } from '../table.ts';

/** SRAM of 384 bytes (16 bits a word), 8 kB (64 bits, two banks) and 128 kB (64 bits). */
export const cactiMemory: MemoryTable = {
  id: 'CACTI 45 nm SRAM',
  source: 'CACTI 7 through accelergy-cacti-plug-in; reference tables of timeloop-accelergy-exercises',
  process: '45 nm',
  voltage: 'not stated',
  date: '2020 to 2024',
  rule: 'linear in the bits of a word; power law of the capacity between the points, continued beyond them',
  readBit: [
    { at: 384, picojoules: 0.6277 / 16 },
    { at: 8 * 1024, picojoules: 10.27 / 64 },
    { at: 128 * 1024, picojoules: 32.286 / 64 },
  ],
  writeBit: [
    { at: 384, picojoules: 1.53 / 16 },
    { at: 8 * 1024, picojoules: 11.34 / 64 },
    { at: 128 * 1024, picojoules: 26.065 / 64 },
  ],
};

const DRAM = {
  source: 'accelergy-cacti-plug-in 291018b, "public data"',
  process: 'not stated',
  voltage: 'not stated',
  date: '2019',
  rule: 'linear in the bits moved',
} as const;

/** LPDDR4, reads and writes alike, as all of these. */
export const lpddr4: OffChipTable = { ...DRAM, id: 'LPDDR4 8 pJ/bit', picojoulesPerBit: 8 };

/** GDDR5. */
export const gddr5: OffChipTable = { ...DRAM, id: 'GDDR5 14 pJ/bit', picojoulesPerBit: 14 };

/** LPDDR. */
export const lpddr: OffChipTable = { ...DRAM, id: 'LPDDR 40 pJ/bit', picojoulesPerBit: 40 };

/** DDR3. */
export const ddr3: OffChipTable = { ...DRAM, id: 'DDR3 70 pJ/bit', picojoulesPerBit: 70 };
