// SPDX-License-Identifier: Apache-2.0
// What a record of cells of minima takes for the taps of one batch, which are not all issued.

import { type ArrayTiming, type LayerPlan, padsAreZero, tileInterval } from '../compile/index.ts';
import type { QuantizedLayer } from '../network/index.ts';
import type { LayerTaps } from './layer-taps.ts';
import { tapLanes } from './tap-lanes.ts';
import { TapQueue } from './tap-queue.ts';
import { type RecordPart, recordTaps, type TapWindows } from './tap-windows.ts';

/** The map that a record reads, for one batch. */
export interface RecordSource {
  readonly occupied: Uint8Array;
  /** Address of its first row on chip. */
  readonly base: number;
}

/** Runs all tiles of a record; tells of each when it has ended. */
function runTiles(
  { filterTiles, planes }: LayerPlan,
  groups: readonly TapWindows[],
  interval: number,
  onTile: (queue: TapQueue) => void,
): TapQueue {
  const queue = new TapQueue(interval);
  for (const { counts, starts } of groups) {
    for (let tile = 0; tile < filterTiles; tile++) {
      for (let pixel = 1; pixel < starts.length; pixel++) {
        const last = starts[pixel]! - 1;
        for (let plane = 0; plane < planes; plane++) {
          for (let window = starts[pixel - 1]!; window < last; window++) queue.add(counts[window]!, false);
          queue.add(counts[last]!, true);
          onTile(queue);
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
  const { filterTiles, planes } = plan;
  const { channels } = layer.input;
  const interval = tileInterval(configuration);
  const firstChannel = part.firstGroup * (channels / layer.groups);
  const windows = recordTaps(part, channels, base, {
    occupied,
    padsZero: padsAreZero(quantized, firstChannel, plan.layer.input.channels),
  });
  const { stream, drain, scan } = runTiles(plan, windows, interval, () => {});
  const passes = filterTiles * planes;
  let sads = 0;
  windows.forEach(({ hits }, group) => {
    const lanes = tapLanes(quantized, part, group);
    hits.forEach((count, tap) => (sads += count * lanes[tap]!));
  });
  const sum = (of: (group: TapWindows) => number): number => windows.reduce((total, one) => total + of(one), 0);
  return {
    cycles: { stream, drain, scan },
    events: {
      sads,
      activationReads: passes * sum(({ onMap }) => onMap),
      weightReads: stream,
      flagReads: passes * sum(({ counts }) => counts.length),
    },
    times: () => {
      const ends: number[] = [];
      const streams: number[] = [];
      const drains: number[] = [];
      runTiles(plan, windows, interval, (queue) => {
        ends.push(queue.end);
        streams.push(queue.stream);
        drains.push(queue.drain);
      });
      return { end: (tile) => ends[tile]!, stream: (tile) => streams[tile]!, drain: (tile) => drains[tile]! };
    },
  };
}
