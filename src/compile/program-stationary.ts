// SPDX-License-Identifier: Apache-2.0
// The program words of a layer whose weights are held: the fields of program.ts, with addresses of words that are blocks
// of channels. The array runs the pixels' loops (4 to 7) innermost then, and the others around them in their order.

import { layerGeometry, type QuantizedLayer } from '../network/index.ts';
import type { StationaryPlan } from './plan-stationary.ts';
import { header, type LayerPlacement, pair } from './program.ts';

/** Bit of a layer's first word: its weights are held. */
const HELD = 10;

/**
 * Encodes a layer as PROGRAM_WORDS words.
 * @param last whether the program ends with it
 */
export function encodeStationary(
  quantized: QuantizedLayer,
  plan: StationaryPlan,
  placement: LayerPlacement,
  weightBase: number,
  last: boolean,
): Uint32Array {
  const { layer, low, bits } = quantized;
  const { input, groups, kernelHeight, kernelWidth, stride, dilation, padding, pool, poolStride, poolPadding } = layer;
  const { groupBlocks, inputBlocks, outputBlocks, planes, filterTiles, tileFilters, lastFilters } = plan;
  const { convolved, output } = layerGeometry(layer);
  const row = input.width * inputBlocks;
  const apart = poolStride * stride;
  const origin = -(padding + poolPadding * stride);
  const counts = [groupBlocks, kernelWidth, kernelHeight, planes, pool, pool, output.width, output.height];
  const limits = [...counts, filterTiles, groups].map((count) => count - 1);
  /** A step that is never taken is 0, so that none is wider than a map. */
  const step = (loop: number, size: number): number => (limits[loop] === 0 ? 0 : size);
  const x = [0, step(1, dilation), 0, 0, step(4, stride), 0, step(6, apart), 0];
  const y = [0, 0, step(2, dilation), 0, 0, step(5, stride), 0, step(7, apart)];
  const convolvedRow = convolved.width * outputBlocks;
  const { shortcut, source, dest } = placement;
  return Uint32Array.from([
    header(quantized, placement, false, last) | (1 << HELD),
    ...[0, 2, 4, 6, 8].map((loop) => pair(limits[loop + 1]!, limits[loop]!)),
    ...[1, 2, 4, 5, 6, 7].map((loop) => y[loop]! * row + x[loop]! * inputBlocks),
    step(9, groupBlocks),
    pair(y[2]!, x[1]!),
    pair(y[5]!, x[4]!),
    pair(y[7]!, x[6]!),
    source.base + origin * row + origin * inputBlocks,
    pair(origin, origin),
    pair(input.height, input.width),
    weightBase,
    placement.foldBase,
    pair(2 ** bits - 1, low),
    placement.padBase,
    (tileFilters * 2 ** 24) | (lastFilters << 16) | (lastFilters << 8) | tileFilters,
    pair(-poolPadding, -poolPadding),
    pair(convolved.height, convolved.width),
    pair(poolStride, poolStride),
    dest.base,
    outputBlocks,
    output.width * outputBlocks,
    filterTiles,
    0,
    0,
    ...(shortcut === undefined
      ? [0, 0, 0, 0, 0, 0, 0]
      : [
          shortcut.base - poolPadding * (convolvedRow + outputBlocks),
          outputBlocks,
          convolvedRow,
          poolStride * outputBlocks,
          poolStride * convolvedRow,
          0,
          0,
        ]),
  ]);
}
