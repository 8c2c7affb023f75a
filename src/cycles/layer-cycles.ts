// SPDX-License-Identifier: Apache-2.0
// The closed form of a layer's counters: what the RTL counts, without running it.
//
// A layer is tiles of `taps` clocks, back to back: for each group of channels, tile of its filters, pooling window (packed
// ones together), pixel of the window and plane of the weights' bits. Nothing is fitted: pipeline.ts names every constant.

import { type Configuration, type LayerPlan, tileInterval } from '../compile/index.ts';
import { type Layer, layerGeometry } from '../network/index.ts';
import type { LayerCounters } from './counters.ts';
import { flushCycles, setupCycles } from './pipeline.ts';

/** What a layer's counters depend on besides its plan. */
export interface LayerPlace {
  /** Whether the program begins with it: no flush covers its setup. @defaultValue false */
  readonly first?: boolean;
  /** Whether it is the network's last, which writes the result buffer. @defaultValue false */
  readonly last?: boolean;
  /** Lanes in use, summed over the weights' planes; see `usedLanes`. @defaultValue every weight's in each plane, the most */
  readonly lanes?: number | undefined;
}

/** Positions of one axis that an axis of the loop nest visits: `count` of them `step` apart. */
interface Steps {
  readonly count: number;
  readonly step: number;
}

/** Taps along one axis that fall on a map of that length: from `origin` on, in steps of windows, pixels and the kernel. */
function tapsOnMap(origin: number, windows: Steps, pixels: Steps, kernel: Steps, length: number): number {
  let count = 0;
  for (let pixel = 0; pixel < pixels.count; pixel++) {
    for (let tap = 0; tap < kernel.count; tap++) {
      // Windows w with 0 <= w * step + offset < length.
      const offset = origin + pixel * pixels.step + tap * kernel.step;
      const first = Math.max(0, Math.ceil(-offset / windows.step));
      const last = Math.min(windows.count - 1, Math.floor((length - 1 - offset) / windows.step));
      count += Math.max(0, last - first + 1);
    }
  }
  return count;
}

/** Taps of one pass over a layer's pixels, with one tile of filters of one group, that fall on the map. */
export function mapReads(
  { layer, packed, windowColumns, kernelColumns, columnStep }: LayerPlan,
  windowRows: number,
): number {
  const { input, stride, padding, dilation, kernelHeight, pool, poolStride, poolPadding, groups } = layer;
  const origin = -poolPadding * stride - padding;
  const pixels = { count: pool, step: stride };
  const apart = poolStride * stride;
  const rows = { count: windowRows, step: apart };
  const columns = { count: windowColumns, step: apart * packed };
  const down = tapsOnMap(origin, rows, pixels, { count: kernelHeight, step: dilation }, input.height);
  const across = tapsOnMap(origin, columns, pixels, { count: kernelColumns, step: columnStep }, input.width);
  return (down * across * input.channels) / groups;
}

/** Convolved pixels that windows reach, each as often as one does, without those outside the convolved map. */
export function pixelsOnMap(layer: Layer): number {
  const { convolved, output } = layerGeometry(layer);
  const { pool, poolStride, poolPadding } = layer;
  const along = (windows: number, length: number): number =>
    tapsOnMap(
      -poolPadding,
      { count: windows, step: poolStride },
      { count: pool, step: 1 },
      { count: 1, step: 0 },
      length,
    );
  return along(output.height, convolved.height) * along(output.width, convolved.width);
}

/**
 * Counters of one layer for one batch without holds.
 * @param images images in the batch, 1 to rows
 */
export function layerCounters(
  plan: LayerPlan,
  configuration: Configuration,
  images: number,
  { first = false, last = false, lanes }: LayerPlace = {},
): LayerCounters {
  const { layer, planes, taps, filterTiles, windowColumns } = plan;
  const { filters, groups, pool, shortcut } = layer;
  const { output, taps: ownTaps } = layerGeometry(layer);
  const tileSets = filterTiles * groups;
  const tiles = windowColumns * output.height * pool * pool * tileSets * planes;

  const setup = setupCycles(first, configuration);
  const stream = tiles * taps;
  const drain = (tiles - 1) * Math.max(0, tileInterval(configuration) - taps);
  const flush = flushCycles(configuration);

  const words = output.height * output.width * filters;
  const sums = words * pool * pool;
  return {
    cycles: { setup, load: 0, stream, drain, stall: 0, flush, total: setup + stream + drain + flush },
    events: {
      sads: images * output.height * output.width * pool * pool * (lanes ?? filters * ownTaps * planes),
      activationReads: mapReads(plan, output.height) * tileSets * planes,
      weightReads: stream,
      shortcutReads: shortcut === null ? 0 : pixelsOnMap(layer) * filters,
      partialReads: sums * (planes - 1),
      poolReads: sums - words,
      activationWrites: last ? 0 : words,
      resultWrites: last ? words : 0,
      foldReads: sums,
    },
  };
}
