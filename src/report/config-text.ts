// SPDX-License-Identifier: Apache-2.0
// A configuration in a line of text.

import type { ArrayCell, Configuration } from '../compile/index.ts';

/** What a cell does with a tap, in the plural. */
export const TAPS: Readonly<Record<ArrayCell, string>> = {
  distance: 'abs. differences',
  minimum: 'minima',
  product: 'products',
};

/** What cells are called in tables and charts, in the plural. */
export const CELLS: Readonly<Record<ArrayCell, string>> = {
  distance: 'distances',
  minimum: 'minima',
  product: 'multipliers',
};

/** Whether an array is the multiplier twin itself: there is no other to show beside it. */
export function isTwin({ cell }: Pick<Configuration, 'cell'>): boolean {
  return cell === 'product';
}

/** What of the arithmetic gain shows. */
export function gainText(hidden: boolean): string {
  return hidden
    ? 'Registers and memory hide more than half of what arithmetic gains.'
    : 'At least half of what arithmetic gains shows in the whole.';
}

/** How many taps each cell takes in a clock, where that is not one. */
export function tapsText({ tapsPerClock = 1 }: Pick<Configuration, 'tapsPerClock'>): string {
  return tapsPerClock === 1 ? '' : `, ${tapsPerClock} taps a clock each`;
}

/** What of a configuration is said in every report. */
export function configText(name: string | null, configuration: Configuration): string {
  const { rows, columns, dataBits, accBits, cell, reach = 1 } = configuration;
  const cells = cell === undefined || cell === 'distance' ? 'cells' : `cells of ${TAPS[cell]}`;
  const blocks = reach === 1 ? '' : ` in blocks of ${reach}x${reach}`;
  return `config ${name}: ${rows}x${columns} ${cells}${blocks}${tapsText(configuration)}, ${dataBits}-bit codes, ${accBits}-bit sums`;
}
