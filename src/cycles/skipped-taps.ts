// SPDX-License-Identifier: Apache-2.0
// Taps that an array of minima did not issue, because no image of their batch has anything but 0 there, or where a layer
// multiplies, because the weights have no bit there either.

import { columnParts, type Configuration, type LayerPlan, type Schedule, type ScheduleName } from '../compile/index.ts';
import { layerGeometry, mapSize, type QuantizedLayer } from '../network/index.ts';
import type { LayerCounters, LayerEvents } from './counters.ts';
import { quantizedWork, useOf } from './layer-work.ts';

/** Tiles of a part of a layer. */
export interface CountedPart {
  readonly part: LayerPlan;
  readonly tiles: number;
}

/**
 * Tiles of a layer's parts over all batches that its events are of; each column in use of a tile is folded, or waits for
 * a plane.
 */
export function countedParts(
  plan: LayerPlan,
  { foldReads, partialReads }: Pick<LayerEvents, 'foldReads' | 'partialReads'>,
): readonly CountedPart[] {
  const { layer } = plan;
  const { width } = layerGeometry(layer).output;
  return columnParts(plan).map((part) => {
    const { columns, packed, filterTiles } = part;
    const sums = ((foldReads + partialReads) * (columns.to - columns.from)) / width;
    return { part, tiles: (sums / (packed * layer.filters)) * filterTiles * layer.groups };
  });
}

/** Taps of tiles, skipped or not. */
export function tapsOf(parts: readonly CountedPart[]): number {
  return parts.reduce((sum, { part, tiles }) => sum + tiles * part.taps, 0);
}

/**
 * Taps of a layer that were skipped, over all batches that its counters are of.
 * @param plan as it is laid
 */
export function skippedTaps(plan: LayerPlan, { cycles, events }: LayerCounters): number {
  // Where none is skipped, no flags are looked at.
  return events.flagReads === 0 ? 0 : tapsOf(countedParts(plan, events)) - cycles.stream;
}

/** What of a layer was taken, over all batches that its counters are of. */
export interface TakenShares {
  /** Of its taps, each plane's by itself. */
  readonly taps: number;
  /** Of its products, or distances: what has no bit of the weights to add is none that was skipped. */
  readonly products: number;
}

/**
 * What of a layer was taken. Of products, bits of weights are counted whose tap was issued, where weights are known: a
 * product counts as often as its weight has bits.
 * @param plan as it is laid
 * @param integers its own, with its weights
 * @param images that its counters are of
 */
export function takenShares(
  plan: LayerPlan,
  integers: QuantizedLayer | undefined,
  configuration: Configuration,
  images: number,
  counters: LayerCounters,
): TakenShares {
  const { layer } = plan;
  const { stream } = counters.cycles;
  const taps = stream / (stream + skippedTaps(plan, counters));
  if (taps === 1 || layer.cell !== 'multiply' || integers === undefined) return { taps, products: taps };
  const { lanes } = useOf(quantizedWork(integers), configuration)!;
  const { output } = layerGeometry(layer);
  const bits = ((lanes * mapSize(output)) / layer.filters) * layer.pool ** 2 * images;
  return { taps, products: bits === 0 ? 1 : counters.events.sads / bits };
}

/**
 * Whether clocks depend on what maps hold: with cells of minima taps of zeros are skipped, but where weights are held or
 * cells take several taps in a clock.
 */
export function skipsTaps(
  { cell, tapsPerClock = 1 }: Pick<Configuration, 'cell' | 'tapsPerClock'>,
  schedule: Schedule | ScheduleName,
): boolean {
  return cell === 'minimum' && tapsPerClock === 1 && schedule === 'output';
}
