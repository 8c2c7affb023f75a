// SPDX-License-Identifier: Apache-2.0
// The law of the array by itself, whatever it was made of: random tiles back to back, clocks without a tap between them,
// rows out of use and taps that do not count for a column give plain sums, each in its clock.

import fc from 'fast-check';
import { expect } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { partsOf } from '../../src/compile/index.ts';

/** The size of an array, and how its operands enter and its sums leave. */
export interface ArrayShape {
  readonly rows: number;
  readonly columns: number;
  /** Cells that an operand reaches in a clock. @defaultValue 1 */
  readonly reach?: number;
  /** Taps that a cell takes in a clock. @defaultValue 1 */
  readonly taps?: number;
  /** Whether a column's sums leave one row a clock. @defaultValue false */
  readonly serial?: boolean;
}

/** One tile: `x[tap][row]`, `w[tap][column]`, null where the tap does not count; before the taps of each clock so many clocks without one. */
export interface Tile {
  readonly x: readonly (readonly number[])[];
  readonly w: readonly (readonly (number | null)[])[];
  readonly gaps: readonly number[];
}

/** What a kind of cells makes of a tap, and what `sums` hold. */
export interface Cells {
  readonly cell: number;
  readonly plain: number;
  /** Bits of a sum; two fill a part of a word, or one. */
  readonly accBits: 16 | 32;
  readonly added: (x: number, w: number | null) => number;
  /** Whether the array is pipelined_array: weights enter inverted, and `rests` are still to be added. */
  readonly pipelined?: boolean;
}

export const CELLS: Readonly<Record<string, Cells>> = {
  distances: { cell: 0, plain: 0, accBits: 16, added: (x, w) => (w === null ? 0 : Math.abs(x - w)) },
  'distances without weights, from minima': {
    cell: 1,
    plain: 0,
    accBits: 16,
    added: (x, w) => Math.abs(x - (w ?? 0)) - (w ?? 0),
  },
  minima: { cell: 1, plain: 1, accBits: 16, added: (x, w) => Math.min(x, w ?? 0) },
  products: { cell: 2, plain: 0, accBits: 32, added: (x, w) => x * (((w ?? 0) << 24) >> 24) },
};

/** Those that the pipelined array has. */
export const PIPELINED_CELLS: Readonly<Record<string, Cells>> = Object.fromEntries(
  Object.entries(CELLS).flatMap(([law, cells]) => (cells.cell === 2 ? [] : [[law, { ...cells, pipelined: true }]])),
);

/** Sums in the order in which a row's leave: highest column first. */
export interface Left {
  /** In which row 0's leaves. */
  readonly cycle: number;
  /** Clocks since the tile's last tap came with row 0. */
  readonly late: number;
  readonly column: number;
  readonly sums: readonly number[];
}

function tiles(rows: number, columns: number): fc.Arbitrary<readonly Tile[]> {
  const vector = <T>(of: fc.Arbitrary<T>, length: number): fc.Arbitrary<T[]> =>
    fc.array(of, { minLength: length, maxLength: length });
  const code = fc.nat(255);
  const tile = fc.integer({ min: 1, max: 12 }).chain((taps) =>
    fc.record({
      x: fc.array(vector(code, rows), { minLength: taps, maxLength: taps }),
      w: fc.array(vector(fc.option(code, { freq: 4 }), columns), { minLength: taps, maxLength: taps }),
      gaps: fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(3)), {
        minLength: taps,
        maxLength: taps,
      }),
    }),
  );
  return fc.array(tile, { minLength: 1, maxLength: 6 });
}

/** Drives the array with skewed operands and collects what leaves row by row. */
export function drive(
  model: Model,
  { rows, columns, reach = 1, taps: atOnce = 1, serial = false }: ArrayShape,
  all: readonly Tile[],
  rowsUsed: number,
  seed: number,
  { plain, cell, accBits, pipelined = false }: Cells = CELLS['distances']!,
): Left[] {
  interface Tap {
    readonly at: number;
    readonly tile: Tile;
    readonly tap: number;
  }
  const columnClocks = serial ? rows : 1;
  const block = (lane: number): number => Math.floor(lane / reach);
  const taps: Tap[] = [];
  const ends: number[] = [];
  let now = 0;
  let earliestEnd = 0;
  for (const tile of all) {
    for (let tap = 0; tap < tile.x.length; tap += atOnce) {
      now += tile.gaps[tap]!;
      if (tap + atOnce >= tile.x.length) now = Math.max(now, earliestEnd);
      for (let t = tap; t < Math.min(tap + atOnce, tile.x.length); t++) taps.push({ at: now, tile, tap: t });
      now++;
    }
    ends.push(now - 1);
    earliestEnd = now - 1 + columns * columnClocks;
  }
  const length = now + 2 * columns * columnClocks + rows + 4;
  const [xParts, wParts, usedParts] = [rows * 8, columns * 8, columns].map((bits) => partsOf(bits * atOnce)) as [
    number,
    number,
    number,
  ];
  const flags = { valid: new Uint8Array(length), first: new Uint8Array(length), last: new Uint8Array(length) };
  const x = new Uint8Array(length * xParts * 4);
  const w = new Uint8Array(length * wParts * 4);
  const used = new Uint8Array(length * usedParts * 4);
  /** Of a place in so many parts of a clock. */
  const byte = (at: number, parts: number, place: number): number => at * parts * 4 + place;
  for (const { at, tile, tap } of taps) {
    flags.valid[at] = 1;
    const t = tap % atOnce;
    flags.first[at] = Number(tap === t);
    flags.last[at] ||= Number(tap === tile.x.length - 1);
    tile.x[tap]!.forEach((code, row) => (x[byte(at + block(row), xParts, row * atOnce + t)] = code));
    tile.w[tap]!.forEach((code, column) => {
      const place = column * atOnce + t;
      w[byte(at + block(column), wParts, place)] = (code ?? 0xa5) ^ (pipelined ? 0xff : 0);
      if (code !== null) used[byte(at + block(column), usedParts, place >> 3)]! |= 1 << (place & 7);
    });
  }
  using sim = model.create({ seed });
  sim.dut['rst'] = 1;
  sim.run(2);
  sim.dut['rst'] = 0;
  sim.dut['row_used'] = 2 ** rowsUsed - 1;
  sim.dut['plain'] = plain;
  const out = sim.batch(
    {
      ...flags,
      x: new Uint32Array(x.buffer),
      [pipelined ? 'w_n' : 'w']: new Uint32Array(w.buffer),
      column_used: new Uint32Array(used.buffer),
    },
    ['sums_valid', 'sums_column', 'sums_row', 'sums', ...(pipelined ? ['rests'] : [])],
  );
  const sumParts = partsOf(rows * accBits);
  const bytes = Uint32Array.from(out['sums'] as Uint32Array);
  const above = 32 - accBits;
  const lane = (cycle: number, row: number): number => {
    const part = bytes[cycle * sumParts + ((row * accBits) >> 5)]!;
    const top = (part >>> ((row * accBits) & 31)) << above;
    const rest = pipelined ? (Number(out['rests']![cycle]) >> row) & 1 : 0;
    return (cell === 0 ? top >>> above : top >> above) + rest;
  };
  const left: Left[] = [];
  for (let cycle = 0; cycle < length - rows; cycle++) {
    const turn = Number(out['sums_row']![cycle]);
    if (!out['sums_valid']![cycle] || turn > 0) continue;
    const sums = Array.from({ length: rows }, (_, row) => lane(cycle + (serial ? row : block(row)), row));
    const late = cycle - (ends[Math.floor(left.length / columns)] ?? 0);
    left.push({ cycle, late, column: Number(out['sums_column']![cycle]), sums });
  }
  return left;
}

/**
 * Throws unless an array's sums are those of plain loops, and leave when they should.
 * @param model of cells of 8 bits
 */
export function shouldSum(model: Model, shape: ArrayShape, cells: Cells, numRuns?: number): void {
  const { rows, columns, reach = 1, serial = false } = shape;
  const { added, pipelined = false } = cells;
  // The last tap passes the blocks of columns; in the next clock the highest column's sum leaves.
  const first = Math.ceil(columns / reach) + (pipelined ? 2 : 0);
  fc.assert(
    fc.property(
      tiles(rows, columns),
      fc.integer({ min: 1, max: rows }),
      fc.integer({ min: 1, max: 99 }),
      (all, rowsUsed, seed) => {
        const left = drive(model, shape, all, rowsUsed, seed, cells);
        expect(left.map(({ column }) => column)).toEqual(
          all.flatMap(() => Array.from({ length: columns }, (_, i) => columns - 1 - i)),
        );
        const order = (column: number): number => (columns - 1 - column) * (serial ? rows : 1);
        expect(left.map(({ late }) => late)).toEqual(left.map(({ column }) => first + order(column)));
        for (const [index, { column, sums, cycle }] of left.entries()) {
          const tile = all[Math.floor(index / columns)]!;
          for (let row = 0; row < rowsUsed; row++) {
            const expected = tile.x.reduce((sum, x, tap) => sum + added(x[row]!, tile.w[tap]![column]!), 0);
            if (sums[row] !== expected) {
              expect.fail(
                `tile ${Math.floor(index / columns)}, cell (${row}, ${column}), cycle ${cycle + row}: got ${sums[row]}, expected ${expected}`,
              );
            }
          }
        }
      },
    ),
    numRuns === undefined ? {} : { numRuns },
  );
}
