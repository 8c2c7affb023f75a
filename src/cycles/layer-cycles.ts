// SPDX-License-Identifier: Apache-2.0
// The closed form of a layer's counters: what the RTL counts, without running it.
//
// A layer is (pixels x tiles of filters) tiles of `taps` clocks, back to back.
// Nothing is fitted: every constant is a register that can be pointed at.

import { type Configuration, filterTiles, PROGRAM_WORDS } from '../compile/index.ts';
import { type Layer, layerGeometry } from '../network/index.ts';
import type { LayerCounters } from './counters.ts';

/** Taps along one axis that fall on the map, summed over output positions. */
function tapsOnMap(positions: number, kernel: number, length: number, layer: Layer): number {
  const { stride, padding, dilation } = layer;
  let count = 0;
  for (let tap = 0; tap < kernel; tap++) {
    // Positions p with 0 <= p * stride + offset < length.
    const offset = tap * dilation - padding;
    const first = Math.max(0, Math.ceil(-offset / stride));
    const last = Math.min(positions - 1, Math.floor((length - 1 - offset) / stride));
    count += Math.max(0, last - first + 1);
  }
  return count;
}

/**
 * Counters of one layer for one batch without holds.
 * @param images images in the batch, 1 to rows
 */
export function layerCounters(layer: Layer, configuration: Configuration, images: number): LayerCounters {
  const { rows, columns } = configuration;
  const { output, taps } = layerGeometry(layer);
  const filterSteps = filterTiles(layer.filters, columns);
  const convolved = { height: output.height * layer.pool, width: output.width * layer.pool };
  const pixels = convolved.height * convolved.width;
  const tiles = pixels * filterSteps;
  const interval = Math.max(columns, 2);

  const setup = PROGRAM_WORDS + 2; // the last word's way through the buffer, and the start of the nest
  const stream = tiles * taps;
  const drain = (tiles - 1) * Math.max(0, interval - taps);
  // Buffer and padding (2), across the array (columns - 1), into and out of the sums'
  // registers (1 + columns - 1), down the rows (rows - 1), and through the fold (5) to the write.
  const flush = 2 + (columns - 1) + columns + (rows - 1) + 5 - 1;

  const onMap =
    tapsOnMap(convolved.height, layer.kernelHeight, layer.input.height, layer) *
    tapsOnMap(convolved.width, layer.kernelWidth, layer.input.width, layer) *
    layer.input.channels;
  const writes = pixels * layer.filters;
  return {
    cycles: { setup, stream, drain, stall: 0, flush, total: setup + stream + drain + flush },
    events: {
      sads: writes * taps * images,
      activationReads: onMap * filterSteps,
      weightReads: stream,
      poolReads: writes - output.height * output.width * layer.filters,
      activationWrites: writes,
      foldReads: writes,
    },
  };
}
