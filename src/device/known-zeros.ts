// SPDX-License-Identifier: Apache-2.0
// What the closed form has to know of the images of a run besides their number, and how it is found.

import type { Configuration } from '../compile/index.ts';
import { type Occupancy, occupanciesOf } from '../cycles/index.ts';
import type { Codes, QuantizedNetwork } from '../network/index.ts';

/** Images, and what they should give. */
export interface KnownImages {
  /** Codes of `count` images, [image][row][column][channel]. */
  readonly pictures: Codes;
  /** Maps of every layer for all of them. */
  readonly maps: readonly Codes[];
  readonly count: number;
}

/** Where the maps of each batch are not 0, which clocks of cells of minima depend on; undefined with other cells. */
export function knownZeros(
  { network }: QuantizedNetwork,
  configuration: Configuration,
  { pictures, maps, count }: KnownImages,
): readonly Occupancy[] | undefined {
  return configuration.cell === 'minimum' ? occupanciesOf(network, configuration, pictures, maps, count) : undefined;
}
