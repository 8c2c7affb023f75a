// SPDX-License-Identifier: Apache-2.0
// Where maps are, as far as it matters to when the host loads pictures.

import type { MapPlaces } from '../compile/index.ts';

/** Where maps are, as far as it matters to when pictures are loaded. */
export interface RunMaps {
  /** Banks of pictures. */
  readonly pictureBanks: 1 | 2;
  /** For each layer whether it writes to the buffer of the pictures, which are not loaded in the same clock. */
  readonly writesPictures: readonly boolean[];
}

/** What of the places of maps matters. */
export function runMaps({ pictures, banks, places }: MapPlaces): RunMaps {
  const writesPictures = places.map(({ dest }) => dest.buffer === 3 || dest.buffer === pictures.buffer);
  return { pictureBanks: banks, writesPictures };
}
