// SPDX-License-Identifier: Apache-2.0
// How a network is run whose weights are held: whole, or its leading layers in strips of rows. Words of maps are blocks of
// channels, words of padding codes lie above them, and the pixels of a record have a partial sum each. Pictures are laid by
// the rows of the first layer's kernel where an image then takes fewer clocks.

import type { Layer, QuantizedLayer } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { mayLieByRows } from './kernel-rows.ts';
import { passBits } from './sum-bits.ts';
import { heldFlushCycles, setupAfter } from './pipeline.ts';
import { type LayerPlan, layerPlanes } from './plan.ts';
import {
  blockedSize,
  channelLanes,
  foldsOf,
  foldWaits,
  inputBlocks,
  inputWords,
  isHeld,
  pixelsOf,
  planStationary,
  type StationaryPlan,
} from './plan-stationary.ts';
import type { RowRange } from './strips.ts';
import type { ArrayTiming } from './tile-interval.ts';
import { type Tiling, tilingOf } from './tiling.ts';

/** Whether channels read different codes outside the map, which are words of the buffer that is read. */
export function padsEach({ layer, padCodes }: QuantizedLayer): boolean {
  return layer.padding > 0 && padCodes.some((code) => code !== padCodes[0]);
}

/** Words of padding codes that layers read from the buffers, of each layer that does. */
export function padWordCounts(plans: readonly LayerPlan[], integers: readonly QuantizedLayer[] = []): number[] {
  return integers.flatMap((layer, index) => {
    const plan = plans[index]!;
    return isHeld(plan) && padsEach(layer) ? [inputBlocks(plan)] : [];
  });
}

/** Words of all padding codes that layers read from the buffers. */
export function padWordCount(plans: readonly LayerPlan[], integers?: readonly QuantizedLayer[]): number {
  return padWordCounts(plans, integers).reduce((sum, words) => sum + words, 0);
}

/** Decides how a network is run whose layers are cut so. */
function heldTiling(
  plans: readonly StationaryPlan[],
  configuration: Configuration,
  integers?: readonly QuantizedLayer[],
): Tiling<StationaryPlan> {
  const lanes = channelLanes(configuration);
  const flush = heldFlushCycles(configuration);
  return tilingOf(plans, configuration, {
    wordsOf: (map) => blockedSize(map, lanes),
    pictureWords: inputWords(plans[0]!),
    mapDepth: configuration.activationDepth - padWordCount(plans, integers),
    partialsOf: pixelsOf,
    partialDepth: configuration.partialDepth ?? 0,
    clocksOf: (plan, rows, first) => setupAfter(first ? 0 : flush) + foldClocks(plan, rows, configuration),
  });
}

/** Clocks of the folds of some rows of a layer, from its first word of weights to the last word that it writes. */
export function foldClocks(plan: StationaryPlan, rows: RowRange, configuration: ArrayTiming): number {
  const pixels = pixelsOf(plan, rows);
  return foldsOf(plan) * pixels + foldWaits(plan, pixels) + heldFlushCycles(configuration);
}

/** How a network is run whose weights are held. */
export interface HeldNetwork {
  readonly plans: readonly StationaryPlan[];
  readonly tiling: Tiling<StationaryPlan>;
}

/**
 * Clocks of an image: while it runs, the host sends a word a clock, the next image's picture where that has a bank of its
 * own. Infinity where there is no room.
 */
function imageClocks({ plans, tiling }: HeldNetwork): number {
  const { clocks, weights, banks } = tiling;
  if (clocks === Infinity) return clocks;
  const words = inputWords(plans[0]!);
  return banks === 2 ? Math.max(clocks, words + weights.segmentWords) : words + Math.max(clocks, weights.segmentWords);
}

/** Whether buffers that have room for a network have it when its layers are cut otherwise. */
function needsNoMore(
  plans: readonly StationaryPlan[],
  than: readonly StationaryPlan[],
  integers?: readonly QuantizedLayer[],
): boolean {
  return inputWords(plans[0]!) <= inputWords(than[0]!) && padWordCount(plans, integers) <= padWordCount(than, integers);
}

/** A layer as it is if pictures are laid for it by the rows of its kernel; null where cells are too narrow, or gain nothing. */
export function laidByRows(plan: StationaryPlan, configuration: Configuration): StationaryPlan | null {
  const { dataBits, accBits, cell } = configuration;
  const laid = planStationary(plan.layer, configuration, plan.planes, {
    byRows: true,
    images: plan.imageLoop === null ? undefined : plan.images,
  });
  const fits = passBits(dataBits, Math.min(laid.lanes, laid.reads.depth), cell) <= accBits;
  return fits && foldsOf(laid) < foldsOf(plan) ? laid : null;
}

/**
 * Decides how a network is run whose weights are held, and how its pictures are laid: by the rows of the first layer's
 * kernel where they may be, cells and buffers have room for that, and an image takes fewer clocks. Where there is no room
 * for either, so if that needs no more.
 * @param integers its layers' integers; without them, multiplying weights are taken to be as wide as codes
 */
export function planHeld(
  layers: readonly Layer[],
  configuration: Configuration,
  integers?: readonly QuantizedLayer[],
): HeldNetwork {
  const plans = layers.map((layer, index) =>
    planStationary(layer, configuration, layerPlanes(layer, configuration, integers?.[index])),
  );
  const plain = { plans, tiling: heldTiling(plans, configuration, integers) };
  const [first, ...others] = plans as [StationaryPlan, ...StationaryPlan[]];
  const laid = mayLieByRows(layers) ? laidByRows(first, configuration) : null;
  if (laid === null) return plain;
  const rows = [laid, ...others];
  const byRows = { plans: rows, tiling: heldTiling(rows, configuration, integers) };
  const [clocks, plainClocks] = [imageClocks(byRows), imageClocks(plain)];
  if (clocks !== plainClocks) return clocks < plainClocks ? byRows : plain;
  return clocks === Infinity && needsNoMore(byRows.plans, plain.plans, integers) ? byRows : plain;
}
