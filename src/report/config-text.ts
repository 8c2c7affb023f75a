// SPDX-License-Identifier: Apache-2.0
// A configuration in a line of text.

import type { Configuration } from '../compile/index.ts';

/** What of a configuration is said in every report. */
export function configText(name: string | null, { rows, columns, dataBits, accBits, cell }: Configuration): string {
  const cells = cell === 'minimum' ? 'cells of minima' : 'cells';
  return `config ${name}: ${rows}x${columns} ${cells}, ${dataBits}-bit codes, ${accBits}-bit sums`;
}
