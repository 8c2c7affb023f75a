// SPDX-License-Identifier: Apache-2.0
// Which networks the commands know, and where their weights are.

import { type QuantizedNetwork, readQuantized, shippedWeights } from '../network/index.ts';

/** Networks by the name that commands take. */
export const NETWORKS = ['lenet5'] as const;

/**
 * Reads a network's quantized weights.
 * @param name what the user typed for the network
 * @param file weights in place of the shipped ones
 * @throws {RangeError} when the file is damaged or holds another network
 */
export function openNetwork(name: string, file: string | undefined): QuantizedNetwork {
  if (file === '') throw new RangeError("Expected --weights to be a file, but received ''.");
  const network = readQuantized(file ?? shippedWeights(name));
  if (network.network.name !== name) {
    throw new RangeError(`Expected ${file} to hold network ${name}, but received ${network.network.name}.`);
  }
  return network;
}
