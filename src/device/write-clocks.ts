// SPDX-License-Identifier: Apache-2.0
// The clock in which each word of a batch should be written, by the closed form.

import type { CompiledNetwork, StationaryPlan } from '../compile/index.ts';
import { batchRun, type BatchPlace } from '../cycles/batch-run.ts';
import type { LayerCycles } from '../cycles/index.ts';
import { networkRun } from '../cycles/network-run.ts';
import { heldWrite } from '../cycles/stationary-cycles.ts';
import { lastWriting, type TileSchedule, writesOf, writtenElements } from '../cycles/tile-schedule.ts';
import { layerGeometry, mapSize } from '../network/index.ts';

/** Fills in the clocks of a record's words, which begins with clock `from`. */
function tileClocks(clocks: Float64Array, schedule: TileSchedule, from: number): void {
  for (let tile = lastWriting(schedule, schedule.tiles - 1); tile >= 0; tile -= schedule.windowTiles) {
    const [first] = writesOf(schedule, tile);
    writtenElements(schedule, tile).forEach((element, word) => {
      clocks[element] = from + first + word;
    });
  }
}

/** The same where weights are held. */
function heldClocks(clocks: Float64Array, plan: StationaryPlan, cycles: LayerCycles, from: number): void {
  const { layer, tileFilters, filterTiles } = plan;
  const groupFilters = layer.filters / layer.groups;
  for (let element = 0; element < clocks.length; element++) {
    const filter = element % layer.filters;
    const inGroup = filter % groupFilters;
    const tile = Math.floor(filter / groupFilters) * filterTiles + Math.floor(inGroup / tileFilters);
    clocks[element] = from + heldWrite(plan, cycles, tile, Math.floor(element / layer.filters));
  }
}

/**
 * Clocks in which words are written, counted from the one after a batch's start, if taps are never held back.
 * @returns for each layer, the clock of each element of an image's map
 */
export function writeClocks(
  { network, configuration, schedule, plans }: CompiledNetwork,
  place: BatchPlace,
): Float64Array[] {
  const run = networkRun(network, configuration, schedule);
  const { starts, loads } = batchRun(run, place);
  const all = network.layers.map(({ layer }) => new Float64Array(mapSize(layerGeometry(layer).output)));
  run.records.forEach((record, index) => {
    const from = starts[index]! + loads[index]!;
    const clocks = all[record.layer]!;
    if (schedule === 'weight') {
      heldClocks(clocks, plans[record.layer] as StationaryPlan, record.counters.cycles, from);
    } else tileClocks(clocks, record.schedule(), from);
  });
  return all;
}
