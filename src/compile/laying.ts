// SPDX-License-Identifier: Apache-2.0
// How a network lies on an array, whatever its schedule: how each layer is cut, where maps are, and what the program runs.

import { type Layer, layerGeometry, mapSize, type Network, type QuantizedLayer } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { mayLieByRows } from './kernel-rows.ts';
import { flushCycles, heldFlushCycles, setupAfter } from './pipeline.ts';
import { type LayerPlan, layerPlanes, planLayer, planLayers, type TileOptions } from './plan.ts';
import {
  blockedSize,
  channelLanes,
  heldImages,
  inputWords,
  isHeld,
  pixelsOf,
  planStationary,
} from './plan-stationary.ts';
import { isTurn, planTurn, turnImages, turnTiles } from './plan-turn.ts';
import { type LayerSchedule, type Schedule, staysOf, writesBlocks } from './schedule.ts';
import { clocksOfTiles, planTiling, summedClocks, type Tiling, wholeTiling } from './tiling.ts';
import { foldClocks, laidByRows, padWordCount, planHeld } from './tiling-stationary.ts';

/** A network on an array. */
export interface LaidNetwork {
  readonly plans: readonly LayerPlan[];
  readonly tiling: Tiling;
}

/** A plan for a batch of so many images, at most as many as it was made for. */
export function ofImages(plan: LayerPlan, images: number): LayerPlan {
  if (isHeld(plan)) return heldImages(plan, images);
  return isTurn(plan) ? turnImages(plan, images) : plan;
}

/** Words that the last layer of a network writes. */
export function resultWords({ layers }: Network, configuration: Configuration, schedule: Schedule): number {
  const { output } = layerGeometry(layers.at(-1)!);
  const inBlocks = writesBlocks(staysOf(schedule, layers.length).at(-1)!);
  return inBlocks ? blockedSize(output, channelLanes(configuration)) : mapSize(output);
}

/** Plans of layers that have a schedule each. */
function planEach(
  layers: readonly Layer[],
  configuration: Configuration,
  { images, stays }: LayerSchedule,
  integers: readonly QuantizedLayer[] | undefined,
  options: TileOptions,
): LayerPlan[] {
  return layers.map((layer, index) => {
    const stay = stays[index]!;
    if (stay !== 'output' && stay !== 'weight') return planTurn(layer, stay, channelLanes(configuration), images);
    const planes = layerPlanes(layer, configuration, integers?.[index]);
    return stay === 'output'
      ? planLayer(layer, configuration, planes, options)
      : planStationary(layer, configuration, planes, { images });
  });
}

/** A network whose layers have plans of their own kinds. Its maps are whole. */
function tilingOfEach(
  plans: readonly LayerPlan[],
  configuration: Configuration,
  { images, stays }: LayerSchedule,
  integers?: readonly QuantizedLayer[],
): Tiling {
  const lanes = channelLanes(configuration);
  const [first] = plans as [LayerPlan];
  const pads = padWordCount(plans, integers);
  return wholeTiling(plans, configuration, {
    wordsOf: (map, layer) => (writesBlocks(stays[layer]!) ? images * blockedSize(map, lanes) : mapSize(map)),
    pictureWords: isHeld(first) ? images * inputWords(first) : mapSize(first.layer.input),
    mapDepth: configuration.activationDepth - pads,
    partialsOf: (plan, rows) => (isHeld(plan) ? pixelsOf(plan, rows) : 0),
    partialDepth: configuration.partialDepth ?? 0,
    clocksOf: (plan, rows, isFirst) => {
      const setup = setupAfter(
        isFirst ? 0 : isHeld(plan) ? heldFlushCycles(configuration) : flushCycles(configuration),
      );
      if (isHeld(plan)) return setup + foldClocks(plan, rows, configuration);
      if (isTurn(plan)) return setup + clocksOfTiles(turnTiles(plan), plan.tileClocks, configuration);
      return summedClocks(plan, rows, setup, configuration);
    },
  });
}

/** Lays a network whose layers have a schedule each: pictures by the rows of the first one's kernel, where that fits. */
function layEach(
  layers: readonly Layer[],
  configuration: Configuration,
  schedule: LayerSchedule,
  integers: readonly QuantizedLayer[] | undefined,
  options: TileOptions,
): LaidNetwork {
  const plans = planEach(layers, configuration, schedule, integers, options);
  const plain = { plans, tiling: tilingOfEach(plans, configuration, schedule, integers) };
  const [first, ...others] = plans as [LayerPlan, ...LayerPlan[]];
  const laid = isHeld(first) && mayLieByRows(layers) ? laidByRows(first, configuration) : null;
  if (laid === null) return plain;
  const rows = [laid, ...others];
  const byRows = { plans: rows, tiling: tilingOfEach(rows, configuration, schedule, integers) };
  return hasRoom(byRows, configuration, integers) ? byRows : plain;
}

/** Whether a configuration has room for the maps, sums and records of a network. */
function hasRoom(
  { plans, tiling }: LaidNetwork,
  { activationDepth, partialDepth = 0 }: Configuration,
  integers?: readonly QuantizedLayer[],
): boolean {
  const { clocks, need } = tiling;
  const maps = need.depth + padWordCount(plans, integers);
  return clocks < Infinity && maps <= activationDepth && need.partials.words <= partialDepth;
}

/**
 * Lays a network.
 * @param integers its layers' integers; without them, multiplying weights are taken to be as wide as codes
 */
export function layNetwork(
  layers: readonly Layer[],
  configuration: Configuration,
  schedule: Schedule,
  integers?: readonly QuantizedLayer[],
): LaidNetwork {
  if (schedule === 'weight') return planHeld(layers, configuration, integers);
  const lay = (options: TileOptions): LaidNetwork => {
    if (schedule !== 'output') return layEach(layers, configuration, schedule, integers, options);
    const plans = planLayers(layers, configuration, integers, options);
    return { plans, tiling: planTiling(plans, configuration) };
  };
  const laid = lay({ parted: true });
  if (laid.plans.every(({ rest }) => rest === null)) return laid;
  // Columns that are a part of their own take weights and a record more than there may be room for.
  const whole = lay({ parted: false });
  return batchClocks(laid, configuration, integers) < batchClocks(whole, configuration, integers) ? laid : whole;
}

/** Clocks of a batch, or of loading its segments if that takes longer; Infinity where there is no room. */
function batchClocks(
  laid: LaidNetwork,
  configuration: Configuration,
  integers: readonly QuantizedLayer[] | undefined,
): number {
  const { clocks, weights } = laid.tiling;
  return hasRoom(laid, configuration, integers) ? Math.max(clocks, weights.segmentWords) : Infinity;
}
