// SPDX-License-Identifier: Apache-2.0
// A network in full, as the metadata of weight files hold it.

import * as v from 'valibot';
import { checkNetwork } from './check-network.ts';
import type { Network } from './layer.ts';
import { checkShape } from './safetensors.ts';

const integer = v.pipe(v.number(), v.safeInteger());

/** Every field of every layer and no other; whether they fit together is checkNetwork's to say. */
export const networkSchema: v.GenericSchema<unknown, Network> = v.strictObject({
  name: v.string(),
  layers: v.array(
    v.strictObject({
      name: v.pipe(v.string(), v.minLength(1)),
      cell: v.picklist(['adder', 'multiply']),
      source: v.string(),
      shortcut: v.nullable(v.string()),
      input: v.strictObject({ height: integer, width: integer, channels: integer }),
      kernelHeight: integer,
      kernelWidth: integer,
      filters: integer,
      stride: integer,
      padding: integer,
      dilation: integer,
      groups: integer,
      relu: v.boolean(),
      poolKind: v.picklist(['max', 'average']),
      pool: integer,
      poolStride: integer,
      poolPadding: integer,
    }),
  ),
});

/**
 * Checks that a value out of a file is a network.
 * @param path what messages call the file
 * @throws {RangeError} naming the file and what is wrong.
 */
export function networkFrom(path: string, value: unknown): Network {
  const network = checkShape(`${path} to describe a network`, networkSchema, value, 'network');
  try {
    checkNetwork(network);
  } catch (error) {
    throw new RangeError(
      `Expected ${path} to describe a network, but received a wrong one: ${(error as Error).message}`,
    );
  }
  return network;
}
