// SPDX-License-Identifier: Apache-2.0
// The taps of cells of minima that are not 0, in windows.
//
// A run is the taps of the innermost loop, at addresses one after the other. Flags say of 16 aligned addresses which hold
// anything, so that a run is cut where a multiple of 16 begins: a window. Of a window those taps are not 0 whose word is
// not for some image. Outside the map all are, unless the padding codes are 0.
//
// Which taps these are depends on the pixel and the group alone: tiles of filters and planes of a pixel have the same.

import type { LayerPlan, LayerRecord, RecordRows, RowRange } from '../compile/index.ts';

/** Flags of a word. */
const BLOCK = 16;

/** A record as far as it says which taps and weights it has. */
export type RecordPart = Pick<LayerRecord, 'plan' | 'firstTile' | 'firstGroup' | 'rows'>;

/** Where a group of a record reads. */
interface GroupPlace {
  /** Rows that it computes, and those on chip of the map. */
  readonly rows: Pick<RecordRows, 'output' | 'source'>;
  /** Address of the first row on chip. */
  readonly base: number;
  /** Channels of the map, and the first of those that are read. */
  readonly channels: number;
  readonly firstChannel: number;
}

/** What taps read. */
export interface TapCodes {
  /** For each value of the map whether it is not 0 for some image. */
  readonly occupied: Uint8Array;
  /** Whether taps outside the map are 0. */
  readonly padsZero: boolean;
}

/** The taps of one group's pixels with one tile of filters, in one plane. */
export interface TapWindows {
  /** Which taps of each window are not 0, its first tap in the lowest bit. */
  readonly masks: Uint16Array;
  /** Index in its tile of each window's first tap. */
  readonly firsts: Uint32Array;
  /** Index of each pixel's first window, in the nest's order, and the number of all. */
  readonly starts: Uint32Array;
  /** Of how many pixels each tap of a tile is not 0; and is on the map besides. */
  readonly hits: Uint32Array;
  readonly hitsOnMap: Uint32Array;
  /** Of each pixel whether its last tap is on the map. */
  readonly lastOnMap: Uint8Array;
}

/** The pixels of a tile of filters in the nest's order, by the row and column of their first tap on the map. */
function* firstTaps(
  { layer, columns, packed, windowColumns }: LayerPlan,
  { from, to }: RowRange,
): Generator<readonly [y: number, x: number]> {
  const { stride, padding, pool, poolStride, poolPadding } = layer;
  const apart = poolStride * stride;
  const origin = -poolPadding * stride - padding;
  const originColumn = origin + columns.from * apart;
  for (let row = from; row < to; row++) {
    for (let column = 0; column < windowColumns; column++) {
      for (let pixel = 0; pixel < pool * pool; pixel++) {
        const [inY, inX] = [Math.floor(pixel / pool), pixel % pool];
        yield [origin + row * apart + inY * stride, originColumn + column * apart * packed + inX * stride];
      }
    }
  }
}

/** Address within its block of 16, also of one before the first. */
function inBlock(address: number): number {
  return ((address % BLOCK) + BLOCK) % BLOCK;
}

/** Runs of a tile: taps of each, rows and columns of them, and columns from one to the next. */
function runsOf({ layer, rowRun, kernelColumns, columnStep }: LayerPlan) {
  const { kernelHeight, input, groups, dilation } = layer;
  return rowRun
    ? { length: kernelColumns, rows: kernelHeight, columns: 1, down: dilation, across: 0 }
    : {
        length: input.channels / groups,
        rows: kernelHeight,
        columns: kernelColumns,
        down: dilation,
        across: columnStep,
      };
}

/** Windows that are looked at for one group's pixels with one tile of filters, in one plane. */
function windowCount(plan: LayerPlan, { rows: on, base, channels, firstChannel }: GroupPlace): number {
  const { length, rows, columns, down, across } = runsOf(plan);
  const row = plan.layer.input.width * channels;
  let count = 0;
  for (const [y, x] of firstTaps(plan, on.output)) {
    const first = base + (y - on.source.from) * row + x * channels + firstChannel;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        count += Math.ceil((inBlock(first + i * down * row + j * across * channels) + length) / BLOCK);
      }
    }
  }
  return count;
}

/**
 * Where the groups of a record read.
 * @param channels of the map
 * @param base address of its first row on chip
 */
function groupPlaces({ plan, rows, firstGroup }: RecordPart, channels: number, base: number): GroupPlace[] {
  const { input, groups } = plan.layer;
  const depth = input.channels / groups;
  return Array.from({ length: groups }, (_, group) => ({
    rows,
    base,
    channels,
    firstChannel: (firstGroup + group) * depth,
  }));
}

/** Windows that a record looks at; parameters as those of `groupPlaces`. */
export function recordWindows(part: RecordPart, channels: number, base: number): number {
  const { plan } = part;
  const ofOne = groupPlaces(part, channels, base).reduce((sum, place) => sum + windowCount(plan, place), 0);
  return ofOne * plan.filterTiles * plan.planes;
}

/** The taps of each group of a record; parameters as those of `groupPlaces`. */
export function recordTaps(part: RecordPart, channels: number, base: number, codes: TapCodes): TapWindows[] {
  return groupPlaces(part, channels, base).map((place) => tapWindows(part.plan, place, codes));
}

/** The taps of a group's pixels. */
function tapWindows(plan: LayerPlan, place: GroupPlace, { occupied, padsZero }: TapCodes): TapWindows {
  const { rows: on, base, channels, firstChannel } = place;
  const { length, rows, columns, down, across } = runsOf(plan);
  const { width } = plan.layer.input;
  const row = width * channels;
  const { from, to } = on.source;
  const windows = windowCount(plan, place);
  const masks = new Uint16Array(windows);
  const firsts = new Uint32Array(windows);
  const starts = [0];
  const hits = new Uint32Array(plan.taps);
  const hitsOnMap = new Uint32Array(plan.taps);
  const lastOnMap: number[] = [];
  let window = 0;
  for (const [firstY, firstX] of firstTaps(plan, on.output)) {
    let tap = 0;
    let inside = false;
    for (let i = 0; i < rows; i++) {
      const y = firstY + i * down;
      for (let j = 0; j < columns; j++) {
        const x = firstX + j * across;
        const value = y * row + x * channels + firstChannel;
        let left = BLOCK - inBlock(base + value - from * row);
        firsts[window] = tap;
        for (let at = 0; at < length; at++, tap++, left--) {
          if (left === 0) {
            window++;
            left = BLOCK;
            firsts[window] = tap;
          }
          const column = plan.rowRun ? x + at : x;
          inside = y >= from && y < to && column >= 0 && column < width;
          if (inside ? occupied[value + at] !== 1 : padsZero) continue;
          masks[window]! |= 1 << (tap - firsts[window]!);
          hits[tap]!++;
          if (inside) hitsOnMap[tap]!++;
        }
        window++;
      }
    }
    starts.push(window);
    lastOnMap.push(Number(inside));
  }
  return { masks, firsts, starts: Uint32Array.from(starts), hits, hitsOnMap, lastOnMap: Uint8Array.from(lastOnMap) };
}
