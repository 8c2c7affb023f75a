// SPDX-License-Identifier: Apache-2.0
// How a network is run whose weights are held: whole, or its leading layers in strips of rows. Words of maps are blocks of
// channels, words of padding codes lie above them, and the pixels of a record have a partial sum each.

import type { Layer, QuantizedLayer } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { heldFlushCycles, setupAfter } from './pipeline.ts';
import { assumedPlanes, weightPlanes } from './plan.ts';
import {
  blockedSize,
  channelLanes,
  foldsOf,
  foldWaits,
  inputBlocks,
  pixelsOf,
  planStationary,
  type StationaryPlan,
} from './plan-stationary.ts';
import { type Tiling, tilingOf } from './tiling.ts';

/** Whether channels read different codes outside the map, which are words of the buffer that is read. */
export function padsEach({ layer, padCodes }: QuantizedLayer): boolean {
  return layer.padding > 0 && padCodes.some((code) => code !== padCodes[0]);
}

/** Plans of a network's layers. */
export function planStationaryLayers(
  layers: readonly Layer[],
  configuration: Configuration,
  integers?: readonly QuantizedLayer[],
): StationaryPlan[] {
  return layers.map((layer, index) => {
    const known = integers?.[index];
    const planes = known === undefined ? assumedPlanes(layer, configuration) : weightPlanes(known, configuration);
    return planStationary(layer, configuration, planes);
  });
}

/** Words of padding codes that layers read from the buffers, of each layer that does. */
export function padWordCounts(plans: readonly StationaryPlan[], integers: readonly QuantizedLayer[] = []): number[] {
  return integers.flatMap((layer, index) => (padsEach(layer) ? [inputBlocks(plans[index]!)] : []));
}

/** Words of all padding codes that layers read from the buffers. */
export function padWordCount(plans: readonly StationaryPlan[], integers?: readonly QuantizedLayer[]): number {
  return padWordCounts(plans, integers).reduce((sum, words) => sum + words, 0);
}

/** Decides how a network is run whose weights are held. */
export function planHeldTiling(
  plans: readonly StationaryPlan[],
  configuration: Configuration,
  integers?: readonly QuantizedLayer[],
): Tiling<StationaryPlan> {
  const lanes = channelLanes(configuration);
  const flush = heldFlushCycles(configuration);
  return tilingOf(plans, configuration, {
    wordsOf: (map) => blockedSize(map, lanes),
    mapDepth: configuration.activationDepth - padWordCount(plans, integers),
    partialsOf: pixelsOf,
    partialDepth: configuration.partialDepth ?? 0,
    clocksOf: (plan, rows, first) => {
      const pixels = pixelsOf(plan, rows);
      return setupAfter(first ? 0 : flush) + foldsOf(plan) * pixels + foldWaits(plan, pixels) + flush;
    },
  });
}
