// SPDX-License-Identifier: Apache-2.0
// Layers that use each weight once, which makes them wait where weights are loaded while they run.

import type { Case } from './arbitraries.ts';
import { networkOf, quantizedOf } from './layer-of.ts';

/** Layers of one pixel each, whose weights are used once; pictures of which most is not read delay their segments. */
export function connectedLayers(sizes: readonly number[]): Case {
  const side = 7;
  const layers = sizes.slice(1).map((filters, index) => {
    const channels = sizes[index]!;
    const name = `fc${index}`;
    const weights = Uint8Array.from({ length: filters * channels }, (_, tap) => (tap * 37 + index) % 256);
    const first = { name, stride: side, input: { height: side, width: side, channels }, filters };
    const layer =
      index === 0 ? first : { name, source: `fc${index - 1}`, input: { height: 1, width: 1, channels }, filters };
    return quantizedOf(layer, { weights, padCodes: new Uint8Array(channels), shift: new Uint8Array(filters).fill(5) });
  });
  const count = 11;
  return {
    network: networkOf('connected', layers),
    images: Uint8Array.from({ length: count * side * side * sizes[0]! }, (_, index) => (index * 91) % 256),
    count,
  };
}
