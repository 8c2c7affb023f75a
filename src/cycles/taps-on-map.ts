// SPDX-License-Identifier: Apache-2.0
// Taps and pixels of a layer that fall on its maps, counted without visiting them.

import type { LayerPlan, ReadMap, RowRange, StationaryPlan } from '../compile/index.ts';
import { type Layer, layerGeometry } from '../network/index.ts';

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

/** Taps down the rows of a layer that fall on the map. */
function rowsOnMap(
  { input, stride, padding, dilation, kernelHeight, pool, poolStride, poolPadding }: Layer,
  rows: RowRange,
): number {
  const apart = poolStride * stride;
  return tapsOnMap(
    rows.from * apart - poolPadding * stride - padding,
    { count: rows.to - rows.from, step: apart },
    { count: pool, step: stride },
    { count: kernelHeight, step: dilation },
    input.height,
  );
}

/** Taps across the columns of a map that fall on it. */
function columnsOnMap(
  { layer, columns, packed, windowColumns, kernelColumns, columnStep }: LayerPlan,
  { width, stride, padding }: Pick<ReadMap, 'width' | 'stride' | 'padding'>,
): number {
  const { pool, poolStride, poolPadding } = layer;
  return tapsOnMap(
    (columns.from * poolStride - poolPadding) * stride - padding,
    { count: windowColumns, step: poolStride * stride * packed },
    { count: pool, step: stride },
    { count: kernelColumns, step: columnStep },
    width,
  );
}

/** Taps of one pass over rows of a layer, with one tile of filters of one group, that fall on the map. */
export function mapReads(plan: LayerPlan, rows: RowRange): number {
  const { layer } = plan;
  const { input, stride, padding, groups } = layer;
  const across = columnsOnMap(plan, { width: input.width, stride, padding });
  return (rowsOnMap(layer, rows) * across * input.channels) / groups;
}

/** The same in words, where weights are held. */
export function blockReads(plan: StationaryPlan, rows: RowRange): number {
  return rowsOnMap(plan.layer, rows) * columnsOnMap(plan, plan.reads) * plan.groupBlocks;
}

/** Convolved pixels that rows of windows reach, each as often as one does, without those outside the convolved map. */
export function pixelsOnMap({ layer, columns }: LayerPlan, { from, to }: RowRange): number {
  const { convolved } = layerGeometry(layer);
  const { pool, poolStride, poolPadding } = layer;
  const along = (first: number, windows: number, length: number): number =>
    tapsOnMap(
      first * poolStride - poolPadding,
      { count: windows, step: poolStride },
      { count: pool, step: 1 },
      { count: 1, step: 0 },
      length,
    );
  return along(from, to - from, convolved.height) * along(columns.from, columns.to - columns.from, convolved.width);
}
