// SPDX-License-Identifier: Apache-2.0
// Where the weights that come with the package are.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

/**
 * Path of the quantized weights shipped for a network.
 * @throws {RangeError} naming the networks that have some.
 * @example
 * const net = readQuantized(shippedWeights('lenet5'));
 */
export function shippedWeights(name: string): string {
  const folder = join(packageRoot(), 'src', 'network', 'weights');
  const path = join(folder, `${name}.safetensors`);
  if (/^[\w-]+$/.test(name) && existsSync(path)) return path;
  const names = readdirSync(folder)
    .flatMap((file) => /^(.*)\.safetensors$/.exec(file)?.[1] ?? [])
    .sort();
  throw new RangeError(`Expected a network with shipped weights (${names.join(', ')}), but received ${name}.`);
}
