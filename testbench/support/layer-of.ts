// SPDX-License-Identifier: Apache-2.0
// Small layers and networks to try, from the fields that matter to a test.

import { type Layer, picture, type QuantizedLayer, type QuantizedNetwork } from '../../src/network/index.ts';

/** A layer of one input value and one filter that reads the pictures, but for the given fields. */
export function layerOf(fields: Partial<Layer>): Layer {
  return {
    name: 'layer',
    cell: 'adder',
    source: picture,
    shortcut: null,
    input: { height: 1, width: 1, channels: 1 },
    kernelHeight: 1,
    kernelWidth: 1,
    filters: 1,
    stride: 1,
    padding: 0,
    dilation: 1,
    groups: 1,
    relu: false,
    poolKind: 'max',
    pool: 1,
    poolStride: fields.pool ?? 1,
    poolPadding: 0,
    ...fields,
  };
}

/** A quantized layer of 8-bit codes whose fold changes nothing, but for the given fields. */
export function quantizedOf(fields: Partial<Layer>, rest: Partial<QuantizedLayer> = {}): QuantizedLayer {
  const layer = layerOf(fields);
  return {
    layer,
    weights: new Uint8Array(1),
    mul: new Int16Array(layer.filters).fill(1),
    shortcutMul: new Int32Array(0),
    add: new Float64Array(layer.filters),
    shift: new Uint8Array(layer.filters),
    padCodes: new Uint8Array(layer.input.channels),
    low: 0,
    bits: 8,
    poolShift: 0,
    ...rest,
  };
}

/** The layers as a network of 8-bit codes. */
export function networkOf(name: string, layers: readonly QuantizedLayer[]): QuantizedNetwork {
  return {
    network: { name, layers: layers.map(({ layer }) => layer) },
    imageBits: 8,
    bits: 8,
    layers,
    provenance: {},
  };
}
