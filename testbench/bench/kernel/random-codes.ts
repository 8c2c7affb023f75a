// SPDX-License-Identifier: Apache-2.0
// A network of random codes: as much work as a trained one, without its files.

import {
  type Codes,
  type Layer,
  layerGeometry,
  mapSize,
  type Network,
  pictureShape,
  type QuantizedLayer,
  type QuantizedNetwork,
} from '../../../src/network/index.ts';

let state = 1;

/** An integer from 0 to `below` - 1 (Numerical Recipes' generator: the upper bits). */
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

function codes(bits: number, length: number): Codes {
  const values = bits > 8 ? new Uint16Array(length) : new Uint8Array(length);
  for (let i = 0; i < length; i++) values[i] = random(2 ** bits);
  return values;
}

function randomLayer(layer: Layer, bits: number): QuantizedLayer {
  const { filters, cell, poolKind, pool } = layer;
  const { taps } = layerGeometry(layer);
  return {
    layer,
    weights: cell === 'adder' ? codes(bits, filters * taps) : Int16Array.from(codes(8, filters * taps), (w) => w - 128),
    mul: Int16Array.from({ length: filters }, () => random(2000) - 2000),
    shortcutMul: new Int32Array(layer.shortcut === null ? 0 : filters).fill(2 ** 14),
    add: new Float64Array(filters).fill(taps * 2 ** (bits + 8)),
    shift: new Uint8Array(filters).fill(15),
    padCodes: codes(bits, layer.input.channels),
    low: 0,
    bits,
    poolShift: poolKind === 'average' ? Math.ceil(Math.log2(pool * pool)) : 0,
  };
}

/** Random weights for a network, all maps of `bits` bits. */
export function randomQuantized(network: Network, bits: number): QuantizedNetwork {
  const layers = network.layers.map((layer) => randomLayer(layer, bits));
  return { network, imageBits: bits, bits, layers, provenance: {} };
}

/** Random pictures for it. */
export function randomPictures({ network, imageBits }: QuantizedNetwork, count: number): Codes {
  return codes(imageBits, count * mapSize(pictureShape(network)));
}
