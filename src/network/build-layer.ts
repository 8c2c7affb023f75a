// SPDX-License-Identifier: Apache-2.0
// Layers from the few fields that differ from the usual, each reading what the
// one before it writes: how networks are written down here and in files.

import { checkNetwork } from './check-network.ts';
import { layerGeometry } from './geometry.ts';
import { type Layer, type MapShape, type Network, picture } from './layer.ts';

/**
 * A layer as it is written down. What is left out is usual: an adder convolution of stride 1 without padding, one
 * group, ReLU, no pooling, which reads the layer before it.
 */
export interface LayerForm extends Partial<Omit<Layer, 'input' | 'kernelHeight' | 'kernelWidth'>> {
  readonly name: string;
  readonly filters: number;
  /** Side of the kernel, both sides [height, width], or `full` for the whole map. */
  readonly kernel: number | readonly [height: number, width: number] | 'full';
}

/** A network as it is written down. */
export interface NetworkForm {
  readonly name: string;
  readonly input: MapShape;
  readonly layers: readonly LayerForm[];
}

/**
 * Makes a network of its written form and checks it.
 * @throws {RangeError} naming the layer and the field that is wrong, before anything is computed.
 * @example
 * buildNetwork({
 *   name: 'tiny', input: { height: 28, width: 28, channels: 1 },
 *   layers: [{ name: 'conv1', kernel: 5, filters: 4, pool: 2 }, { name: 'fc', kernel: 'full', filters: 10, relu: false }],
 * });
 */
export function buildNetwork({ name, input, layers }: NetworkForm): Network {
  const shapes = new Map<string, MapShape>([[picture, input]]);
  let before = picture;
  const built = layers.map((form): Layer => {
    const source = form.source ?? before;
    const given = shapes.get(source);
    if (given === undefined) {
      throw new RangeError(
        `Expected layer ${form.name} of network ${name} to read the map of a layer before it, but received ${source}.`,
      );
    }
    const layer = buildLayer(form, source, given);
    checkNetwork({ name, layers: [{ ...layer, source: picture, shortcut: null }] });
    before = layer.name;
    shapes.set(layer.name, layerGeometry(layer).output);
    return layer;
  });
  const network = { name, layers: built };
  checkNetwork(network);
  return network;
}

function buildLayer(form: LayerForm, source: string, input: MapShape): Layer {
  const { kernel, ...rest } = form;
  const [kernelHeight, kernelWidth] =
    kernel === 'full' ? [input.height, input.width] : typeof kernel === 'number' ? [kernel, kernel] : kernel;
  return {
    cell: 'adder',
    shortcut: null,
    stride: 1,
    padding: 0,
    dilation: 1,
    groups: 1,
    relu: true,
    poolKind: 'max',
    pool: 1,
    poolStride: form.pool ?? 1,
    poolPadding: 0,
    ...rest,
    source,
    input,
    kernelHeight,
    kernelWidth,
  };
}
