// SPDX-License-Identifier: Apache-2.0
// What is made from rtl/registers.json is as it would be made now; what the file may not say is refused.

import { describe, expect, it } from 'vitest';
import { registerFiles } from '../../scripts/registers/files.mjs';
import { readRegisterMap } from '../../scripts/registers/map.mjs';
import { textOf } from './source-files.ts';

const made = await registerFiles(textOf('rtl/registers.json'));

it.each(Object.entries(made))('%s should be made anew by `npm run registers`', (path, text) => {
  expect(textOf(path)).toBe(text);
});

describe('a register map', () => {
  const field = { name: 'x', bits: '3:0', about: 'A field.' };
  const register = { name: 'A', offset: '0x00', access: 'write', about: 'A register.' };
  const map = (...registers: object[]): string => JSON.stringify({ module: 'm', addressBits: 12, registers });

  it('should be read with what is left out filled in', () => {
    const { registers } = readRegisterMap(map(register, { ...register, name: 'B', offset: '0x10', fields: [field] }));
    expect(registers[0]).toMatchObject({ offset: 0, reset: 0, strobe: false });
    expect(registers[0]!.fields).toMatchObject([{ name: '', signal: 'a', low: 0, width: 32 }]);
    expect(registers[1]!.fields).toMatchObject([{ signal: 'b_x', low: 0, width: 4, access: 'write' }]);
  });

  it.each([
    ['two at one place', [register, { ...register, name: 'B' }], 'offset of B to be a multiple of 4 from 4 on'],
    ['one that is not aligned', [{ ...register, offset: '0x02' }], 'offset of A to be a multiple of 4'],
    ['one past the last address', [{ ...register, offset: '0x1000' }], 'offset of A to be a multiple of 4'],
    ['two of one name', [register, { ...register, offset: '0x04' }], 'names of registers to differ'],
    ['a name that Verilog may not take', [{ ...register, name: 'a-b' }], 'the name of a register to be of capitals'],
    [
      'fields that overlap',
      [{ ...register, fields: [field, { ...field, name: 'y' }] }],
      'fields of A not to share bits',
    ],
    ['bits past the word', [{ ...register, fields: [{ ...field, bits: '32:30' }] }], 'bits of A.x to be HIGH:LOW'],
    ['bits the wrong way round', [{ ...register, fields: [{ ...field, bits: '0:3' }] }], 'bits of A.x to be HIGH:LOW'],
    ['an unknown access', [{ ...register, access: 'wo' }], 'access of a to be one of constant,read'],
    ['no sentence', [{ ...register, about: 'a register' }], 'about of a to be a sentence'],
    [
      'events with a gap',
      [{ ...register, access: 'event', fields: [{ ...field, bits: '1' }] }],
      'A to have bits from 0',
    ],
  ])('should be refused with %s', (_, registers, message) => {
    expect(() => readRegisterMap(map(...registers))).toThrow(message);
  });
});
