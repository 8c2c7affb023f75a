// SPDX-License-Identifier: Apache-2.0
// Prices of single operations, worked by hand from the published tables.

import { describe, expect, it } from 'vitest';
import { type Cell, foldEnergy, tapEnergy, tapRegisterBits, twinOf } from '../../src/energy/operation.ts';
import { memoryBit } from '../../src/energy/scale.ts';
import {
  aladdin1ns,
  aladdin5ns,
  cactiMemory,
  horowitzArithmetic,
  horowitzMemory,
  jouppiArithmetic,
  jouppiMemory,
} from '../../src/energy/tables/index.ts';

const SAD: Cell = { kind: 'adder', dataBits: 8, accBits: 24, sumBits: 25 };
const MAC: Cell = { kind: 'multiplier', dataBits: 8, accBits: 24, sumBits: 25 };

describe('one tap, 8-bit codes and a 24-bit sum', () => {
  // A SAD is 9 + 8 + 24 = 41 adder bits; a MAC an 8x8 multiplier and 24 adder bits.
  it.each([
    ['Aladdin 1 ns', aladdin1ns, (0.21 * 41) / 32, 12.68 / 16 + (0.21 * 24) / 32, 0.269, 0.95],
    ['Aladdin 5 ns', aladdin5ns, (0.0857 * 41) / 32, 8.63 / 16 + (0.0857 * 24) / 32, 0.11, 0.604],
    // 8 bits 0.03, 9 bits 0.032917, 24 bits 0.076667: on the line through 8 and 32 bits.
    ['Horowitz', horowitzArithmetic, 0.032917 + 0.03 + 0.076667, 0.2 + 0.076667, 0.14, 0.277],
    // 8 bits 0.007, 9 bits 0.0079583, 24 bits 0.0223333.
    ['Jouppi', jouppiArithmetic, 0.0079583 + 0.007 + 0.0223333, 0.07 + 0.0223333, 0.037, 0.092],
  ])('should cost with %s what the table says', (_, table, sad, mac, sadRounded, macRounded) => {
    expect(tapEnergy(table, SAD)).toBeCloseTo(sad, 5);
    expect(tapEnergy(table, MAC)).toBeCloseTo(mac, 5);
    expect(tapEnergy(table, SAD)).toBeCloseTo(sadRounded, 3);
    expect(tapEnergy(table, MAC)).toBeCloseTo(macRounded, 3);
  });

  it.each([
    [aladdin1ns, 3.53, 2.08],
    [aladdin5ns, 5.5, 2.05],
  ])('should favour the adder by a factor that registers shrink', (table, bare, withRegisters) => {
    const registers = 0.009 * tapRegisterBits(SAD, { rows: 4, columns: 4 });
    expect(registers).toBeCloseTo(0.36, 10);
    expect(tapEnergy(table, MAC) / tapEnergy(table, SAD)).toBeCloseTo(bare, 1);
    expect((tapEnergy(table, MAC) + registers) / (tapEnergy(table, SAD) + registers)).toBeCloseTo(withRegisters, 2);
  });
});

describe('one of several taps in a clock, 8-bit codes and a 24-bit sum', () => {
  // Two distances are 2 x (9 + 8) adder bits, their sum 9, the sum 24; four 4 x (9 + 8), 2 x 9 + 10 and 24. Products are
  // of 16 bits, so that two come to 17 and four to 18.
  it.each([
    [2, (34 + 9 + 24) / 2, (17 + 24) / 2],
    [4, (68 + 18 + 10 + 24) / 4, (34 + 18 + 24) / 4],
  ])('should add %i of them up first', (taps, distance, product) => {
    expect(tapEnergy(aladdin1ns, SAD, taps)).toBeCloseTo((0.21 * distance) / 32, 10);
    expect(tapEnergy(aladdin1ns, MAC, taps)).toBeCloseTo(12.68 / 16 + (0.21 * product) / 32, 10);
    // A cell of minima compares 8 bits, and its sum has a bit less.
    const minimum = (distance * taps - 9 * taps - 1) / taps;
    expect(tapEnergy(aladdin1ns, { ...SAD, kind: 'minimum' }, taps)).toBeCloseTo((0.21 * minimum) / 32, 10);
  });

  it('should write the sum once', () => {
    expect(tapRegisterBits(SAD, { rows: 4, columns: 4, tapsPerClock: 4 })).toBe(8 + 8 + 24 / 4);
    expect(tapRegisterBits(SAD, { rows: 4, columns: 4, reach: 2, tapsPerClock: 2 })).toBe(4 + 4 + 24 / 2);
  });
});

it('should give the twin a sum that is longer by one operand', () => {
  const cell: Cell = { kind: 'adder', dataBits: 8, accBits: 18, sumBits: 19 };
  expect(twinOf(cell)).toEqual({ kind: 'multiplier', dataBits: 8, accBits: 26, sumBits: 27 });
});

it('should price a fold as an 18x16 multiplication and a 40-bit addition', () => {
  const cell: Cell = { kind: 'adder', dataBits: 8, accBits: 17, sumBits: 18 };
  expect(foldEnergy(aladdin1ns, cell)).toBeCloseTo((12.68 * 18 * 16) / (32 * 32) + (0.21 * 40) / 32, 10);
});

describe('one bit of a buffer', () => {
  it.each([
    ['CACTI', cactiMemory, 8 * 1024, 10.27 / 64, 11.34 / 64],
    ['CACTI', cactiMemory, 128 * 1024, 32.286 / 64, 26.065 / 64],
    ['Horowitz', horowitzMemory, 32 * 1024, 20 / 64, 20 / 64],
    ['Jouppi', jouppiMemory, 32 * 1024, 8.5 / 64, 8.5 / 64],
    // Four times the capacity doubles the energy between 8 kB and 32 kB, and so below: 2 kB costs half of 8 kB.
    ['Horowitz', horowitzMemory, 2 * 1024, 5 / 64, 5 / 64],
    ['Horowitz', horowitzMemory, 16 * 1024, (10 * Math.SQRT2) / 64, (10 * Math.SQRT2) / 64],
  ])('should cost with %s at its points what the table says', (_, table, bytes, read, write) => {
    expect(memoryBit(table, 'read', bytes)).toBeCloseTo(read, 10);
    expect(memoryBit(table, 'write', bytes)).toBeCloseTo(write, 10);
  });
});
