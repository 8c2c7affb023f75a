// SPDX-License-Identifier: Apache-2.0
// What the RTL counts of a case, and when it writes each word, against the closed form. No tolerance.

import { expect } from 'vitest';
import type { Configuration } from '../../src/compile/index.ts';
import { batchRun } from '../../src/cycles/batch-run.ts';
import { hostCycles, networkCounters, type Occupancy } from '../../src/cycles/index.ts';
import { type NetworkRun, networkRun, type RecordPieces } from '../../src/cycles/network-run.ts';
import { type TileSchedule, writtenWords } from '../../src/cycles/tile-schedule.ts';
import type { Inference } from '../../src/device/index.ts';
import { knownZeros } from '../../src/device/known-zeros.ts';
import { inferReference } from '../../src/reference/index.ts';
import type { Case } from './arbitraries.ts';
import { shouldTakeAlike } from './host-alike.ts';
import { deviceOfCore } from './rtl-device.ts';

/** Clocks of the segments of weights that are sent before the first batch. */
function firstSegments({ records, segmentsHeld }: NetworkRun): number {
  const sizes = records.flatMap(({ segmentWords }) => segmentWords ?? []);
  return sizes.slice(0, segmentsHeld).reduce((sum, words) => sum + words + 2, 0);
}

/** The tiles of a record whose sums stay. */
export function tilesOf(pieces: RecordPieces): TileSchedule {
  if (pieces.kind !== 'tiles') throw new TypeError(`Expected tiles, but received ${pieces.kind}.`);
  return pieces.schedule;
}

/** Differences between when the RTL wrote last and when the schedule says; one number for all, the batch's start. */
function starts(run: NetworkRun, batch: number, batches: number, image: number, got: Inference): number[] {
  const last = run.works.map(() => new Map<number, number>());
  const timed = batchRun(run, batch + 1 < batches);
  run.records.forEach(({ layer, pieces }, index) => {
    const schedule = tilesOf(pieces());
    const from = timed.starts[index]! + timed.loads[index]!;
    for (let tile = schedule.windowTiles - 1; tile < schedule.tiles; tile += schedule.windowTiles) {
      for (const { element, clock } of writtenWords(schedule, tile)) last[layer]!.set(element, from + clock);
    }
  });
  const found = last.flatMap((clocks, layer) =>
    [...clocks].map(([element, clock]) => got.locate!(layer, image, element).cycle! - clock),
  );
  return [...new Set(found)];
}

/** Where a case's maps are not 0, batch by batch; undefined where it does not matter. */
export function zerosOf(chosen: Case, configuration: Configuration): readonly Occupancy[] | undefined {
  const { network, images: pictures, count } = chosen;
  if (configuration.cell !== 'minimum') return undefined;
  return knownZeros(network, configuration, 'output', {
    pictures,
    count,
    maps: inferReference(network, pictures, count).maps,
  });
}

/** Holds every counter, the host's clocks, and the clock in which each word is written against the closed form. */
export async function shouldCountAlike(chosen: Case, configuration: Configuration): Promise<void> {
  const { network, images, count } = chosen;
  using device = await deviceOfCore(network, { configuration });
  const got = device.infer(images, count);
  const { layers, host, batches } = got.counters!;
  const occupied = zerosOf(chosen, configuration);
  expect(layers).toEqual(networkCounters(network, configuration, count, 'output', occupied));
  const form = hostCycles(network, configuration, count, 'output', occupied);
  shouldTakeAlike(form, host);
  for (let batch = 0; batch < batches; batch++) {
    const run = networkRun(network, configuration, 'output', { occupancy: occupied?.[batch], batch });
    const found = starts(run, batch, batches, batch * configuration.rows, got);
    expect(found.length).toBe(1);
    if (batch > 0) continue;
    // Before the first layer: the network between two resets, four writes to registers, what the batch begins with, and the
    // write that starts it.
    expect(found).toEqual([2 + form.networkLoad + 2 + 4 * 3 + form.imageLoad / batches + firstSegments(run) + 3]);
  }
}
