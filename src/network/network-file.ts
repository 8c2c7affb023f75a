// SPDX-License-Identifier: Apache-2.0
// A network of a user's own, as JSON: `name`, `input` and `layers`, each layer
// with the fields of LayerForm that differ from the usual.

import * as v from 'valibot';
import { buildNetwork } from './build-layer.ts';
import type { Network } from './layer.ts';
import { checkShape } from './safetensors.ts';
import { readText } from './whole-file.ts';

/** Bytes that such a file may have; a network of a thousand layers needs a tenth of it. */
const maxBytes = 1 << 20;

const integer = v.pipe(v.number(), v.safeInteger());
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
const layerSchema = v.strictObject({
  name,
  filters: integer,
  kernel: v.union([integer, v.tuple([integer, integer]), v.literal('full')]),
  cell: v.exactOptional(v.picklist(['adder', 'multiply'])),
  source: v.exactOptional(name),
  shortcut: v.exactOptional(v.nullable(name)),
  stride: v.exactOptional(integer),
  padding: v.exactOptional(integer),
  dilation: v.exactOptional(integer),
  groups: v.exactOptional(integer),
  relu: v.exactOptional(v.boolean()),
  poolKind: v.exactOptional(v.picklist(['max', 'average'])),
  pool: v.exactOptional(integer),
  poolStride: v.exactOptional(integer),
  poolPadding: v.exactOptional(integer),
});
const networkSchema = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[\w.-]{1,100}$/, 'a name of letters, digits, ".", "_" and "-"')),
  input: v.strictObject({ height: integer, width: integer, channels: integer }),
  layers: v.pipe(v.array(layerSchema), v.maxLength(1024)),
});

/**
 * Reads a network's description.
 * @throws {RangeError} when it is no JSON, has a wrong field, or shapes that do not fit together, naming file and field.
 * @throws {Error} when the file cannot be read.
 */
export function readNetwork(path: string): Network {
  return parseNetwork(path, readText(path, maxBytes));
}

/**
 * Reads a network's description from a text; see {@link readNetwork}.
 * @param path what messages call it
 */
export function parseNetwork(path: string, text: string): Network {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = (error as Error).message.replaceAll('\n', ' ');
    throw new RangeError(`Expected ${path} to hold JSON, but received other text (${reason}).`);
  }
  const form = checkShape(`${path} to describe a network`, networkSchema, value);
  try {
    return buildNetwork(form);
  } catch (error) {
    throw new RangeError(`Expected ${path} to describe a network, but: ${(error as Error).message}`);
  }
}
