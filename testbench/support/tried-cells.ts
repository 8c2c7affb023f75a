// SPDX-License-Identifier: Apache-2.0
// The cells of testbench/bench/cells: what each adds to its sum, and what to know of its ports.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TAP_BITS } from '../../src/energy/measure/index.ts';
import { packageRoot } from '../../src/network/index.ts';

/** How operands enter a cell: by what port, and which bits of a code inverted. */
export interface OperandPort {
  readonly name: string;
  readonly flips: (dataBits: number) => number;
}

/** One way of making a cell. */
export interface TriedCell {
  /** Its module, and where it takes several taps a clock how many. */
  readonly name: string;
  readonly module: string;
  readonly kind: 'distance' | 'minimum' | 'multiply';
  /** What the taps of a clock add to one sum; w is signed where the kind is to multiply. */
  readonly added: (x: readonly number[], w: readonly number[], dataBits: number) => number;
  /** Taps a clock that one sum takes. */
  readonly taps: number;
  /** Sums, each with taps of its own. @defaultValue 1 */
  readonly sums?: number;
  /** Whether the taps are a parameter of the module. @defaultValue false */
  readonly parametric?: boolean;
  /** Ports of both operands; tap t of sum s from bit (s taps + t) dataBits. */
  readonly x: OperandPort;
  readonly w: OperandPort;
  /** Bits of `rest`, which is still to be added to the sum; 0: no such port. @defaultValue 0 */
  readonly restBits?: number;
  /** Clocks that the sum is late. @defaultValue 0 */
  readonly late?: number;
  /** Its registers are not clocked where nothing is to be kept. @defaultValue false */
  readonly gated?: boolean;
  /**
   * Two taps are one product, and what is shared by a row and by a filter is added too.
   * @defaultValue false
   */
  readonly inner?: boolean;
}

const distance = (x: number, w: number): number => Math.abs(x - w);
const minimum = (x: number, w: number): number => Math.min(x, w);
const product = (x: number, w: number): number => x * w;
const excess = (x: number, w: number): number => Math.max(0, x - w);
const offsetProduct = (x: number, w: number, dataBits: number): number =>
  x * w + 2 ** (2 * dataBits - 1) - 2 ** (dataBits - 1);

/** Of each digit of two bits the constant of its sign. */
function digitProduct(x: number, w: number, dataBits: number): number {
  return x * w + (2 ** (dataBits + 1) * (2 ** dataBits - 1)) / 3;
}

/** A sum over taps. */
function each(one: (x: number, w: number, dataBits: number) => number): TriedCell['added'] {
  return (x, w, dataBits) => x.reduce((sum, code, tap) => sum + one(code, w[tap]!, dataBits), 0);
}

/** Products of pairs of taps, each operand of x with the other tap's v = w + 2^(dataBits - 1). */
function innerProducts(x: readonly number[], w: readonly number[], dataBits: number): number {
  const v = w.map((code) => code + 2 ** (dataBits - 1));
  let sum = 0;
  for (let tap = 0; tap < x.length; tap += 2) sum += (x[tap]! + v[tap + 1]!) * (x[tap + 1]! + v[tap]!);
  return sum;
}

const plain = (name: string): OperandPort => ({ name, flips: () => 0 });
const inverted = (name: string): OperandPort => ({ name: `${name}_n`, flips: (dataBits) => 2 ** dataBits - 1 });
/** A two's complement code with 2^(dataBits - 1) added, an unsigned one. */
const V: OperandPort = { name: 'v', flips: (dataBits) => 2 ** (dataBits - 1) };
const V_INVERTED: OperandPort = { name: 'v_n', flips: (dataBits) => 2 ** (dataBits - 1) - 1 };

type Optional = 'name' | 'taps' | 'x' | 'w';

/** A cell of one tap a clock and operands as they are, where nothing else is said. */
function cell(about: Omit<TriedCell, Optional> & Partial<Pick<TriedCell, Optional>>): TriedCell {
  return { name: about.module, taps: 1, x: plain('x'), w: plain('w'), ...about };
}

/** A module of as many taps as it is told, once for each number. */
function columns(counts: readonly number[], about: Omit<TriedCell, 'name' | 'taps' | 'parametric'>): TriedCell[] {
  return counts.map((taps) => ({
    ...about,
    name: taps === 1 ? about.module : `${about.module}, ${taps} taps`,
    taps,
    parametric: true,
  }));
}

const bothInverted = { x: inverted('x'), w: inverted('w') };
const wInverted = { w: inverted('w') };
const wOnly = { x: plain('x'), ...wInverted };

/** All cells tried. */
export const TRIED_CELLS: readonly TriedCell[] = [
  cell({ module: 'distance_naive', kind: 'distance', added: each(distance) }),
  cell({ module: 'distance_negate', kind: 'distance', added: each(distance) }),
  cell({ module: 'distance_invert', kind: 'distance', added: each(distance) }),
  cell({ module: 'distance_late', kind: 'distance', added: each(distance), ...wInverted, restBits: 1 }),
  cell({ module: 'distance_pipelined', kind: 'distance', added: each(distance), ...wInverted, restBits: 1, late: 1 }),
  cell({ module: 'distance_counted', kind: 'distance', added: each(distance), ...wInverted, restBits: TAP_BITS }),
  cell({ module: 'distance_pair', kind: 'distance', added: each(distance), ...wInverted, taps: 2, restBits: 1 }),
  ...columns([1, 2, 4], { module: 'distance_columns', kind: 'distance', added: each(distance), ...wOnly }),
  cell({ module: 'minimum_plain', kind: 'minimum', added: each(minimum) }),
  cell({ module: 'minimum_late', kind: 'minimum', added: each(minimum), ...wInverted }),
  cell({ module: 'minimum_gates', kind: 'minimum', added: each(minimum) }),
  cell({ module: 'minimum_excess', kind: 'minimum', added: each(excess), ...wInverted }),
  cell({ module: 'minimum_beside', kind: 'minimum', added: each(minimum), ...wInverted, sums: 2 }),
  cell({ module: 'minimum_pair', kind: 'minimum', added: each(minimum), ...wInverted, taps: 2 }),
  ...columns([1, 2, 4], { module: 'minimum_columns', kind: 'minimum', added: each(minimum), ...bothInverted }),
  cell({ module: 'minimum_gated', kind: 'minimum', added: each(minimum), gated: true }),
  cell({ module: 'multiply_operator', kind: 'multiply', added: each(product) }),
  cell({ module: 'multiply_rows', kind: 'multiply', added: each(product) }),
  cell({ module: 'multiply_chain', kind: 'multiply', added: each(product) }),
  cell({ module: 'multiply_pair', kind: 'multiply', added: each(product), taps: 2 }),
  cell({ module: 'multiply_save', kind: 'multiply', added: each(product) }),
  cell({ module: 'multiply_offset', kind: 'multiply', added: each(offsetProduct) }),
  cell({ module: 'multiply_booth', kind: 'multiply', added: each(product) }),
  ...columns([1, 2, 4], { module: 'multiply_columns', kind: 'multiply', added: each(offsetProduct), ...bothInverted }),
  ...columns([1, 2, 4], { module: 'multiply_whole', kind: 'multiply', added: each(product), ...bothInverted }),
  ...columns([1, 2, 4], {
    module: 'multiply_digits',
    kind: 'multiply',
    added: each(digitProduct),
    x: plain('x'),
    w: plain('w'),
  }),
  cell({ module: 'multiply_inner_chain', kind: 'multiply', added: innerProducts, w: V, taps: 2, inner: true }),
  ...columns([2, 4], {
    module: 'multiply_inner',
    kind: 'multiply',
    added: innerProducts,
    x: inverted('x'),
    w: V_INVERTED,
    inner: true,
  }),
  cell({ module: 'multiply_gated', kind: 'multiply', added: each(product), gated: true }),
];

/** Bits of a cell's sum of 1,024 taps. */
export function sumBits({ kind }: TriedCell, dataBits: number): number {
  return (kind === 'multiply' ? 2 * dataBits : dataBits) + TAP_BITS;
}

/** Taps a clock of all sums of a cell. */
export function tapsAClock({ taps, sums = 1 }: TriedCell): number {
  return taps * sums;
}

/** The parameters of a cell's module. */
export function cellParameters(one: TriedCell, dataBits: number): Record<string, number> {
  return {
    W_DATA: dataBits,
    W_ACC: sumBits(one, dataBits),
    ...(one.parametric === true ? { TAPS: one.taps } : {}),
  };
}

/** A tried cell by its name. */
export function triedCell(name: string): TriedCell {
  const found = TRIED_CELLS.find((one) => one.name === name);
  if (!found) throw new RangeError(`Expected a cell that was tried, but received ${name}.`);
  return found;
}

/** Sources of all cells tried. */
export function triedSources(): string[] {
  const folder = join(packageRoot(), 'testbench', 'bench', 'cells');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.v'))
    .map((name) => join(folder, name))
    .toSorted();
}
