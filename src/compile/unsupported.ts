// SPDX-License-Identifier: Apache-2.0
// What a layer may ask for and the array does not compute; it is refused by name.

import { type Layer, layerGeometry, outputBits, type QuantizedLayer } from '../network/index.ts';
import type { Configuration } from './configuration.ts';

/** What a layer asks for that the array does not do. */
export interface Unsupported {
  /** What would have to hold, after "Expected layer conv1". */
  readonly expected: string;
  readonly received: string;
  /** The same in few words, for a table's notes. */
  readonly reason: string;
}

/** Side of the largest pooling window: one of 256 pixels. */
const MAX_POOL = 16;

/** The first thing of a layer that the array does not compute; null when it computes all of it. */
export function unsupported({ pool }: Layer): Unsupported | null {
  if (pool <= MAX_POOL) return null;
  return {
    expected: `to pool windows of at most ${MAX_POOL}x${MAX_POOL}`,
    received: `${pool}x${pool}`,
    reason: `pooling windows over ${MAX_POOL}x${MAX_POOL}`,
  };
}

/** Whether cells of such an array take the layer's taps: products do not make distances. */
export function unsupportedCells({ cell }: Layer, { cell: cells }: Pick<Configuration, 'cell'>): Unsupported | null {
  if (cells !== 'product' || cell === 'multiply') return null;
  return {
    expected: 'to multiply, as all cells do,',
    received: 'a layer that adds',
    reason: 'adds where cells multiply',
  };
}

/** Whether an array that may be built without shortcuts has the one that the layer adds. */
export function unsupportedShortcut(
  { shortcut }: Layer,
  { shortcuts = 1 }: Pick<Configuration, 'shortcuts'>,
): Unsupported | null {
  if (shortcuts === 1 || shortcut === null) return null;
  return { expected: 'to add no map (shortcuts)', received: `that of ${shortcut}`, reason: 'adds a map' };
}

/** Whether an array that may be built for the largest code of a pooling window alone averages as the layer does. */
export function unsupportedAverage(
  { pool, poolKind }: Layer,
  { averages = 1 }: Pick<Configuration, 'averages'>,
): Unsupported | null {
  if (averages === 1 || poolKind === 'max') return null;
  return { expected: 'to pool no averages (averages)', received: `those of ${pool}x${pool}`, reason: 'pools averages' };
}

/** Whether an array that may be built for one pass over a layer's taps takes so many. */
export function unsupportedPlanes(passes: number, { planes = 1 }: Pick<Configuration, 'planes'>): Unsupported | null {
  if (planes === 1 || passes === 1) return null;
  return {
    expected: 'to take one pass over its taps (planes)',
    received: String(passes),
    reason: 'multiplies, in several passes',
  };
}

/** Rows or columns of a map and of what windows, which begin `padding` before it, reach around it. */
function reached(length: number, padding: number, windows: number, apart: number, span: number): number {
  return Math.max(length + padding, (windows - 1) * apart + span);
}

/**
 * Whether an array counts rows and columns as far as the layer's windows reach: all of them, and how many there are, are
 * numbers of sideBits.
 */
export function unsupportedSides(layer: Layer, { sideBits = 16 }: Pick<Configuration, 'sideBits'>): Unsupported | null {
  const { input, kernelHeight, kernelWidth, stride, dilation, padding, pool, poolStride, poolPadding } = layer;
  const { convolved, output } = layerGeometry(layer);
  const before = padding + poolPadding * stride;
  const side = (length: number, kernel: number, sums: number, windows: number): number =>
    Math.max(
      reached(length, before, windows, poolStride * stride, (pool - 1) * stride + (kernel - 1) * dilation + 1),
      reached(sums, poolPadding, windows, poolStride, pool),
    );
  const height = side(input.height, kernelHeight, convolved.height, output.height);
  const width = side(input.width, kernelWidth, convolved.width, output.width);
  const most = 2 ** sideBits - 1;
  if (height <= most && width <= most) return null;
  return {
    expected: `to reach over at most ${most} rows and columns (sideBits)`,
    received: `${height}x${width}`,
    reason: `more than ${most} rows or columns`,
  };
}

/** The first thing of a layer's integers that an array of so many bits does not compute. */
export function unsupportedIntegers(
  quantized: QuantizedLayer,
  { dataBits, cell }: Pick<Configuration, 'dataBits' | 'cell'>,
): Unsupported | null {
  const { bits, weights } = quantized;
  const half = 2 ** (dataBits - 1);
  const wider = cell === 'product' ? weights.find((weight) => weight < -half || weight >= half) : undefined;
  if (wider !== undefined) {
    const expected = `to have weights from ${-half} to ${half - 1} (dataBits)`;
    return { expected, received: String(wider), reason: 'weights wider than the array' };
  }
  if (bits > dataBits) {
    const expected = `to have codes of at most ${dataBits} bits (dataBits)`;
    return { expected, received: String(bits), reason: 'codes wider than the array' };
  }
  const wide = outputBits(quantized);
  if (wide > dataBits) {
    const expected = `to average to codes of at most ${dataBits} bits (dataBits)`;
    return { expected, received: String(wide), reason: 'averages wider than the array' };
  }
  return null;
}
