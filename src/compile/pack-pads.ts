// SPDX-License-Identifier: Apache-2.0
// The codes that taps outside maps read: one for a layer, or one for each channel. Layers whose codes are
// already there in a row share them.

import type { QuantizedLayer } from '../network/index.ts';

/** Where a layer's codes are. */
export interface PadPlace {
  readonly padBase: number;
  /** Whether each channel has its own. */
  readonly padEach: boolean;
}

/** Codes of all layers. */
export interface Pads {
  readonly codes: Uint32Array;
  readonly places: readonly PadPlace[];
}

/** The codes a layer reads outside its map: one for all channels or one each; none without padding. */
function padCodesOf({ layer, padCodes }: QuantizedLayer): readonly number[] {
  // Without padding no tap that counts is outside.
  if (layer.padding === 0) return [];
  return padCodes.every((code) => code === padCodes[0]) ? [padCodes[0]!] : [...padCodes];
}

/** Collects the codes of layers. */
export function packPads(layers: readonly QuantizedLayer[]): Pads {
  const all: number[] = [];
  const places = layers.map((quantized): PadPlace => {
    const codes = padCodesOf(quantized);
    const found = all.findIndex((_, at) => codes.every((code, i) => code === all[at + i]));
    const padBase = found === -1 ? all.length : found;
    if (found === -1) all.push(...codes);
    return { padBase, padEach: codes.length > 1 };
  });
  return { codes: Uint32Array.from(all), places };
}
