// SPDX-License-Identifier: Apache-2.0
// What of a design that is too large would fit, by estimate: cells of the array cost what they cost on average in this
// design, and all else stays as it is, though it gets smaller with fewer rows and columns. So the array that is named
// is rather too small than too large.

import { instancePath } from './rtl-names.ts';
import type { Synthesis } from './synthesize.ts';

/** Parameters that give the words of a buffer, by the buffer's instance. */
const DEPTHS: Readonly<Record<string, string>> = {
  activations_u: 'ACTIVATION_DEPTH',
  weights_u: 'WEIGHT_DEPTH',
  folds_u: 'FOLD_DEPTH',
  program_u: 'PROGRAM_DEPTH',
  results_u: 'RESULT_DEPTH',
};

/** Of what there is too little. */
interface Part {
  readonly used: number;
  readonly available: number;
}

/** Logic that a placer can fill, of all: a board with 97.5 % in use was routed, at 99 % the router did not end. */
const FILLED = 0.975;

/**
 * The array with the most cells that would fit: `the largest array that fits is 7x8 cells`. Where none does, one may still
 * fit, since the rest gets smaller with it. Empty where the design has no array.
 */
export function largestArray({ design, cells }: Synthesis, { used, available }: Part): string {
  const { ROWS: rows = 0, COLUMNS: columns = 0 } = design.sizes;
  const logic = cells.filter(({ type }) => /^SB_(LUT4|DFF)/.test(type));
  const ofArray = logic.filter(({ name }) => instancePath(name).split('.').includes('array_u'));
  if (rows * columns === 0 || ofArray.length === 0) return '';
  const perCell = (used * ofArray.length) / logic.length / (rows * columns);
  const room = Math.floor((available * FILLED - (used - perCell * rows * columns)) / perCell);
  let best = { rows: 0, columns: 0 };
  for (let r = 1; r <= rows; r++) {
    const c = Math.min(columns, Math.floor(room / r));
    const more = r * c - best.rows * best.columns;
    if (more > 0 || (more === 0 && Math.abs(r - c) < Math.abs(best.rows - best.columns)))
      best = { rows: r, columns: c };
  }
  if (best.rows === 0 || best.columns === 0) return 'fewer cells free too little, unless the rest shrinks with them';
  return `the largest array that fits is ${best.rows}x${best.columns} cells`;
}

/** The depth at which the largest buffer would fit: `weights fit with WEIGHT_DEPTH 1536`; empty where that is not all. */
export function smallerBuffer({ design, cells }: Synthesis, { used, available }: Part): string {
  const counts = new Map<string, number>();
  for (const { name, type } of cells) {
    const instance = instancePath(name)
      .split('.')
      .findLast((one) => one in DEPTHS);
    if (instance !== undefined && type.startsWith('SB_RAM40_4K')) counts.set(instance, (counts.get(instance) ?? 0) + 1);
  }
  const [buffer, blocks] = [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? ['', 0];
  const depth = design.sizes[DEPTHS[buffer] ?? ''];
  if (depth === undefined || blocks <= used - available) return '';
  const words = Math.floor((depth * (blocks - (used - available))) / blocks);
  return `buffers fit with ${DEPTHS[buffer]} ${words} in place of ${depth}`;
}
