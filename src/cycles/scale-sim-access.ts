// SPDX-License-Identifier: Apache-2.0
// What SCALE-Sim reports of its on-chip buffers: how often each is used, and in which cycles first and last.
//
// Read off the demand matrices of scalesim/compute/systolic_compute_{os,ws,is}.py. Its counts are kept as they are,
// with the R + C writes that each output-stationary fold counts too much (`ofmap_writes += shape[0] + shape[1]`).
// A read is reported a cycle after its demand, the latency of a hit; a write in the cycle of its demand. No stalls.

import { type ArraySize, type Dataflow, foldCycles, mapGemm } from './scale-sim-cycles.ts';
import { gemmOf, outputSide, type ScaleSimLayer } from './scale-sim-layer.ts';

/** Uses of one buffer. */
export interface BufferUse {
  readonly start: number;
  readonly stop: number;
  readonly count: number;
}

/** Uses of the three buffers by one copy of a layer. */
export interface ScaleSimAccess {
  readonly ifmap: BufferUse;
  readonly filter: BufferUse;
  readonly ofmap: BufferUse;
}

/** Clocks from a demand to the cycle that is reported for a read. */
const HIT = 1;

/** Where on the map a layer's taps are; windows that reach past it ask for nothing there. */
class Windows {
  private readonly layer: ScaleSimLayer;
  private readonly down: number;
  private readonly across: number;

  constructor(layer: ScaleSimLayer) {
    this.layer = layer;
    this.down = outputSide(layer.height, layer.filterHeight, layer.strideHeight);
    this.across = outputSide(layer.width, layer.filterWidth, layer.strideWidth);
  }

  /** The last pixel whose window begins on the map. */
  lastPixel(): number {
    const { height, width, strideHeight, strideWidth } = this.layer;
    const y = Math.min(this.down, Math.ceil(height / strideHeight)) - 1;
    return y * this.across + Math.min(this.across, Math.ceil(width / strideWidth)) - 1;
  }

  /** The last tap of a pixel that is on the map; -1 when none is. */
  lastTap(pixel: number): number {
    const { height, width, filterHeight, filterWidth, channels, strideHeight, strideWidth } = this.layer;
    const y = Math.min(filterHeight, height - Math.floor(pixel / this.across) * strideHeight) - 1;
    const x = Math.min(filterWidth, width - (pixel % this.across) * strideWidth) - 1;
    return y < 0 || x < 0 ? -1 : (y * filterWidth + x + 1) * channels - 1;
  }

  /** The last pixel for which a tap is on the map; every tap is for the first. */
  lastPixelOf(tap: number): number {
    const { height, width, filterWidth, channels, strideHeight, strideWidth } = this.layer;
    const y = Math.floor((height - 1 - Math.floor(tap / (filterWidth * channels))) / strideHeight);
    const x = Math.floor((width - 1 - (Math.floor(tap / channels) % filterWidth)) / strideWidth);
    return Math.min(y, this.down - 1) * this.across + Math.min(x, this.across - 1);
  }

  onMap(pixel: number, tap: number): boolean {
    const { height, width, filterWidth, channels, strideHeight, strideWidth } = this.layer;
    const y = Math.floor(pixel / this.across) * strideHeight + Math.floor(tap / (filterWidth * channels));
    const x = (pixel % this.across) * strideWidth + (Math.floor(tap / channels) % filterWidth);
    return y < height && x < width;
  }
}

/** Integers from one up to another, at most so many. */
function upTo(from: number, to: number, most: number): number[] {
  return Array.from({ length: Math.min(most, to - from) }, (_, index) => from + index);
}

/** The last demand for a value of the map. */
function lastIfmapDemand(layer: ScaleSimLayer, array: ArraySize, dataflow: Dataflow): number {
  const { rows, columns } = array;
  const gemm = gemmOf(layer);
  const { pixels, taps } = gemm;
  const { time, rowFolds, columnFolds } = mapGemm(gemm, array, dataflow);
  const windows = new Windows(layer);
  const at = (rowFold: number, columnFold: number, within: number): number =>
    (columnFold * rowFolds + rowFold) * foldCycles(time, array, dataflow) + within;
  if (dataflow === 'os') {
    const fold = Math.floor(windows.lastPixel() / rows);
    const ends = upTo(fold * rows, pixels, rows).map((pixel, lane) => {
      const tap = windows.lastTap(pixel);
      return tap < 0 ? -1 : lane + tap;
    });
    return at(fold, columnFolds - 1, Math.max(...ends));
  }
  if (dataflow === 'ws') {
    const first = (rowFolds - 1) * rows;
    const ends = upTo(first, taps, rows).map((tap, lane) => rows + lane + windows.lastPixelOf(tap));
    return at(rowFolds - 1, columnFolds - 1, Math.max(...ends));
  }
  const columnFold = Math.floor(windows.lastPixel() / columns);
  const inFold = upTo(columnFold * columns, pixels, columns);
  const rowFold = Math.floor(Math.max(...inFold.map((pixel) => windows.lastTap(pixel))) / rows);
  // Taps go in from the highest row to the lowest.
  const lane = upTo(rowFold * rows, taps, rows).findIndex((tap) => inFold.some((pixel) => windows.onMap(pixel, tap)));
  return at(rowFold, columnFold, rows - 1 - lane);
}

/** Buffer uses of one copy of a layer, whose cycles count from 0. */
export function scaleSimAccess(layer: ScaleSimLayer, array: ArraySize, dataflow: Dataflow): ScaleSimAccess {
  const { rows, columns } = array;
  const gemm = gemmOf(layer);
  const { pixels, filters, taps } = gemm;
  const { alongRows, alongColumns, time, rowFolds, columnFolds } = mapGemm(gemm, array, dataflow);
  const folds = rowFolds * columnFolds;
  const base = (folds - 1) * foldCycles(time, array, dataflow);
  // Rows of the first and the last fold that stand idle, and rows and columns in use of the last.
  const idleFirst = rows - Math.min(rows, alongRows);
  const usedRows = alongRows - (rowFolds - 1) * rows;
  const usedColumns = alongColumns - (columnFolds - 1) * columns;
  const ifmapStop = lastIfmapDemand(layer, array, dataflow) + HIT;

  if (dataflow === 'os') {
    return {
      ifmap: { start: HIT, stop: ifmapStop, count: pixels * taps * columnFolds },
      filter: { start: HIT, stop: base + time - 1 + usedColumns - 1 + HIT, count: taps * filters * rowFolds },
      ofmap: {
        start: time - 1 + idleFirst,
        stop: base + time - 1 + rows - 1 + usedColumns - 1,
        count: pixels * filters + folds * (rows + columns),
      },
    };
  }
  const ofmap = {
    start: 2 * rows - 1,
    stop: base + 2 * rows - 1 + time - 1 + usedColumns - 1,
    count: pixels * filters * rowFolds,
  };
  const stationary = { start: idleFirst + HIT, stop: base + rows - 1 + HIT };
  return dataflow === 'ws'
    ? {
        ifmap: { start: rows + HIT, stop: ifmapStop, count: pixels * taps * columnFolds },
        filter: { ...stationary, count: taps * filters },
        ofmap,
      }
    : {
        ifmap: { ...stationary, stop: ifmapStop, count: pixels * taps },
        filter: {
          start: rows + HIT,
          stop: base + rows + time - 1 + usedRows - 1 + HIT,
          count: taps * filters * columnFolds,
        },
        ofmap,
      };
}
