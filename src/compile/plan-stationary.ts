// SPDX-License-Identifier: Apache-2.0
// How a layer is cut for the array where weights are held in its cells: the weight-stationary schedule.
//
// One image runs at a time. A word of a map is a block of channels of one pixel, a channel a lane. A fold is all that
// cells sum with one set of weights: one position of the kernel, one block of channels of a group, one bit of the
// weights where cells multiply, one tile of filters; over all pixels, one a clock.
//
// Pictures may be laid by the rows of the kernel (kernel-rows.ts): a position is then a row of it, whose columns and
// channels are the channels of a word.

import { type Layer, layerGeometry, type MapShape } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { kernelRowsShape } from './kernel-rows.ts';
import type { LayerPlan } from './plan.ts';
import type { RowRange } from './strips.ts';
import type { Unsupported } from './unsupported.ts';

/** A map as it is laid for the layer that reads it: along its columns, for its rows are the layer's. */
export interface ReadMap {
  /** Whether it is pictures laid by the rows of the kernel. */
  readonly byRows: boolean;
  readonly width: number;
  /** Channels of a group. */
  readonly depth: number;
  /** Columns from one convolved pixel to the next, and before the first column. */
  readonly stride: number;
  readonly padding: number;
}

/** A layer as folds. Its `taps` are the folds of one plane and tile; each has a weight word for every lane. */
export interface StationaryPlan extends LayerPlan {
  /** Channels of a word. */
  readonly lanes: number;
  readonly reads: ReadMap;
  /** Words of a group's channels at a pixel that is read. */
  readonly groupBlocks: number;
  /** Pixels of a fold: windows, times the pixels of a pooling window, and images where a fold is of all. */
  readonly pixels: number;
  /** Images that a record is of. */
  readonly images: number;
  /**
   * Where they are counted: in each fold, whose weights are then pushed once, as can be where a map has one row; or around
   * all folds. Null where a record is of one image.
   */
  readonly imageLoop: 'fold' | 'layer' | null;
}

/** Whether a plan is that of a layer whose weights are held. */
export function isHeld(plan: LayerPlan): plan is StationaryPlan {
  return 'reads' in plan;
}

/** Channels of a word where weights are held. */
export function channelLanes({ rows, columns }: Pick<Configuration, 'rows' | 'columns'>): number {
  return Math.min(rows, columns);
}

/** Words of a pixel that is read. */
export function inputBlocks({ groupBlocks, layer }: StationaryPlan): number {
  return groupBlocks * layer.groups;
}

/** Words of the map of an image that is read. */
export function inputWords(plan: StationaryPlan): number {
  return plan.layer.input.height * plan.reads.width * inputBlocks(plan);
}

/** Tiles of filters, which are the words of a pixel that is written. */
export function outputBlocks({ filterTiles, layer }: StationaryPlan): number {
  return filterTiles * layer.groups;
}

/** Tiles of filters that are summed one after the other: of each image where images are around all folds. */
export function tileRuns(plan: StationaryPlan): number {
  return outputBlocks(plan) * (plan.imageLoop === 'layer' ? plan.images : 1);
}

/** Folds of a layer. */
export function foldsOf(plan: StationaryPlan): number {
  return plan.taps * plan.planes * tileRuns(plan);
}

/** Pixels of a fold over some rows of a layer's map. */
export function pixelsOf({ layer, windowColumns, images, imageLoop }: StationaryPlan, { from, to }: RowRange): number {
  return (to - from) * windowColumns * layer.pool * layer.pool * (imageLoop === 'fold' ? images : 1);
}

/** Words of a map whose words hold so many channels of one pixel. */
export function blockedSize({ height, width, channels }: MapShape, lanes: number): number {
  return height * width * Math.ceil(channels / lanes);
}

/** The fewest clocks between the beginnings of two folds: in each, one word of the next fold's weights is pushed. */
export function foldInterval(lanes: number): number {
  return Math.max(lanes, 2);
}

/** The words of the first fold's weights and the swap after them: clocks in which no pixel can be issued. */
export function firstWeights(lanes: number): number {
  return lanes + 1;
}

/** Clocks in which folds of so many pixels wait for their weights. */
export function foldWaits(plan: StationaryPlan, pixels: number): number {
  const { lanes } = plan;
  return firstWeights(lanes) + (foldsOf(plan) - 1) * Math.max(0, foldInterval(lanes) - pixels);
}

/** A layer whose records are of fewer images than they may be. */
export function heldImages(plan: StationaryPlan, images: number): StationaryPlan {
  if (plan.imageLoop === null) return plan;
  return { ...plan, images, pixels: plan.imageLoop === 'fold' ? (plan.pixels / plan.images) * images : plan.pixels };
}

/** Why a layer cannot hold weights; null when it can. */
export function unsupportedStationary(
  { input, groups, filters }: Layer,
  configuration: Pick<Configuration, 'rows' | 'columns'>,
): Unsupported | null {
  const lanes = channelLanes(configuration);
  const [depth, groupFilters] = [input.channels / groups, filters / groups];
  if (groups === 1 || (depth % lanes === 0 && groupFilters % lanes === 0)) return null;
  return {
    expected: `to have groups of ${lanes} channels and filters or a multiple, or one group,`,
    received: `groups of ${depth} channels and ${groupFilters} filters`,
    reason: `groups that are no multiple of ${lanes} lanes`,
  };
}

/** Why a layer cannot hold weights for several images; null when it can, as far as one image goes. */
export function unsupportedImages(layer: Layer): Unsupported | null {
  const { height } = layerGeometry(layer).output;
  // The loop that counts images around all folds is that of groups.
  if (layer.groups === 1 || height === 1) return null;
  return {
    expected: 'to have one group, or a map of one row, where its weights are held for images of a batch,',
    received: `${layer.groups} groups of ${height} rows`,
    reason: 'groups of several rows',
  };
}

function readMap(layer: Layer, byRows: boolean): ReadMap {
  const { input, groups, stride, padding } = layer;
  if (!byRows) return { byRows, width: input.width, depth: input.channels / groups, stride, padding };
  const { width, channels } = kernelRowsShape(layer);
  return { byRows, width, depth: channels, stride: 1, padding: 0 };
}

/** How a layer is cut into folds. */
export interface FoldOptions {
  /** Whether it reads pictures that are laid by the rows of its kernel. @defaultValue false */
  readonly byRows?: boolean;
  /** Images that a record is of, where it counts them. @defaultValue one, and none is counted */
  readonly images?: number | undefined;
}

/**
 * Cuts a layer into folds.
 * @param planes see `weightPlanes`
 */
export function planStationary(
  layer: Layer,
  configuration: Pick<Configuration, 'rows' | 'columns'>,
  planes: number,
  { byRows = false, images }: FoldOptions = {},
): StationaryPlan {
  const lanes = channelLanes(configuration);
  const { kernelHeight, kernelWidth, dilation, filters, groups, pool } = layer;
  const { output } = layerGeometry(layer);
  const groupFilters = filters / groups;
  const filterTiles = Math.ceil(groupFilters / lanes);
  const tileFilters = Math.min(groupFilters, lanes);
  const reads = readMap(layer, byRows);
  const kernelColumns = byRows ? 1 : kernelWidth;
  const groupBlocks = Math.ceil(reads.depth / lanes);
  const taps = kernelHeight * kernelColumns * groupBlocks;
  const imageLoop = images === undefined ? null : output.height === 1 ? 'fold' : 'layer';
  return {
    layer,
    columns: { from: 0, to: output.width },
    rest: null,
    packed: 1,
    sumColumns: false,
    tileFilters,
    lastFilters: groupFilters - (filterTiles - 1) * tileFilters,
    filterTiles,
    planes,
    kernelColumns,
    columnStep: dilation,
    rowRun: false,
    taps,
    tileClocks: taps,
    windowColumns: output.width,
    tapWords: lanes,
    // A record's words of a pixel follow each other, which some tiles of each of several groups would not.
    cutBy: groups > 1 ? 'groups' : 'tiles',
    lanes,
    reads,
    groupBlocks,
    pixels: output.height * output.width * pool * pool * (imageLoop === 'fold' ? images! : 1),
    images: images ?? 1,
    imageLoop,
  };
}
