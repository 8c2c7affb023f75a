// SPDX-License-Identifier: Apache-2.0
// Functions of Liberty files, and full adders found by them.

import { describe, expect, it } from 'vitest';
import { parseFunction, toVerilog, valueOf } from '../../src/energy/gate/boolean.ts';
import { findFullAdder } from '../../src/energy/gate/full-adder.ts';
import { readLibrary } from '../../src/energy/gate/library.ts';

/** Values of a function of A, B and C, for A = 0, 1, 0, 1, ..., B and C slower. */
function table(text: string): string {
  const expression = parseFunction(text);
  return Array.from({ length: 8 }, (_, code) => {
    const high = new Set(['A', 'B', 'C'].filter((_pin, i) => (code >> i) & 1));
    return Number(valueOf(expression, high));
  }).join('');
}

describe('a function of pins', () => {
  it.each([
    ['A', '01010101'],
    ['!A', '10101010'],
    ["A'", '10101010'],
    ["!A'", '01010101'],
    ['A B', '00010001'],
    ['A*B & C', '00000001'],
    ['(!((A B)+C))', '11100000'],
    ['A + B C', '01010111'],
    ['A B ^ C', '00010100'],
    ['(((A B)+(B C))+(C A))', '00010111'],
    ['(A^B)^C', '01101001'],
    ['0 | 1 A', '01010101'],
  ])('should be read: %s', (text, expected) => {
    expect(table(text)).toBe(expected);
  });

  it('should be written in Verilog', () => {
    const written = toVerilog(parseFunction("!(A B)+C'^1"), (pin) => `n_${pin.toLowerCase()}`);
    expect(written).toBe("(~(n_a & n_b) | (~n_c ^ {32{1'b1}}))");
  });

  it.each(['', 'A +', '(A', 'A)', 'A # B'])('should be refused when it is %j', (text) => {
    expect(() => parseFunction(text)).toThrow(`Expected a function of pins, but received "${text}".`);
  });
});

describe('a full adder', () => {
  const library = (sum: string, carry: string): string => `library (l) { nom_voltage : 1; capacitive_load_unit (1, pf);
    cell (FA) { area : 9; pin (P, Q, R) { direction : input; }
      pin (Y) { direction : output; function : "${carry}"; } pin (Z) { direction : output; function : "${sum}"; } } }`;

  it('should be found by its functions, whatever its pins are called', () => {
    expect(findFullAdder(readLibrary(library('P^Q^R', 'P Q + R (P + Q)')))).toEqual({
      cell: 'FA',
      inputs: ['P', 'Q', 'R'],
      sum: 'Z',
      carry: 'Y',
    });
  });

  it('should not be found in a cell that inverts', () => {
    expect(findFullAdder(readLibrary(library('P^Q^R', '!(P Q + R (P + Q))')))).toBeUndefined();
  });
});
