// SPDX-License-Identifier: Apache-2.0

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drive, inputValues, portValue, stimulus, type CheckedPort } from '../../sim/fast-check/index.ts';

const input = { direction: 'input', signed: false, dims: [] } as const;

const wide: Readonly<Record<string, CheckedPort>> = {
  clk: { ...input, width: 1 },
  wr_clk: { ...input, width: 1 },
  s_axi_aresetn: { ...input, width: 1 },
  rst_n: { ...input, width: 1 },
  first: { ...input, width: 1 },
  burst: { ...input, width: 1 },
  clock_ratio: { ...input, width: 4 },
  level: { ...input, width: 12, signed: true },
  long: { ...input, width: 60 },
  deep: { ...input, width: 60, signed: true },
  huge: { ...input, width: 70, signed: true },
  table: {
    ...input,
    width: 5,
    dims: [
      [0, 1],
      [3, 1],
    ],
  },
  sum: { ...input, direction: 'output', width: 8 },
};

const model = { top: 'wide', ports: wide, create: (): { dut: Record<string, never> } => ({ dut: {} }) };

/** Values of an arbitrary, biased as in a property. */
function sample<T>(arbitrary: fc.Arbitrary<T>): T[] {
  return fc.sample(arbitrary, { numRuns: 2000, seed: 1 });
}

describe('portValue', () => {
  const widths = fc.oneof(fc.constantFrom(1, 2, 8, 31, 32, 33, 52, 53), fc.integer({ min: 1, max: 53 }));

  it('should give numbers of the range up to 53 bits', () => {
    const checked = fc.tuple(widths, fc.boolean()).chain(([width, signed]) => {
      return fc.tuple(fc.constant([width, signed] as const), portValue({ width, signed, dims: [] }));
    });
    fc.assert(
      fc.property(checked, ([[width, signed], value]) => {
        expect(Number.isSafeInteger(value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(signed ? -(2 ** (width - 1)) : 0);
        expect(value).toBeLessThan(2 ** (signed ? width - 1 : width));
      }),
    );
  });

  it('should give bigints of the range above 53 bits', () => {
    const checked = fc.tuple(fc.integer({ min: 54, max: 300 }), fc.boolean()).chain(([width, signed]) => {
      return fc.tuple(fc.constant([width, signed] as const), portValue({ width, signed, dims: [] }));
    });
    fc.assert(
      fc.property(checked, ([[width, signed], value]) => {
        expect((signed ? BigInt.asIntN : BigInt.asUintN)(width, value as bigint)).toBe(value);
      }),
    );
  });

  it('should often give edges: both ends, the sign bit, single bits', () => {
    const unsigned = new Set(sample(portValue({ width: 16, signed: false, dims: [] })));
    for (const edge of [0, 1, 0xffff, 0xfffe, 0x8000, 0x7fff, 0x5555, 0xaaaa]) expect(unsigned).toContain(edge);
    for (let bit = 0; bit < 16; bit++) expect(unsigned).toContain(2 ** bit);
    const signed = new Set(sample(portValue({ width: 100, signed: true, dims: [] })));
    for (const edge of [0n, 1n, -1n, -(2n ** 99n), 2n ** 99n - 1n, 2n ** 60n]) expect(signed).toContain(edge);
  });

  it('should give all values of one bit, with a sign or without', () => {
    expect(new Set(sample(portValue({ width: 1, signed: false, dims: [] })))).toEqual(new Set([0, 1]));
    expect(new Set(sample(portValue({ width: 1, signed: true, dims: [] })))).toEqual(new Set([0, -1]));
  });

  it('should shrink edges like other values', () => {
    for (const limit of [200, 37]) {
      const property = fc.property(portValue({ width: 16, signed: false, dims: [] }), (value) => Number(value) < limit);
      expect(fc.check(property, { seed: 1 }).counterexample).toEqual([limit]);
    }
    const negative = fc.property(
      portValue({ width: 80, signed: true, dims: [] }),
      (value) => BigInt(value as bigint) > -5n,
    );
    expect(fc.check(negative, { seed: 1 }).counterexample).toEqual([-5n]);
  });

  it.each([
    [5, false, Uint8Array],
    [8, true, Int8Array],
    [7, true, Uint8Array],
    [12, false, Uint16Array],
    [16, true, Int16Array],
    [32, true, Int32Array],
    [32, false, Uint32Array],
    [33, false, BigUint64Array],
    [64, true, BigInt64Array],
    [65, false, Uint32Array],
  ])('should give arrays of %i bits, signed %s, in their form', (width, signed, type) => {
    const words = width > 64 ? 3 : 1;
    for (const value of sample(
      portValue({
        width,
        signed,
        dims: [
          [1, 0],
          [0, 2],
        ],
      }),
    ).slice(0, 100)) {
      expect(value).toBeInstanceOf(type);
      expect((value as Uint8Array).length).toBe(6 * words);
      if (width < 32 && !signed) for (const element of value as Uint8Array) expect(element).toBeLessThan(2 ** width);
    }
  });

  it('should find a port by name, and name the ports when there is none', () => {
    expect(sample(portValue(model, 'level')).some((value) => Number(value) < 0)).toBe(true);
    expect(() => portValue(model, 'lvl')).toThrow(
      new TypeError(`Expected a port of wide (${Object.keys(wide).join(', ')}), but received "lvl".`),
    );
  });
});

describe('inputValues', () => {
  it('should give values to all inputs but clocks and resets', () => {
    const [values = {}] = sample(inputValues(model));
    const names = ['first', 'burst', 'clock_ratio', 'level', 'long', 'deep', 'huge', 'table'];
    expect(Object.keys(values).toSorted()).toEqual(names.toSorted());
  });

  it('should give values to the inputs named', () => {
    const [values = {}] = sample(inputValues(model, ['clk', 'level']));
    expect(Object.keys(values).toSorted()).toEqual(['clk', 'level']);
    expect(() => inputValues(model, ['sum'])).toThrow(
      new TypeError('Expected an input of wide, but received output port sum.'),
    );
  });
});

describe('drive', () => {
  it('should write values, and arrays element by element', () => {
    const table = new Uint8Array(3);
    const dut = { level: 0, table };
    drive({ dut }, { level: -3, table: Uint8Array.of(1, 2, 3) });
    expect(dut).toEqual({ level: -3, table: Uint8Array.of(1, 2, 3) });
    expect(dut.table).toBe(table);
    expect(() => drive({ dut }, { level: Uint8Array.of(1) })).toThrow(
      new TypeError('Expected a number or a bigint for port level, but received Uint8Array.'),
    );
  });
});

describe('stimulus', () => {
  it('should give columns in the form that a batch takes', () => {
    for (const columns of sample(stimulus(model, { maxCycles: 5, minCycles: 2 })).slice(0, 200)) {
      expect(Object.keys(columns)).toEqual(['first', 'burst', 'clock_ratio', 'level', 'long', 'deep', 'huge']);
      const { first, level, long, deep, huge } = columns as Record<string, { readonly length: number }>;
      const cycles = first!.length;
      expect(cycles).toBeGreaterThanOrEqual(2);
      expect(cycles).toBeLessThanOrEqual(5);
      expect([first, level, long, deep, huge].map((column) => [column!.constructor, column!.length / cycles])).toEqual([
        [Uint8Array, 1],
        [Int16Array, 1],
        [BigUint64Array, 1],
        [BigInt64Array, 1],
        [Uint32Array, 3],
      ]);
      // The words of a port hold no more than its bits.
      for (let i = 2; i < huge!.length; i += 3) expect((huge as Uint32Array)[i]).toBeLessThan(2 ** 6);
    }
  });

  it('should shrink to few cycles and small values', () => {
    const columns = stimulus(model, { maxCycles: 50, ports: ['clock_ratio'] });
    const property = fc.property(
      columns,
      ({ clock_ratio: ratio }) => !(ratio as Uint8Array).some((value) => value >= 7),
    );
    expect(fc.check(property, { seed: 1 }).counterexample).toEqual([{ clock_ratio: Uint8Array.of(7) }]);
  });

  it.each([
    [{ maxCycles: 0 }, 'Expected maxCycles to be an integer of at least 1, but received 0.'],
    [{ maxCycles: 3, minCycles: 4 }, 'Expected maxCycles to be an integer of at least 4, but received 3.'],
    [{ maxCycles: 3, ports: ['table'] }, 'Expected ports with one value, but received table, which is an array.'],
    [{ maxCycles: 3, ports: [] }, 'Expected wide to have an input to drive, but received none.'],
  ])('should refuse %j', (options, message) => {
    expect(() => stimulus(model, options)).toThrow(new RangeError(message));
  });
});
