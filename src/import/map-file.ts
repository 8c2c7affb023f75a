// SPDX-License-Identifier: Apache-2.0
// A user's own mapping: JSON, for each layer by name what its tensors are called.

import * as v from 'valibot';
import { readText } from '../network/whole-file.ts';
import { checkShape } from '../network/safetensors.ts';

/** Bytes that such a file may have. */
const maxBytes = 2 ** 20;

const name = v.pipe(v.string(), v.minLength(1));
const axes = v.pipe(
  v.string(),
  v.check((text) => [...text].sort().join('') === 'cfhw', 'the letters f, c, h and w in some order'),
);
const entrySchema = v.strictObject({
  weight: v.exactOptional(name),
  bias: v.exactOptional(v.nullable(name)),
  norm: v.exactOptional(
    v.nullable(v.union([name, v.strictObject({ gamma: name, beta: name, mean: name, variance: name })])),
  ),
  axes: v.exactOptional(axes),
});

/** What a mapping says of a layer; what it leaves out is found by name. */
export interface MapEntry {
  /** Name of the weights. */
  readonly weight?: string;
  /** Name of the sums' bias; null for none. */
  readonly bias?: string | null;
  /** What stands before the endings of the normalisation, its four names, or null for none. */
  readonly norm?: string | null | Readonly<Record<'gamma' | 'beta' | 'mean' | 'variance', string>>;
  /** Order of the weights' axes: filter, channel, height, width; `fchw` where left out. */
  readonly axes?: string;
}

/** A mapping by layer names. */
export type LayerMap = ReadonlyMap<string, MapEntry>;

const mapSchema: v.GenericSchema<unknown, Record<string, MapEntry>> = v.record(name, entrySchema);

/**
 * Reads a mapping.
 * @throws {RangeError} when it is no JSON or has a wrong field, naming file and field.
 * @throws {Error} when the file cannot be read.
 */
export function readMap(path: string): LayerMap {
  const text = readText(path, maxBytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RangeError(`Expected ${path} to hold JSON, but received other text.`);
  }
  if (Array.isArray(value)) {
    throw new RangeError(`Expected ${path} to map layers to tensors, but received a list.`);
  }
  return new Map(Object.entries(checkShape(`${path} to map layers to tensors`, mapSchema, value)));
}
