// SPDX-License-Identifier: Apache-2.0
// Checks a network's description before anything is computed from it.

import { layerGeometry } from './geometry.ts';
import type { AdderLayer, MapShape, Network } from './layer.ts';

const LIMITS: Readonly<Record<string, readonly [low: number, high: number]>> = {
  kernelHeight: [1, 1024],
  kernelWidth: [1, 1024],
  filters: [1, 65535],
  stride: [1, 1024],
  padding: [0, 1024],
  dilation: [1, 1024],
  pool: [1, 128],
};

const INPUT_LIMITS: Readonly<Record<keyof MapShape, readonly [low: number, high: number]>> = {
  height: [1, 16384],
  width: [1, 16384],
  channels: [1, 65535],
};

function checkInteger(name: string, value: unknown, [low, high]: readonly [number, number]): void {
  if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) {
    throw new RangeError(`Expected ${name} to be an integer from ${low} to ${high}, but received ${String(value)}.`);
  }
}

/**
 * Checks one layer by itself.
 * @throws {RangeError} naming the layer and the field.
 */
export function checkLayer(layer: AdderLayer): void {
  for (const [field, range] of Object.entries(LIMITS)) {
    checkInteger(`${layer.name}.${field}`, layer[field as keyof AdderLayer], range);
  }
  for (const [field, range] of Object.entries(INPUT_LIMITS)) {
    checkInteger(`${layer.name}.input.${field}`, layer.input[field as keyof MapShape], range);
  }
  layerGeometry(layer);
}

/**
 * Checks every layer, and that each reads the map that the one before it writes.
 * @throws {RangeError} naming the layer, with both shapes where two disagree.
 */
export function checkNetwork(network: Network): void {
  const show = ({ height, width, channels }: MapShape): string => `${height}x${width}x${channels}`;
  if (network.layers.length === 0)
    throw new RangeError(`Expected network ${network.name} to have layers, but it has 0.`);
  network.layers.forEach((layer, index) => {
    checkLayer(layer);
    const before = network.layers[index - 1];
    const given = before && layerGeometry(before).output;
    if (given && show(given) !== show(layer.input)) {
      throw new RangeError(
        `Expected layer ${layer.name} to read the ${show(given)} map that ${before.name} writes, but its input is ${show(layer.input)}.`,
      );
    }
  });
}
