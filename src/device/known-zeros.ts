// SPDX-License-Identifier: Apache-2.0
// What the closed form has to know of the images of a run besides their number, and how it is found.

import type { Configuration, Schedule } from '../compile/index.ts';
import { type Occupancy, occupanciesOf, skipsTaps } from '../cycles/index.ts';
import type { Codes, QuantizedNetwork } from '../network/index.ts';

/** Images, and what they should give. */
export interface KnownImages {
  /** Codes of `count` images, [image][row][column][channel]. */
  readonly pictures: Codes;
  /** Maps of every layer for all of them. */
  readonly maps: readonly Codes[];
  readonly count: number;
}

/** Where the maps of each batch are not 0, which clocks of cells of minima depend on; undefined with others, or where weights are held. */
export function knownZeros(
  { network }: QuantizedNetwork,
  configuration: Configuration,
  schedule: Schedule,
  { pictures, maps, count }: KnownImages,
): readonly Occupancy[] | undefined {
  return skipsTaps(configuration, schedule) ? occupanciesOf(network, configuration, pictures, maps, count) : undefined;
}
