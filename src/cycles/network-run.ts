// SPDX-License-Identifier: Apache-2.0
// What a network's program runs, record by record: one a layer, or more where it runs in strips of rows, or where its
// weights are loaded anew for each batch.

import {
  type Configuration,
  type LayerPlan,
  type LayerRecord,
  layNetwork,
  type RowRange,
  type Schedule,
  segmentsHeld,
  type Strips,
  type Tiling,
  weightWords,
} from '../compile/index.ts';
import {
  layerGeometry,
  mapSize,
  type Network,
  picture,
  pictureShape,
  type QuantizedNetwork,
} from '../network/index.ts';
import type { LayerCounters } from './counters.ts';
import type { FoldSchedule } from './fold-schedule.ts';
import { issuedTaps } from './issued-taps.ts';
import { layerCounters, type LayerPlace } from './layer-cycles.ts';
import { laidRun } from './laid-run.ts';
import { knownLanes, type LayerWork, quantizedWork, unweightedWork } from './layer-work.ts';
import type { BatchData } from './occupancy.ts';
import { type RunMaps, runMaps } from './run-maps.ts';
import { skipsTaps } from './skipped-taps.ts';
import { recordWindows } from './tap-windows.ts';
import { type TileSchedule, tileSchedule, tileWrites } from './tile-schedule.ts';
import type { TurnSchedule } from './turn-schedule.ts';

/** What a record streams: tiles whose sums stay, folds whose weights stay, blocks of a map that is turned. */
export type RecordPieces =
  | { readonly kind: 'tiles'; readonly schedule: TileSchedule }
  | { readonly kind: 'folds'; readonly schedule: FoldSchedule }
  | { readonly kind: 'turns'; readonly schedule: TurnSchedule };

/** One record. */
export interface RunRecord {
  /** Index of its layer, and the rows of the layer's map that it computes. */
  readonly layer: number;
  readonly rows: RowRange;
  /** Its counters for so many images of one batch as the run's are, none of them for loading. */
  readonly counters: LayerCounters;
  /** Words of its segment of weights; null where they stay on chip. */
  readonly segmentWords: number | null;
  /** When its tiles or folds are summed and written; made when asked for. */
  readonly pieces: () => RecordPieces;
  /** Clocks in which it writes, from its first on that is not spent loading. */
  readonly writes: () => Iterable<readonly [first: number, next: number]>;
}

/** A network on an array. */
export interface NetworkRun {
  readonly works: readonly LayerWork[];
  /** Images that its records' counters are of; all else of them is the same for any number. */
  readonly images: number;
  /** How its layers are cut. */
  readonly plans: readonly LayerPlan[];
  /** Leading layers that run in strips; null for none. */
  readonly strips: Strips | null;
  readonly records: readonly RunRecord[];
  /** Where maps are. */
  readonly maps: () => RunMaps;
  /** Words of the pictures of a batch, and of its results. */
  readonly pictureWords: number;
  readonly resultWords: number;
  /** Weight words that are loaded once. */
  readonly residentWords: number;
  /** Segments of weights that are on chip at once. */
  readonly segmentsHeld: number;
}

/**
 * Lays a network on an array, with weights that are known or not.
 * @param stays what stays in the cells
 * @param data of a batch, for cells of minima; without it the first, which skips nothing
 */
export function networkRun(
  given: Network | QuantizedNetwork,
  configuration: Configuration,
  stays?: Schedule,
  data: BatchData = { batch: 0 },
): NetworkRun {
  return batchRuns(given, configuration, stays)(data);
}

/** A network as it is laid on an array, whatever the batch. */
interface LaidNetwork {
  readonly given: Network | QuantizedNetwork;
  readonly configuration: Configuration;
  readonly works: readonly LayerWork[];
  readonly plans: readonly LayerPlan[];
  readonly tiling: Tiling;
  readonly pictureWords: number;
}

/** What a record of cells that skip takes for its taps. */
function skippingTaps(
  { given, configuration, works, tiling, pictureWords }: LaidNetwork,
  record: LayerRecord,
  { occupancy, batch }: BatchData,
): Pick<LayerPlace, 'taps' | 'windows'> {
  const { layer } = record;
  const { maps } = tiling;
  const { source } = maps.places[layer]!;
  const { channels } = works[layer]!.layer.input;
  const pictures = works[layer]!.layer.source === picture;
  const base = pictures ? maps.pictures.base + (batch % maps.banks) * pictureWords : source.base;
  if (occupancy === undefined || !('network' in given)) return { windows: recordWindows(record, channels, base) };
  const reads = { occupied: occupancy[layer]!, base };
  return { taps: issuedTaps(given.layers[layer]!, record, reads, configuration) };
}

/** The record of an index. */
function runRecord(laid: LaidNetwork, index: number, data: BatchData): RunRecord {
  const { configuration, works, plans, tiling } = laid;
  const record = tiling.weights.records[index]!;
  const { layer, plan, segment, firstTile, firstGroup, rows } = record;
  const skips = skipsTaps(configuration, 'output') ? skippingTaps(laid, record, data) : undefined;
  const place = {
    first: index === 0,
    last: layer === works.length - 1,
    rows: rows.output,
    lanes: knownLanes(works[layer]!, record, configuration),
    windows: skips?.windows,
    taps: skips?.taps,
  };
  const schedule = (): TileSchedule =>
    tileSchedule(plan, configuration, { ...place, whole: plans[layer]!, firstTile, firstGroup });
  return {
    layer,
    rows: rows.output,
    counters: layerCounters(plan, configuration, 1, place),
    segmentWords: segment ? weightWords(plan) : null,
    pieces: () => ({ kind: 'tiles', schedule: schedule() }),
    writes: () => tileWrites(schedule()),
  };
}

function runOf(laid: LaidNetwork, data: BatchData): NetworkRun {
  const { works, plans, tiling, pictureWords } = laid;
  const { strips, weights } = tiling;
  return {
    works,
    images: 1,
    plans,
    strips,
    records: weights.records.map((_, index) => runRecord(laid, index, data)),
    maps: () => runMaps(tiling.maps),
    pictureWords,
    resultWords: mapSize(layerGeometry(works.at(-1)!.layer).output),
    residentWords: weights.residentWords,
    segmentsHeld: segmentsHeld(laid.configuration),
  };
}

/** Lays a network on an array, once for all batches: says how each runs. Parameters as those of {@link networkRun}. */
export function batchRuns(
  given: Network | QuantizedNetwork,
  configuration: Configuration,
  stays: Schedule = 'output',
): (data: BatchData) => NetworkRun {
  if (stays !== 'output') {
    const laid = laidRun(given, configuration, stays);
    return ({ images }) => laid(images);
  }
  const [network, integers] = 'network' in given ? [given.network, given.layers] : [given, undefined];
  const works = integers === undefined ? network.layers.map(unweightedWork) : integers.map(quantizedWork);
  const { plans, tiling } = layNetwork(network.layers, configuration, 'output', integers);
  const pictureWords = mapSize(pictureShape(network));
  const laid: LaidNetwork = { given, configuration, works, plans, tiling, pictureWords };
  return (data) => runOf(laid, data);
}
