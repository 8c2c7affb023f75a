// SPDX-License-Identifier: Apache-2.0
// How a map is turned on the array: from words of one value of all images to words of one image's channels, or back.
//
// Both are the transpose of a square of codes, and the array does it as it sums: a word enters at the top, and of its taps
// each counts for a row of its own, so that a cell's sum is one code; its rows then leave as words. Turned to channels, a
// tile's taps are the channels of a block, and its columns the images; turned to images, taps are images and columns
// channels. A tile is one block of one pixel. A last block that is not full is a record of its own.

import { type Layer, layerGeometry } from '../network/index.ts';
import type { LayerPlan } from './plan.ts';
import type { Stay } from './schedule.ts';

/** A map as blocks that are turned. Where maps are, a cell takes one tap in a clock. */
export interface TurnPlan extends LayerPlan {
  readonly turn: Extract<Stay, 'to-images' | 'to-channels'>;
  /** Channels of a full block. */
  readonly lanes: number;
  readonly images: number;
  /** Blocks of a pixel that are turned, and channels of each. */
  readonly blocks: number;
  readonly width: number;
}

/** Whether a plan is that of a map that is turned. */
export function isTurn(plan: LayerPlan): plan is TurnPlan {
  return 'turn' in plan;
}

/** Some blocks of each pixel of a map. */
function blocksPlan(
  layer: Layer,
  turn: TurnPlan['turn'],
  lanes: number,
  images: number,
  blocks: number,
  width: number,
): TurnPlan {
  const { output } = layerGeometry(layer);
  const taps = turn === 'to-channels' ? width : images;
  return {
    layer,
    columns: { from: 0, to: output.width },
    rest: null,
    packed: 1,
    sumColumns: false,
    tileFilters: width,
    lastFilters: width,
    filterTiles: blocks,
    planes: 1,
    kernelColumns: 1,
    columnStep: 1,
    rowRun: false,
    taps,
    tileClocks: taps,
    windowColumns: output.width,
    tapWords: 0,
    cutBy: 'tiles',
    turn,
    lanes,
    images,
    blocks,
    width,
  };
}

/**
 * Cuts a map into blocks.
 * @param lanes channels of a block
 * @param images of the batch
 */
export function planTurn(layer: Layer, turn: TurnPlan['turn'], lanes: number, images: number): TurnPlan {
  const { filters } = layer;
  return blocksPlan(layer, turn, lanes, images, Math.ceil(filters / lanes), Math.min(filters, lanes));
}

/** Its records: the full blocks, and the last one where it is not full; each with its first block. */
export function turnParts(plan: TurnPlan): readonly { readonly plan: TurnPlan; readonly firstTile: number }[] {
  const { layer, turn, lanes, images } = plan;
  const full = Math.floor(layer.filters / lanes);
  const rest = layer.filters % lanes;
  return [
    ...(full > 0 ? [{ plan: blocksPlan(layer, turn, lanes, images, full, lanes), firstTile: 0 }] : []),
    ...(rest > 0 ? [{ plan: blocksPlan(layer, turn, lanes, images, 1, rest), firstTile: full }] : []),
  ];
}

/** A map of fewer images than there may be. */
export function turnImages(plan: TurnPlan, images: number): TurnPlan {
  const taps = plan.turn === 'to-images' ? images : plan.taps;
  return { ...plan, images, taps, tileClocks: taps };
}

/** Tiles of a record. */
export function turnTiles({ layer, blocks }: TurnPlan): number {
  const { height, width } = layerGeometry(layer).output;
  return height * width * blocks;
}

/** Words that each tile writes: of images, or of channels. */
export function turnWords({ turn, images, width }: TurnPlan): number {
  return turn === 'to-channels' ? images : width;
}
