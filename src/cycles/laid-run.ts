// SPDX-License-Identifier: Apache-2.0
// A network some or all of whose weights are held, as records: one a layer, or more where it runs in strips of rows, where
// weights are loaded anew for each batch, or where blocks of a map that is turned are not full.

import {
  type Configuration,
  imagesAtOnce,
  inputWords,
  isHeld,
  isTurn,
  type LayerPlan,
  layNetwork,
  type LayerRecord,
  ofImages,
  resultWords,
  type Schedule,
  segmentsHeld,
  setupAfter,
  weightWords,
} from '../compile/index.ts';
import { mapSize, type Network, pictureShape, type QuantizedNetwork } from '../network/index.ts';
import type { LayerCounters } from './counters.ts';
import { foldSchedule, foldWrites } from './fold-schedule.ts';
import { layerCounters, type LayerPlace } from './layer-cycles.ts';
import { knownLanes, quantizedWork, unweightedWork } from './layer-work.ts';
import type { NetworkRun, RunRecord } from './network-run.ts';
import { runMaps } from './run-maps.ts';
import { stationaryCounters } from './stationary-cycles.ts';
import { tileSchedule, tileWrites } from './tile-schedule.ts';
import { turnCounters, turnSchedule, turnWrites } from './turn-schedule.ts';

/** Where a record is in its program, and what it is a part of. */
interface RecordPlace extends LayerPlace {
  readonly whole: LayerPlan;
  readonly firstTile: number;
  readonly firstGroup: number;
}

/** What a record takes, and when it does what. */
function recordRun(
  plan: LayerPlan,
  configuration: Configuration,
  images: number,
  place: RecordPlace & Required<Pick<LayerPlace, 'rows'>>,
): Pick<RunRecord, 'counters' | 'pieces' | 'writes'> {
  if (isTurn(plan)) {
    const turns = () => turnSchedule(plan, configuration, place);
    return {
      counters: turnCounters(plan, configuration, place),
      pieces: () => ({ kind: 'turns', schedule: turns() }),
      writes: () => turnWrites(turns()),
    };
  }
  if (isHeld(plan)) {
    const folds = () => foldSchedule(plan, configuration, place);
    return {
      counters: stationaryCounters(plan, configuration, place),
      pieces: () => ({ kind: 'folds', schedule: folds() }),
      writes: () => foldWrites(folds()),
    };
  }
  const tiles = () => tileSchedule(plan, configuration, place);
  return {
    counters: layerCounters(plan, configuration, images, place),
    pieces: () => ({ kind: 'tiles', schedule: tiles() }),
    writes: () => tileWrites(tiles()),
  };
}

/**
 * Lays a network on an array whose cells hold weights.
 * @param images of a batch
 * @returns how a batch of so many runs
 */
export function laidRun(
  given: Network | QuantizedNetwork,
  configuration: Configuration,
  schedule: Schedule,
): (images?: number) => NetworkRun {
  const [network, integers] = 'network' in given ? [given.network, given.layers] : [given, undefined];
  const works = integers === undefined ? network.layers.map(unweightedWork) : integers.map(quantizedWork);
  const { plans, tiling } = layNetwork(network.layers, configuration, schedule, integers);
  const [first] = plans as [LayerPlan];
  const most = imagesAtOnce(schedule, configuration);
  return (images = most) => {
    const records: RunRecord[] = [];
    let before: LayerCounters | undefined;
    for (const record of tiling.weights.records) {
      const made = recordOf(record, images, before);
      before = made.counters;
      records.push(made);
    }
    return {
      works,
      images,
      plans,
      strips: tiling.strips,
      records,
      maps: () => runMaps(tiling.maps),
      pictureWords: isHeld(first) ? most * inputWords(first) : mapSize(pictureShape(network)),
      resultWords: resultWords(network, configuration, schedule),
      residentWords: tiling.weights.residentWords,
      segmentsHeld: segmentsHeld(configuration),
    };
  };

  function recordOf(record: LayerRecord, images: number, before: LayerCounters | undefined): RunRecord {
    const { layer, rows, segment, firstTile, firstGroup } = record;
    const plan = ofImages(record.plan, images);
    return {
      layer,
      rows: rows.output,
      ...recordRun(plan, configuration, images, {
        setup: setupAfter(before?.cycles.flush ?? 0),
        last: layer === plans.length - 1,
        rows: rows.output,
        whole: ofImages(plans[layer]!, images),
        firstTile,
        firstGroup,
        lanes: knownLanes(works[layer]!, record, configuration),
      }),
      segmentWords: segment ? weightWords(record.plan) : null,
    };
  }
}
