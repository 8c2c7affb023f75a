// SPDX-License-Identifier: Apache-2.0
// Puts layers that turn maps into a network whose layers have a schedule each. Such a layer's map is the one that it reads,
// laid as its readers need it: by its integers it is a depthwise convolution of 1x1 with weights of 1, so that every level
// computes it like any other layer, and its words are checked like any other's.

import {
  type Layer,
  layerGeometry,
  type Network,
  newCodes,
  outputBits,
  picture,
  type QuantizedLayer,
  type QuantizedNetwork,
} from '../network/index.ts';
import { type LayerSchedule, type Stay, writesBlocks } from './schedule.ts';

/** A layer that turns the map of another. */
export function turnLayer(of: Layer, name: string): Layer {
  const { output } = layerGeometry(of);
  return {
    name,
    cell: 'multiply',
    source: of.name,
    shortcut: null,
    input: output,
    kernelHeight: 1,
    kernelWidth: 1,
    filters: output.channels,
    stride: 1,
    padding: 0,
    dilation: 1,
    groups: output.channels,
    relu: false,
    poolKind: 'max',
    pool: 1,
    poolStride: 1,
    poolPadding: 0,
  };
}

/** Its integers: each code as it is. */
function turnIntegers(layer: Layer, of: QuantizedLayer): QuantizedLayer {
  const { filters } = layer;
  const bits = outputBits(of);
  return {
    layer,
    weights: new Int16Array(filters).fill(1),
    mul: new Int16Array(filters).fill(1),
    shortcutMul: new Int32Array(0),
    add: new Float64Array(filters),
    shift: new Uint8Array(filters),
    padCodes: newCodes(bits, filters),
    low: 0,
    bits,
    poolShift: 0,
  };
}

/** A network whose maps are turned. */
export interface Turned<Given> {
  readonly network: Given;
  readonly schedule: LayerSchedule;
}

/** Layers with those that turn maps among them. */
interface TurnedLayers {
  readonly layers: readonly Layer[];
  readonly stays: readonly Stay[];
  /** For each the index of the given layer, or of that whose map it turns. */
  readonly of: readonly number[];
}

function turnedLayers(layers: readonly Layer[], stays: readonly Stay[]): TurnedLayers {
  const taken = new Set(layers.map(({ name }) => name));
  const made: Layer[] = [];
  const madeStays: Stay[] = [];
  const of: number[] = [];
  const index = new Map(layers.map(({ name }, at) => [name, at]));
  const turned = new Map<string, string>();
  const put = (layer: Layer, stay: Stay, from: number): void => {
    made.push(layer);
    madeStays.push(stay);
    of.push(from);
  };
  /** Name of the layer whose map is that of another in the words that a reader needs. */
  const inWords = (name: string, stay: Stay): string => {
    const from = index.get(name)!;
    if (writesBlocks(stays[from]!) === writesBlocks(stay)) return name;
    const there = turned.get(name);
    if (there !== undefined) return there;
    let fresh = `${name}-turned`;
    while (taken.has(fresh)) fresh += '-';
    taken.add(fresh);
    turned.set(name, fresh);
    put(turnLayer(layers[from]!, fresh), writesBlocks(stay) ? 'to-channels' : 'to-images', from);
    return fresh;
  };
  layers.forEach((layer, at) => {
    const stay = stays[at]!;
    const source = layer.source === picture ? picture : inWords(layer.source, stay);
    const shortcut = layer.shortcut === null ? null : inWords(layer.shortcut, stay);
    put({ ...layer, source, shortcut }, stay, at);
  });
  inWords(layers.at(-1)!.name, 'output');
  return { layers: made, stays: madeStays, of };
}

/**
 * Puts layers that turn maps into a network, where words of one layout are read as those of the other; and behind the last
 * layer, where its words are blocks.
 * @param stays what stays of each layer: sums or weights. Those that read the pictures all do the same.
 * @param images of a batch, at most
 */
export function turnMaps<Given extends Network | QuantizedNetwork>(
  given: Given,
  stays: readonly Stay[],
  images: number,
): Turned<Given> {
  const network: Network = 'network' in given ? given.network : given;
  const turned = turnedLayers(network.layers, stays);
  const schedule = { images, stays: turned.stays };
  const layers = { ...network, layers: turned.layers };
  if (!('network' in given)) return { network: layers as unknown as Given, schedule };
  const integers = turned.layers.map((layer, at): QuantizedLayer => {
    const of = given.layers[turned.of[at]!]!;
    return turned.stays[at]!.startsWith('to-') ? turnIntegers(layer, of) : { ...of, layer };
  });
  return { network: { ...given, network: layers, layers: integers }, schedule };
}
