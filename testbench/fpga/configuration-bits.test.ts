// SPDX-License-Identifier: Apache-2.0
// Bits of a configuration: found, named by their use, and flipped.

import { describe, expect, it } from 'vitest';
import { flipBit, setBits, tableBit, useOf } from '../../fpga/index.ts';

const rows = Array.from({ length: 16 }, (_, row) => (row === 3 ? `1${'0'.repeat(52)}1` : '0'.repeat(54)));
const asc = `.comment text\n\n.io_tile 1 0\n${'0'.repeat(18)}\n\n.logic_tile 1 2\n${rows.join('\n')}\n\n.logic_tile 2 2\n${'0'
  .repeat(54)
  .concat('\n')
  .repeat(16)}\n`;

describe('bits of a configuration', () => {
  it('should be those that are 1 in tiles of logic', () => {
    expect(setBits(asc)).toEqual([
      { x: 1, y: 2, row: 3, column: 0 },
      { x: 1, y: 2, row: 3, column: 53 },
    ]);
  });

  it('should be flipped one at a time, and back again', () => {
    const bit = { x: 2, y: 2, row: 15, column: 36 };
    const flipped = flipBit(asc, bit);
    expect(setBits(flipped)).toContainEqual(bit);
    expect(flipBit(flipped, bit)).toBe(asc);
  });

  it('should be told apart by their columns', () => {
    const use = (column: number): string => useOf({ x: 1, y: 2, row: 0, column });
    expect([0, 35, 36, 43, 44, 45, 46, 53].map(use)).toEqual(
      'routing routing table table cell cell routing routing'.split(' '),
    );
  });

  it('should be sixteen of a table, in its cell', () => {
    const bits = Array.from({ length: 16 }, (_, entry) => tableBit('X12/Y3/lc5', entry));
    expect(new Set(bits.map(({ row, column }) => `${row}.${column}`)).size).toBe(16);
    for (const bit of bits) {
      expect(bit).toMatchObject({ x: 12, y: 3 });
      expect([10, 11]).toContain(bit.row);
      expect(useOf(bit)).toBe('table');
    }
    expect(bits[2]).toEqual({ x: 12, y: 3, row: 11, column: 41 });
  });

  it.each([
    { x: 1, y: 0, row: 0, column: 0 },
    { x: 1, y: 2, row: 0, column: 54 },
  ])('should be refused where there is none: %o', (bit) => {
    expect(() => flipBit(asc, bit)).toThrow(
      `Expected a bit of a tile of logic, but received bit ${bit.row}.${bit.column} of tile (${bit.x}, ${bit.y}).`,
    );
  });
});
