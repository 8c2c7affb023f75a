// SPDX-License-Identifier: Apache-2.0
// Checks a network's description before anything is computed from it.

import { layerGeometry, shapeText } from './geometry.ts';
import { type Layer, type MapShape, type Network, picture } from './layer.ts';

const LIMITS = {
  kernelHeight: [1, 1024],
  kernelWidth: [1, 1024],
  filters: [1, 65535],
  stride: [1, 1024],
  padding: [0, 1024],
  dilation: [1, 1024],
  groups: [1, 65535],
  pool: [1, 128],
  poolStride: [1, 128],
  poolPadding: [0, 64],
} as const satisfies Partial<Record<keyof Layer, readonly [low: number, high: number]>>;

const INPUT_LIMITS: Readonly<Record<keyof MapShape, readonly [low: number, high: number]>> = {
  height: [1, 16384],
  width: [1, 16384],
  channels: [1, 65535],
};

/** Layers that a network may have. */
const MAX_LAYERS = 1024;

function checkInteger(name: string, value: unknown, [low, high]: readonly [number, number]): void {
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) {
    throw new RangeError(`Expected ${name} to be an integer from ${low} to ${high}, but received ${String(value)}.`);
  }
}

/**
 * Checks one layer by itself.
 * @throws {RangeError} naming the layer and the field.
 */
export function checkLayer(layer: Layer): void {
  const { name, input, filters, groups, pool, poolStride, poolPadding, poolKind } = layer;
  for (const [field, range] of Object.entries(LIMITS)) {
    checkInteger(`${name}.${field}`, layer[field as keyof typeof LIMITS], range);
  }
  for (const [field, range] of Object.entries(INPUT_LIMITS)) {
    checkInteger(`${name}.input.${field}`, input[field as keyof MapShape], range);
  }
  if (input.channels % groups !== 0 || filters % groups !== 0) {
    throw new RangeError(
      `Expected ${name}.groups to divide its ${input.channels} channels and ${filters} filters, but received ${groups}.`,
    );
  }
  if (poolStride > pool) {
    throw new RangeError(`Expected ${name}.poolStride to be at most its pool, ${pool}, but received ${poolStride}.`);
  }
  const most = poolKind === 'average' ? 0 : Math.floor(pool / 2);
  if (poolPadding > most) {
    throw new RangeError(
      `Expected ${name}.poolPadding to be at most ${most} for pooling by ${poolKind}, but received ${poolPadding}.`,
    );
  }
  layerGeometry(layer);
}

/**
 * Checks every layer, and that each reads maps of layers before it, of the shapes that these write.
 * @throws {RangeError} naming the layer, with both shapes where two disagree.
 */
export function checkNetwork(network: Network): void {
  const { layers } = network;
  if (layers.length === 0) throw new RangeError(`Expected network ${network.name} to have layers, but it has 0.`);
  if (layers.length > MAX_LAYERS) {
    throw new RangeError(
      `Expected network ${network.name} to have at most ${MAX_LAYERS} layers, but it has ${layers.length}.`,
    );
  }
  const written = new Map<string, MapShape>();
  for (const layer of layers) {
    const { name, source, shortcut } = layer;
    if (name === picture || written.has(name)) {
      const taken = name === picture ? 'the pictures have' : 'a layer before it has';
      throw new RangeError(`Expected a layer to have a name of its own, but received ${name}, which ${taken}.`);
    }
    checkLayer(layer);
    // The first reader of the pictures says what they are.
    const first = layers.find((reader) => reader.source === picture);
    if (source === picture && first) written.set(picture, written.get(picture) ?? first.input);
    expectMap(network, layer, 'read', source, written.get(source), layer.input);
    if (shortcut !== null) {
      // Pictures have a scale for each channel, a shortcut one for all.
      const given = shortcut === picture ? undefined : written.get(shortcut);
      expectMap(network, layer, 'add', shortcut, given, layerGeometry(layer).convolved);
    }
    written.set(name, layerGeometry(layer).output);
  }
  if (!written.has(picture)) {
    throw new RangeError(`Expected a layer of network ${network.name} to read ${picture}, but none does.`);
  }
}

function expectMap(
  network: Network,
  layer: Layer,
  does: 'read' | 'add',
  source: string,
  given: MapShape | undefined,
  wanted: MapShape,
): void {
  if (given === undefined) {
    throw new RangeError(
      `Expected layer ${layer.name} of network ${network.name} to ${does} the map of a layer before it, ` +
        `but received ${source}.`,
    );
  }
  if (shapeText(given) !== shapeText(wanted)) {
    const whose = source === picture ? 'of the pictures' : `that ${source} writes`;
    throw new RangeError(
      `Expected layer ${layer.name} to ${does} the ${shapeText(given)} map ${whose}, ` +
        `but ${does === 'read' ? 'its input' : 'what it is added to'} is ${shapeText(wanted)}.`,
    );
  }
}
