// SPDX-License-Identifier: Apache-2.0
// The taps that cells of minima issue in one pass over a group's pixels, with one tile of filters, in one plane.
//
// Those are issued that are not 0 and, where the layer multiplies, whose weight word has a lane in use: one without adds
// nothing. Where it adds, such a tap counts for the sum of its pixel's activations. A tile's last tap is issued at any rate
// if no other tap of its window is, for it ends the tile.

import type { QuantizedLayer } from '../network/index.ts';
import { type PassPlace, tapLanes } from './tap-lanes.ts';
import type { RecordPart, TapWindows } from './tap-windows.ts';

/** Taps that are issued. */
interface Issued {
  /** Of each window, 0 to 16. */
  readonly counts: Uint8Array;
  /** Last taps of tiles that add nothing; and those of them that are on the map. */
  readonly forced: number;
  readonly forcedOnMap: number;
}

/** What a pass takes. */
export interface TapPass {
  /** Taps issued of each window. */
  readonly counts: Uint8Array;
  /** Lanes in use of the taps that are issued. */
  readonly sads: number;
  /** Taps issued that are on the map. */
  readonly activationReads: number;
}

/** Bits of a number of 16 that are 1. */
function ones(mask: number): number {
  const pairs = mask - ((mask >> 1) & 0x5555);
  const fours = (pairs & 0x3333) + ((pairs >> 2) & 0x3333);
  const eights = (fours + (fours >> 4)) & 0x0f0f;
  return (eights + (eights >> 8)) & 31;
}

/** For each tap which of it and the 15 after it have a lane in use, it in the lowest bit. */
function usedFrom(lanes: Uint8Array): Uint16Array {
  const used = new Uint16Array(lanes.length);
  for (let tap = lanes.length - 1, later = 0; tap >= 0; tap--) {
    later = (later << 1) | Number(lanes[tap]! > 0);
    used[tap] = later;
  }
  return used;
}

/**
 * Taps that are issued.
 * @param used by the first tap of a window, which of its taps may be; all if not given
 */
function issuedOf({ masks, firsts, starts, lastOnMap }: TapWindows, used?: Uint16Array): Issued {
  const counts = new Uint8Array(masks.length);
  let [forced, forcedOnMap] = [0, 0];
  for (let window = 0; window < masks.length; window++) {
    counts[window] = ones(masks[window]! & (used ? used[firsts[window]!]! : 0xffff));
  }
  for (let pixel = 1; pixel < starts.length; pixel++) {
    const last = starts[pixel]! - 1;
    if (counts[last]! > 0) continue;
    counts[last] = 1;
    forced++;
    forcedOnMap += lastOnMap[pixel - 1]!;
  }
  return { counts, forced, forcedOnMap };
}

/** Tells what each pass over a group's pixels takes. */
export function tapPasses(
  quantized: QuantizedLayer,
  part: RecordPart,
  group: number,
  windows: TapWindows,
): (place: Omit<PassPlace, 'group'>) => TapPass {
  const { hits, hitsOnMap } = windows;
  // Where the layer adds, all passes issue the same.
  const same = quantized.layer.cell === 'adder' ? issuedOf(windows) : undefined;
  return (place) => {
    const lanes = tapLanes(quantized, part, { group, ...place });
    const { counts, forced, forcedOnMap } = same ?? issuedOf(windows, usedFrom(lanes));
    let sads = forced * lanes.at(-1)!;
    let activationReads = forcedOnMap;
    for (let tap = 0; tap < lanes.length; tap++) {
      sads += hits[tap]! * lanes[tap]!;
      if (same || lanes[tap]! > 0) activationReads += hitsOnMap[tap]!;
    }
    return { counts, sads, activationReads };
  };
}
