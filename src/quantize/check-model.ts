// SPDX-License-Identifier: Apache-2.0
// What a float model must be to become integers, checked before anything is computed.

import { checkNetwork, type FloatModel, layerGeometry, picture, pictureShape } from '../network/index.ts';
import type { Settings } from './settings.ts';

/** Sums that every device level takes: 31 bits and a sign. */
const largestSum = 2 ** 31 - 1;

/**
 * Checks a model: shapes, finite numbers, and that its sums fit.
 *
 * A variance of 0 is allowed: the channel was constant in training, and it becomes the constant `beta`.
 * @throws {RangeError} naming the layer and what is wrong.
 */
export function checkModel({ network, input, layers }: FloatModel, { bits, imageBits }: Settings): void {
  checkNetwork(network);
  const { channels } = pictureShape(network);
  for (const [name, values] of Object.entries({ mean: input.mean, deviation: input.deviation })) {
    if (values.length !== channels || !values.every(Number.isFinite)) {
      throw new RangeError(
        `Expected the pictures' ${name} to be ${channels} finite numbers, but received ${values.join(', ')}.`,
      );
    }
  }
  if (!input.deviation.every((value) => value > 0)) {
    throw new RangeError(`Expected the pictures' deviation to be above 0, but received ${input.deviation.join(', ')}.`);
  }
  if (layers.length !== network.layers.length) {
    throw new RangeError(`Expected ${network.layers.length} layers of numbers, but received ${layers.length}.`);
  }
  network.layers.forEach((layer, index) => {
    const { weights, gamma, beta, mean, variance } = layers[index]!;
    const { taps } = layerGeometry(layer);
    checkNumbers(`${layer.name}.weight`, weights, layer.filters * taps);
    for (const [name, values] of Object.entries({ gamma, beta, mean, variance })) {
      checkNumbers(`${layer.name}.${name}`, values, layer.filters);
    }
    const negative = variance.find((value) => value < 0);
    if (negative !== undefined) {
      throw new RangeError(`Expected ${layer.name}.variance to be at least 0, but received ${negative}.`);
    }
    const reads = layer.source === picture ? imageBits : bits;
    if (layer.cell === 'adder' && taps * (2 ** reads - 1) > largestSum) {
      throw new RangeError(
        `Expected sums of layer ${layer.name} up to ${largestSum}, but received ${taps} taps of ${reads} bits.`,
      );
    }
  });
}

function checkNumbers(name: string, values: Float32Array, length: number): void {
  if (values.length !== length) {
    throw new RangeError(`Expected ${name} to hold ${length} numbers, but received ${values.length}.`);
  }
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong !== -1) {
    throw new RangeError(`Expected ${name} to hold finite numbers, but received ${values[wrong]} at ${wrong}.`);
  }
}
