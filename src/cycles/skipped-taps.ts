// SPDX-License-Identifier: Apache-2.0
// Taps that an array of minima did not issue, because no image of their batch has anything but 0 there.

import { type Configuration, type LayerPlan, planLayer, type Schedule, type ScheduleName } from '../compile/index.ts';
import type { Layer } from '../network/index.ts';
import type { LayerCounters, LayerEvents } from './counters.ts';

/** Tiles of a layer over all batches that its events are of; each column in use of a tile is folded, or waits for a plane. */
export function tilesOf(
  { layer, packed, filterTiles }: LayerPlan,
  { foldReads, partialReads }: Pick<LayerEvents, 'foldReads' | 'partialReads'>,
): number {
  return ((foldReads + partialReads) / (packed * layer.filters)) * filterTiles * layer.groups;
}

/** Taps of a layer that were skipped, over all batches that its counters are of. */
export function skippedTaps(layer: Layer, configuration: Configuration, { cycles, events }: LayerCounters): number {
  // Where none is skipped, no flags are looked at.
  if (events.flagReads === 0) return 0;
  const plan = planLayer(layer, configuration, 1 + events.partialReads / events.foldReads);
  return tilesOf(plan, events) * plan.taps - cycles.stream;
}

/** Whether clocks depend on what maps hold: with cells of minima taps of zeros are skipped, but where weights are held. */
export function skipsTaps({ cell }: Pick<Configuration, 'cell'>, schedule: Schedule | ScheduleName): boolean {
  return cell === 'minimum' && schedule === 'output';
}
