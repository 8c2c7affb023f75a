// SPDX-License-Identifier: Apache-2.0
// The closed form of a layer's counters: what the RTL counts, without running it.
//
// A layer is tiles of `tileClocks` clocks, back to back: for each group of channels, tile of its filters, pooling window (packed
// ones together), pixel of the window and plane of the weights' bits. Nothing is fitted: src/compile/pipeline.ts names
// every constant.

import { type Configuration, flushCycles, type LayerPlan, setupCycles, wholeRows } from '../compile/index.ts';
import type { LayerCounters } from './counters.ts';
import { everyTap, type LayerTaps, type TapPlace } from './layer-taps.ts';
import { pixelsOnMap } from './taps-on-map.ts';

/** What a layer's counters depend on besides its plan. */
export interface LayerPlace extends TapPlace {
  /** Whether the program begins with it: no flush covers its setup. @defaultValue false */
  readonly first?: boolean;
  /** Clocks of setup that show, where a layer of another schedule may be before it. @defaultValue as `first` has it */
  readonly setup?: number;
  /** Whether it is the network's last, which writes the result buffer. @defaultValue false */
  readonly last?: boolean;
  /** What it takes for its taps where cells of minima skip some. @defaultValue every tap */
  readonly taps?: LayerTaps | undefined;
}

/**
 * Counters of one layer, or of rows of it, for one batch without holds.
 * @param images images in the batch, 1 to rows
 */
export function layerCounters(
  plan: LayerPlan,
  configuration: Configuration,
  images: number,
  place: LayerPlace = {},
): LayerCounters {
  const { first = false, last = false, rows = wholeRows(plan.layer).output } = place;
  const { layer, planes } = plan;
  const { filters, pool, shortcut } = layer;
  const { cycles, events } = place.taps ?? everyTap(plan, configuration, place);
  const { stream, drain, scan } = cycles;
  const { setup = setupCycles(first, configuration) } = place;
  const flush = flushCycles(configuration);
  const words = (rows.to - rows.from) * (plan.columns.to - plan.columns.from) * filters;
  const sums = words * pool * pool;
  return {
    cycles: { setup, load: 0, stream, drain, scan, stall: 0, flush, total: setup + stream + drain + scan + flush },
    events: {
      sads: images * events.sads,
      activationReads: events.activationReads,
      weightReads: events.weightReads,
      flagReads: events.flagReads,
      shortcutReads: shortcut === null ? 0 : pixelsOnMap(plan, rows) * filters,
      partialReads: sums * (planes - 1),
      poolReads: sums - words,
      activationWrites: last ? 0 : words,
      resultWrites: last ? words : 0,
      foldReads: sums,
    },
  };
}
