// SPDX-License-Identifier: Apache-2.0
// Decides which of a network's leading layers run in strips of rows: none where all maps fit whole, and the partial sums
// of weights that are held; else, of the cuts with which these and the weights fit, the one that takes the fewest clocks.
// A word of a segment takes the host a clock, so that a batch takes no fewer clocks than its segments have words.

import { type Layer, layerGeometry, mapSize } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { flushCycles, setupCycles } from './pipeline.ts';
import { type MapPlaces, type MapWords, placeMaps } from './place-maps.ts';
import { columnParts, type LayerPlan, tilesOf } from './plan.ts';
import { mostRecords, planRecords, programRecords, type RecordPlan } from './records.ts';
import { type RowRange, type Step, type Strips, stripsOf, wholeRows, wholeSteps } from './strips.ts';
import { type ArrayTiming, tileInterval } from './tile-interval.ts';

/** Words that the activation buffers need. */
export interface DepthNeed {
  readonly depth: number;
  /** The layer at whose time so many are needed. */
  readonly deepest: Layer;
  readonly strips: Strips | null;
  /** Words of partial sums, and the layer that needs so many. */
  readonly partials: { readonly words: number; readonly layer: Layer };
}

/** How a network is run. */
export interface Tiling<Plan extends LayerPlan = LayerPlan> {
  /** Null where every map is whole. */
  readonly strips: Strips | null;
  readonly maps: MapPlaces;
  /** Banks of pictures, known without places where there is much room. */
  readonly banks: MapPlaces['banks'];
  readonly weights: RecordPlan<Plan>;
  /** Clocks of a batch's records, none of them spent waiting for segments; Infinity where there is no room. */
  readonly clocks: number;
  /** What `maps` and sums need; or where there is less room, the least that would do. */
  readonly need: DepthNeed;
}

/** What records of a network depend on. */
type Sizes = Pick<Configuration, 'weightDepth' | 'weightPorts' | 'weightSegments' | 'programDepth'>;

/** What a schedule makes of a network, as far as cuts depend on it. */
export interface Laying<Plan extends LayerPlan> extends MapWords {
  /** Words of partial sums of some rows of a layer, and how many there may be. */
  readonly partialsOf: (plan: Plan, rows: RowRange) => number;
  readonly partialDepth: number;
  /** Clocks of some rows of a layer, none of them spent waiting for segments. */
  readonly clocksOf: (plan: Plan, rows: RowRange, first: boolean) => number;
}

/** Leading layers in strips, by the clocks that they and the others take; no more of them than there may be records. */
function candidates<Plan extends LayerPlan>(
  plans: readonly Plan[],
  most: number,
  { clocksOf }: Laying<Plan>,
): { strips: Strips; clocks: number }[] {
  const layers = plans.map(({ layer }) => layer);
  const cuts = layers.flatMap((layer, last): Strips[] => {
    const found: Strips[] = [];
    // Of a row at least. The more strips, the more records.
    for (let strips = 2; strips <= layerGeometry(layer).output.height; strips++) {
      const cut = stripsOf(layers, { layers: last + 1, strips });
      if (cut.steps.length > most) break;
      found.push(cut);
    }
    return found;
  });
  return cuts
    .map((strips) => ({
      strips,
      clocks: strips.steps.reduce(
        (sum, { layer, rows }, index) => sum + clocksOf(plans[layer]!, rows.output, index === 0),
        0,
      ),
    }))
    .sort((a, b) => a.clocks - b.clocks);
}

/** The most words of partial sums among steps, and whose they are. */
function partialsOf<Plan extends LayerPlan>(
  plans: readonly Plan[],
  steps: readonly Step[],
  laying: Laying<Plan>,
): DepthNeed['partials'] {
  return steps
    .map(({ layer, rows }) => ({ words: laying.partialsOf(plans[layer]!, rows.output), layer: plans[layer]!.layer }))
    .reduce((most, one) => (one.words > most.words ? one : most));
}

function needOf<Plan extends LayerPlan>(
  plans: readonly Plan[],
  { depth, deepest }: MapPlaces,
  strips: Strips | null,
  laying: Laying<Plan>,
): DepthNeed {
  const steps = strips?.steps ?? wholeSteps(plans.map(({ layer }) => layer));
  return { depth, deepest, strips, partials: partialsOf(plans, steps, laying) };
}

/** Whether all maps and sums fit without a search for places: side by side, each with a place of its own in either buffer. */
function roomy<Plan extends LayerPlan>(plans: readonly Plan[], laying: Laying<Plan>): boolean {
  const { wordsOf, pictureWords, mapDepth, partialDepth } = laying;
  let words = 2 * pictureWords;
  for (const [index, plan] of plans.entries()) {
    const { layer } = plan;
    words += wordsOf(layerGeometry(layer).output, index);
    if (laying.partialsOf(plan, wholeRows(layer).output) > partialDepth) return false;
  }
  return words <= mapDepth;
}

/** Clocks of records, none of them spent waiting for segments. */
function recordClocks<Plan extends LayerPlan>({ records }: RecordPlan<Plan>, { clocksOf }: Laying<Plan>): number {
  return records.reduce((sum, { plan, rows }, index) => sum + clocksOf(plan, rows.output, index === 0), 0);
}

/** A network that runs whole, with room for its maps or not. These are placed when they are asked for. */
export function wholeTiling<Plan extends LayerPlan>(
  plans: readonly Plan[],
  sizes: Sizes,
  laying: Laying<Plan>,
): Tiling<Plan> {
  const layers = plans.map(({ layer }) => layer);
  const weights = planRecords(plans, sizes);
  let maps: MapPlaces | undefined;
  return {
    strips: null,
    weights,
    get clocks() {
      const fits = weights.depth <= sizes.weightDepth && programRecords(weights.records).length <= mostRecords(sizes);
      return fits ? recordClocks(weights, laying) : Infinity;
    },
    get banks() {
      return roomy(plans, laying) ? 2 : this.maps.banks;
    },
    get maps() {
      return (maps ??= placeMaps(layers, laying, null));
    },
    get need() {
      return needOf(plans, this.maps, null, laying);
    },
  };
}

/**
 * Decides how a network is run. Where it does not fit however it is cut, maps and records are of whole layers, and
 * `need` says what would do.
 */
export function tilingOf<Plan extends LayerPlan>(
  plans: readonly Plan[],
  configuration: Sizes,
  laying: Laying<Plan>,
): Tiling<Plan> {
  const layers = plans.map(({ layer }) => layer);
  const { mapDepth, partialDepth } = laying;
  const { weightDepth } = configuration;
  /** Words that there are too few of. */
  const missing = ({ depth, partials }: DepthNeed): number =>
    Math.max(0, depth - mapDepth) + Math.max(0, partials.words - partialDepth);
  const whole = wholeTiling(plans, configuration, laying);
  if (roomy(plans, laying) || missing(whole.need) === 0) return whole;

  let best: Tiling<Plan> | null = null;
  let fewest = Infinity;
  let least = whole.weights.depth <= weightDepth ? whole.need : null;
  for (const { strips, clocks } of candidates(plans, mostRecords(configuration), laying)) {
    if (clocks >= fewest) break;
    const places = placeMaps(layers, laying, strips);
    const need = needOf(plans, places, strips, laying);
    const fits = missing(need) === 0;
    if (!fits && (best !== null || (least !== null && missing(need) >= missing(least)))) continue;
    const records = planRecords(plans, configuration, strips.steps);
    if (records.depth > weightDepth || programRecords(records.records).length > mostRecords(configuration)) continue;
    if (!fits) {
      least = need;
      continue;
    }
    const taken = recordClocks(records, laying);
    const all = Math.max(taken, records.segmentWords);
    if (all < fewest) {
      best = { strips, maps: places, banks: places.banks, weights: records, clocks: taken, need };
      fewest = all;
    }
  }
  if (best !== null) return best;
  const { maps, weights } = whole;
  return { strips: null, maps, banks: maps.banks, weights, clocks: Infinity, need: least ?? whole.need };
}

/** Decides how a network is run whose sums stay. */
export function planTiling(
  plans: readonly LayerPlan[],
  configuration: ArrayTiming & Sizes & Pick<Configuration, 'activationDepth'>,
): Tiling {
  return tilingOf(plans, configuration, {
    wordsOf: mapSize,
    pictureWords: mapSize(plans[0]!.layer.input),
    mapDepth: configuration.activationDepth,
    partialsOf: () => 0,
    partialDepth: 0,
    clocksOf: (plan, rows, first) => summedClocks(plan, rows, setupCycles(first, configuration), configuration),
  });
}

/** Clocks of some rows of a layer whose sums stay, the first of its parts after so many clocks of setup. */
export function summedClocks(plan: LayerPlan, rows: RowRange, setup: number, configuration: ArrayTiming): number {
  return columnParts(plan).reduce(
    (sum, part, index) =>
      sum +
      (index === 0 ? setup : setupCycles(false, configuration)) +
      clocksOfTiles(tilesOf(part, rows), part.tileClocks, configuration),
    0,
  );
}

/** Clocks of so many tiles, each of whose taps take as many, from the first tap to the last word. */
export function clocksOfTiles(tiles: number, each: number, configuration: ArrayTiming): number {
  const drain = (tiles - 1) * Math.max(0, tileInterval(configuration) - each);
  return tiles * each + drain + flushCycles(configuration);
}
