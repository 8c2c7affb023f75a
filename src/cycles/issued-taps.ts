// SPDX-License-Identifier: Apache-2.0
// What a record of cells of minima takes for the taps of one batch, which are not all issued.

import { type ArrayTiming, type LayerPlan, padsAreZero, tileInterval } from '../compile/index.ts';
import type { QuantizedLayer } from '../network/index.ts';
import type { LayerTaps } from './layer-taps.ts';
import { type TapPass, tapPasses } from './tap-passes.ts';
import { TapQueue } from './tap-queue.ts';
import { type RecordPart, recordTaps } from './tap-windows.ts';

/** The map that a record reads, for one batch. */
export interface RecordSource {
  readonly occupied: Uint8Array;
  /** Address of its first row on chip. */
  readonly base: number;
}

/** The pixels of a group of a record. */
interface Group {
  /** Index of each pixel's first window, and the number of all. */
  readonly starts: Uint32Array;
  /** What a pass over them takes. */
  readonly pass: ReturnType<typeof tapPasses>;
}

/** What hears of a run. */
interface Listeners {
  /** A pass, of all pixels. */
  readonly onPass?: (pass: TapPass) => void;
  /** A tile has ended. */
  readonly onTile?: (queue: TapQueue) => void;
}

/** Runs all tiles of a record. */
function runTiles(
  { filterTiles, planes }: LayerPlan,
  groups: readonly Group[],
  interval: number,
  { onPass, onTile }: Listeners,
): TapQueue {
  const queue = new TapQueue(interval);
  for (const { starts, pass } of groups) {
    for (let tile = 0; tile < filterTiles; tile++) {
      const passes = Array.from({ length: planes }, (_, plane) => pass({ tile, plane }));
      passes.forEach((one) => onPass?.(one));
      for (let pixel = 1; pixel < starts.length; pixel++) {
        const last = starts[pixel]! - 1;
        for (const { counts } of passes) {
          for (let window = starts[pixel - 1]!; window < last; window++) queue.add(counts[window]!, false);
          queue.add(counts[last]!, true);
          onTile?.(queue);
        }
      }
    }
  }
  return queue;
}

/** What a record takes for the taps of one batch. */
export function issuedTaps(
  quantized: QuantizedLayer,
  part: RecordPart,
  { occupied, base }: RecordSource,
  configuration: ArrayTiming,
): LayerTaps {
  const { plan } = part;
  const { layer } = quantized;
  const { channels } = layer.input;
  const interval = tileInterval(configuration);
  const firstChannel = part.firstGroup * (channels / layer.groups);
  const groups = recordTaps(part, channels, base, {
    occupied,
    padsZero: padsAreZero(quantized, firstChannel, plan.layer.input.channels),
  }).map((windows, group) => ({ starts: windows.starts, pass: tapPasses(quantized, part, group, windows) }));
  let [sads, activationReads, flagReads] = [0, 0, 0];
  const { stream, drain, scan } = runTiles(plan, groups, interval, {
    onPass: (pass) => {
      sads += pass.sads;
      activationReads += pass.activationReads;
      flagReads += pass.counts.length;
    },
  });
  return {
    cycles: { stream, drain, scan },
    events: { sads, activationReads, weightReads: stream, flagReads },
    times: () => {
      const ends: number[] = [];
      const streams: number[] = [];
      const drains: number[] = [];
      runTiles(plan, groups, interval, {
        onTile: (queue) => {
          ends.push(queue.end);
          streams.push(queue.stream);
          drains.push(queue.drain);
        },
      });
      return { end: (tile) => ends[tile]!, stream: (tile) => streams[tile]!, drain: (tile) => drains[tile]! };
    },
  };
}
