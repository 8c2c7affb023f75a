// SPDX-License-Identifier: Apache-2.0
// Which map is whose, and how wide a quantized network's maps are.

import { layerGeometry } from './geometry.ts';
import { type MapShape, type Network, picture } from './layer.ts';
import type { QuantizedLayer, QuantizedNetwork } from './quantized.ts';

/** Shape of the pictures that a network reads. */
export function pictureShape({ layers }: Network): MapShape {
  return layers.find(({ source }) => source === picture)!.input;
}

/** Index of the layer whose map layer `index` reads; -1 for the pictures. */
export function sourceOf({ layers }: Network, index: number): number {
  return layers.findIndex(({ name }) => name === layers[index]!.source);
}

/** Index of the layer whose map is added to that of layer `index`; -1 for none. */
export function shortcutOf({ layers }: Network, index: number): number {
  return layers.findIndex(({ name }) => name === layers[index]!.shortcut);
}

/** Classes that a network tells apart: the values of its last map. */
export function classesOf({ layers }: Network): number {
  const { height, width, channels } = layerGeometry(layers.at(-1)!).output;
  return height * width * channels;
}

/** Width of the codes that a layer writes, after pooling. */
export function outputBits({ layer, bits, poolShift }: QuantizedLayer): number {
  return layer.poolKind === 'average' ? bits + Math.ceil(Math.log2(layer.pool * layer.pool)) - poolShift : bits;
}

/** Width of the codes that layer `index` reads. */
export function inputBits(net: QuantizedNetwork, index: number): number {
  const source = sourceOf(net.network, index);
  return source === -1 ? net.imageBits : outputBits(net.layers[source]!);
}
