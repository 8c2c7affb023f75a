// SPDX-License-Identifier: Apache-2.0
// The cells of testbench/bench/cells: what each adds to its sum, and what to know of its ports.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TAP_BITS } from '../../src/energy/measure/index.ts';
import { packageRoot } from '../../src/network/index.ts';

/** One way of making a cell. */
export interface TriedCell {
  readonly module: string;
  readonly kind: 'distance' | 'minimum' | 'multiply';
  /** What a tap adds; w is signed where the kind is to multiply. */
  readonly added: (x: number, w: number, dataBits: number) => number;
  /** Weights enter inverted, by the port `w_n`. @defaultValue false */
  readonly inverted?: boolean;
  /** Bits of `rest`, which is still to be added to the sum; 0: no such port. @defaultValue 0 */
  readonly restBits?: number;
  /** Clocks that the sum is late. @defaultValue 0 */
  readonly late?: number;
  /** Its registers are not clocked where nothing is to be kept. @defaultValue false */
  readonly gated?: boolean;
}

const distance = (x: number, w: number): number => Math.abs(x - w);
const minimum = (x: number, w: number): number => Math.min(x, w);
const product = (x: number, w: number): number => x * w;

/** All cells tried. */
export const TRIED_CELLS: readonly TriedCell[] = [
  { module: 'distance_naive', kind: 'distance', added: distance },
  { module: 'distance_negate', kind: 'distance', added: distance },
  { module: 'distance_invert', kind: 'distance', added: distance },
  { module: 'distance_late', kind: 'distance', added: distance, inverted: true, restBits: 1 },
  { module: 'distance_pipelined', kind: 'distance', added: distance, inverted: true, restBits: 1, late: 1 },
  { module: 'distance_counted', kind: 'distance', added: distance, inverted: true, restBits: TAP_BITS },
  { module: 'minimum_plain', kind: 'minimum', added: minimum },
  { module: 'minimum_late', kind: 'minimum', added: minimum, inverted: true },
  { module: 'minimum_gates', kind: 'minimum', added: minimum },
  { module: 'minimum_excess', kind: 'minimum', added: (x, w) => Math.max(0, x - w), inverted: true },
  { module: 'minimum_gated', kind: 'minimum', added: minimum, gated: true },
  { module: 'multiply_operator', kind: 'multiply', added: product },
  { module: 'multiply_rows', kind: 'multiply', added: product },
  { module: 'multiply_chain', kind: 'multiply', added: product },
  { module: 'multiply_save', kind: 'multiply', added: product },
  {
    module: 'multiply_offset',
    kind: 'multiply',
    added: (x, w, dataBits) => x * w + 2 ** (2 * dataBits - 1) - 2 ** (dataBits - 1),
  },
  { module: 'multiply_booth', kind: 'multiply', added: product },
  { module: 'multiply_gated', kind: 'multiply', added: product, gated: true },
];

/** Bits of a cell's sum of 1,024 taps. */
export function sumBits({ kind }: TriedCell, dataBits: number): number {
  return (kind === 'multiply' ? 2 * dataBits : dataBits) + TAP_BITS;
}

/** Sources of all cells tried. */
export function triedSources(): string[] {
  const folder = join(packageRoot(), 'testbench', 'bench', 'cells');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.v'))
    .map((name) => join(folder, name))
    .toSorted();
}
