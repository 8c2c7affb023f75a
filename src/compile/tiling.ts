// SPDX-License-Identifier: Apache-2.0
// Decides which of a network's leading layers run in strips of rows: none where all maps fit whole; else, of the cuts
// with which maps and weights fit, the one that takes the fewest clocks. A word of a segment takes the host a clock, so
// that a batch takes no fewer clocks than its segments have words.

import { type Layer, layerGeometry, mapSize } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { flushCycles, setupCycles } from './pipeline.ts';
import { type MapPlaces, placeMaps } from './place-maps.ts';
import { type LayerPlan, tilesOf } from './plan.ts';
import { type LayerRecord, mostRecords, planRecords, type RecordPlan } from './records.ts';
import { type Strips, stripsOf } from './strips.ts';
import { tileInterval } from './tile-interval.ts';

/** Words that the activation buffers need. */
export interface DepthNeed {
  readonly depth: number;
  /** The layer at whose time so many are needed. */
  readonly deepest: Layer;
  readonly strips: Strips | null;
}

/** How a network is run. */
export interface Tiling {
  /** Null where every map is whole. */
  readonly strips: Strips | null;
  readonly maps: MapPlaces;
  readonly weights: RecordPlan;
  /** What `maps` need; or where there is less room, the least that would do. */
  readonly need: DepthNeed;
}

type Sizes = Pick<
  Configuration,
  'rows' | 'columns' | 'serialFold' | 'activationDepth' | 'weightDepth' | 'programDepth'
>;

/** Clocks of records that run one after the other; none is spent waiting for weights. */
function clocksOf(records: readonly Pick<LayerRecord, 'plan' | 'rows'>[], configuration: Sizes): number {
  return records.reduce((sum, { plan, rows }, index) => {
    const tiles = tilesOf(plan, rows.output);
    const drain = (tiles - 1) * Math.max(0, tileInterval(configuration) - plan.taps);
    return sum + setupCycles(index === 0, configuration) + tiles * plan.taps + drain + flushCycles(configuration);
  }, 0);
}

/** Leading layers in strips, by the clocks that they and the others take; no more of them than there may be records. */
function candidates(plans: readonly LayerPlan[], configuration: Sizes): { strips: Strips; clocks: number }[] {
  const layers = plans.map(({ layer }) => layer);
  const most = mostRecords(configuration);
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
      clocks: clocksOf(
        strips.steps.map(({ layer, rows }) => ({ plan: plans[layer]!, rows })),
        configuration,
      ),
    }))
    .sort((a, b) => a.clocks - b.clocks);
}

function needOf({ depth, deepest }: MapPlaces, strips: Strips | null): DepthNeed {
  return { depth, deepest, strips };
}

/**
 * Decides how a network is run. Where it does not fit however it is cut, maps and records are of whole layers, and
 * `need` says what would do.
 */
export function planTiling(plans: readonly LayerPlan[], configuration: Sizes): Tiling {
  const layers = plans.map(({ layer }) => layer);
  const { activationDepth, weightDepth } = configuration;
  const maps = placeMaps(layers, activationDepth);
  const weights = planRecords(plans, configuration);
  const whole = { strips: null, maps, weights, need: needOf(maps, null) };
  if (maps.depth <= activationDepth) return whole;

  let best: Tiling | null = null;
  let fewest = Infinity;
  let least = weights.depth <= weightDepth ? whole.need : null;
  for (const { strips, clocks } of candidates(plans, configuration)) {
    if (clocks >= fewest) break;
    const places = placeMaps(layers, activationDepth, mapSize, strips);
    if (places.depth > activationDepth && (best !== null || (least !== null && places.depth >= least.depth))) continue;
    const records = planRecords(plans, configuration, strips.steps);
    if (records.depth > weightDepth) continue;
    const need = needOf(places, strips);
    if (places.depth > activationDepth) {
      least = need;
      continue;
    }
    const all = Math.max(clocksOf(records.records, configuration), records.segmentWords);
    if (all < fewest) {
      best = { strips, maps: places, weights: records, need };
      fewest = all;
    }
  }
  return best ?? { ...whole, need: least ?? whole.need };
}
