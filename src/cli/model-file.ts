// SPDX-License-Identifier: Apache-2.0
// The network that commands are given: the name of one with shipped weights, or a file.

import { existsSync } from 'node:fs';
import {
  fileKind,
  type FloatFile,
  type QuantizedNetwork,
  readFloat,
  readQuantized,
  shippedNetworks,
  shippedWeights,
} from '../network/index.ts';

/** Names of networks whose weights come with the package, as text. */
export const NETWORKS: string = shippedNetworks().join(', ');

/** A network in integers or in floating point. */
export interface Opened {
  readonly net?: QuantizedNetwork;
  readonly model?: FloatFile;
}

/**
 * Opens what was named.
 * @param weights quantized weights in place of the shipped ones, where a name is given
 * @throws {RangeError} when it is neither a name nor a good file.
 */
export function openModel(named: string, weights?: string): Opened {
  if (shippedNetworks().includes(named)) return { net: openNetwork(named, weights) };
  if (weights !== undefined) {
    throw new RangeError(`Expected --weights with one of ${NETWORKS} alone, but received it with ${named}.`);
  }
  if (named === '' || !existsSync(named)) {
    throw new RangeError(`Expected NETWORK to be ${NETWORKS} or a file, but received ${named || "''"}.`);
  }
  return fileKind(named) === 'float' ? { model: readFloat(named) } : { net: readQuantized(named) };
}

/**
 * Opens what was named where only integers will do.
 * @throws {RangeError} when it is a float model, or as {@link openModel} does.
 */
export function openQuantized(named: string, weights?: string): QuantizedNetwork {
  const { net } = openModel(named, weights);
  if (net !== undefined) return net;
  throw new RangeError(`Expected NETWORK to be a quantized network, but received the float model of ${named}.`);
}

/** Reads a float model where an option wants one. */
export function openFloat(option: string, file: string): FloatFile {
  if (file === '' || !existsSync(file)) {
    throw new RangeError(`Expected ${option} to be a file, but received ${file || "''"}.`);
  }
  if (fileKind(file) !== 'float') {
    throw new RangeError(`Expected ${option} to hold a float model, but received the quantized one of ${file}.`);
  }
  return readFloat(file);
}

/**
 * Reads a network's quantized weights.
 * @param name what the user typed for the network
 * @param file weights in place of the shipped ones
 * @throws {RangeError} when the file is damaged or holds another network
 */
function openNetwork(name: string, file: string | undefined): QuantizedNetwork {
  if (file === '') throw new RangeError("Expected --weights to be a file, but received ''.");
  const network = readQuantized(file ?? shippedWeights(name));
  if (network.network.name !== name) {
    throw new RangeError(`Expected ${file} to hold network ${name}, but received ${network.network.name}.`);
  }
  return network;
}
