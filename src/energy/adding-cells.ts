// SPDX-License-Identifier: Apache-2.0
// The same array with the other cells that give the same codes for the same weights.

import type { Configuration } from '../compile/index.ts';

/** Kinds that give the same codes for the same weights. */
export type AddingCell = 'distance' | 'minimum';

/**
 * The same array with cells of a kind. Sums of minima are signed and have a bit more.
 * @returns sizes that are not checked: not every array of distances can be one of minima
 */
export function withCells(configuration: Configuration, cell: AddingCell): Configuration {
  const { accBits, sumBits, cell: own = 'distance' } = configuration;
  const more = cell === 'minimum' && own !== 'minimum' ? 1 : 0;
  return { ...configuration, cell, accBits: accBits + more, sumBits: sumBits + more };
}
