// SPDX-License-Identifier: Apache-2.0
// The weights that come with the package.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

const FOLDER = join(packageRoot(), 'src', 'network', 'weights');

/** Names of the networks whose quantized weights come with the package. */
export function shippedNetworks(): string[] {
  return readdirSync(FOLDER)
    .flatMap((file) => /^([\w-]+)\.safetensors$/.exec(file)?.[1] ?? [])
    .toSorted();
}

/**
 * Path of the quantized weights shipped for a network.
 * @throws {RangeError} naming the networks that have some.
 * @example
 * const net = readQuantized(shippedWeights('lenet5'));
 */
export function shippedWeights(name: string): string {
  const names = shippedNetworks();
  if (names.includes(name)) return join(FOLDER, `${name}.safetensors`);
  throw new RangeError(`Expected a network with shipped weights (${names.join(', ')}), but received ${name}.`);
}
