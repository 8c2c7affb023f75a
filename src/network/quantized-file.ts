// SPDX-License-Identifier: Apache-2.0
// A quantized network as one file in the safetensors layout: for every layer
// `<name>.weight`, `.mul`, `.add` and `.shift`, and all that describes it as
// JSON in the metadata. The same network always gives the same bytes.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as v from 'valibot';
import { checkNetwork } from './check-network.ts';
import type { AdderLayer } from './layer.ts';
import { type Codes, FOLD_LIMITS, type QuantizedLayer, type QuantizedNetwork } from './quantized.ts';
import { checkDigest, checkShape, decodeTensors, encodeTensors, type Tensor, type TensorType } from './safetensors.ts';

/** Value of `format` in the metadata. */
const format = 'berus-quantized';
/** Value of `version`; it changes when older readers would misread the file. */
const version = '1';

const integer = v.pipe(v.number(), v.safeInteger());
const layerSchema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1)),
  input: v.strictObject({ height: integer, width: integer, channels: integer }),
  kernelHeight: integer,
  kernelWidth: integer,
  filters: integer,
  stride: integer,
  padding: integer,
  dilation: integer,
  relu: v.boolean(),
  pool: integer,
});
const descriptionSchema = v.strictObject({
  network: v.strictObject({ name: v.string(), layers: v.array(layerSchema) }),
  bits: v.pipe(integer, v.minValue(2), v.maxValue(16)),
  padCodes: v.array(integer),
  lows: v.array(integer),
  provenance: v.record(v.string(), v.union([v.string(), v.number()])),
});

/**
 * Writes a network; the file appears whole or not at all.
 * @throws {RangeError} when the network breaks a limit.
 * @throws {Error} when the file cannot be written.
 * @example
 * writeQuantized('lenet5.safetensors', net);
 */
export function writeQuantized(path: string, net: QuantizedNetwork): void {
  const file = encodeQuantized(net);
  decodeQuantized(path, file);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, file);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new Error(`Expected ${path} to be a file that can be written, but received ${errorCode(error)}.`);
  }
}

/**
 * Reads a network and checks all of it: layout, checksum, version, shapes, ranges.
 * @throws {RangeError} when anything is not as it must be, naming the file.
 * @throws {Error} when the file cannot be read.
 */
export function readQuantized(path: string): QuantizedNetwork {
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (error) {
    throw new Error(`Expected ${path} to be a file that can be read, but received ${errorCode(error)}.`);
  }
  return decodeQuantized(path, file);
}

function encodeQuantized({ network, bits, layers, provenance }: QuantizedNetwork): Uint8Array {
  const tensors = new Map<string, Tensor>();
  const put = (name: string, dtype: TensorType, shape: readonly number[], values: ArrayBufferView): void => {
    tensors.set(name, { dtype, shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) });
  };
  // Widest values first, so that all of them are aligned.
  for (const { layer, add } of layers) {
    put(`${layer.name}.add`, 'I64', [layer.filters], BigInt64Array.from(add, BigInt));
  }
  for (const { layer, mul } of layers) put(`${layer.name}.mul`, 'I16', [layer.filters], mul);
  for (const { layer, weights } of layers) put(`${layer.name}.weight`, codeType(bits), weightShape(layer), weights);
  for (const { layer, shift } of layers) put(`${layer.name}.shift`, 'U8', [layer.filters], shift);
  const metadata = {
    format,
    version,
    network: JSON.stringify(network),
    bits: JSON.stringify(bits),
    padCodes: JSON.stringify(layers.map((layer) => layer.padCode)),
    lows: JSON.stringify(layers.map((layer) => layer.low)),
    provenance: JSON.stringify(provenance),
  };
  return encodeTensors({ metadata, tensors });
}

function decodeQuantized(path: string, file: Uint8Array): QuantizedNetwork {
  const { metadata, tensors } = decodeTensors(path, file);
  for (const [key, expected] of Object.entries({ format, version })) {
    if (metadata[key] !== expected) {
      throw new RangeError(`Expected ${path} to have ${key} ${expected}, but received ${metadata[key] ?? 'none'}.`);
    }
  }
  checkDigest(path, file);
  const { network, bits, padCodes, lows, provenance } = describe(path, metadata);
  const top = 2 ** bits - 1;
  const left = new Set(tensors.keys());
  const take = (name: string, dtype: TensorType, shape: readonly number[]): DataView => {
    const tensor = tensors.get(name);
    const wanted = `${dtype} [${shape.join(', ')}]`;
    const given = tensor === undefined ? 'none' : `${tensor.dtype} [${tensor.shape.join(', ')}]`;
    if (tensor === undefined || given !== wanted) {
      throw new RangeError(`Expected ${path} to hold ${name} as ${wanted}, but received ${given}.`);
    }
    left.delete(name);
    return new DataView(tensor.bytes.buffer, tensor.bytes.byteOffset, tensor.bytes.byteLength);
  };
  const within = (name: string, value: number, low: number, high: number): number => {
    if (value >= low && value <= high) return value;
    throw new RangeError(`Expected ${path} to hold ${name} from ${low} to ${high}, but received ${value}.`);
  };
  const layers = network.layers.map((layer, index): QuantizedLayer => {
    const { name, filters } = layer;
    const weight = take(`${name}.weight`, codeType(bits), weightShape(layer));
    const mul = take(`${name}.mul`, 'I16', [filters]);
    const add = take(`${name}.add`, 'I64', [filters]);
    const shift = take(`${name}.shift`, 'U8', [filters]);
    const weights: Codes = bits > 8 ? new Uint16Array(weight.byteLength / 2) : new Uint8Array(weight.byteLength);
    for (let i = 0; i < weights.length; i++) {
      const code = bits > 8 ? weight.getUint16(2 * i, true) : weight.getUint8(i);
      weights[i] = within(`${name}.weight`, code, 0, top);
    }
    const perFilter = (read: (filter: number) => number): number[] =>
      Array.from({ length: filters }, (_, f) => read(f));
    const limit = 2 ** (FOLD_LIMITS.addBits - 1);
    const offset = (f: number): number =>
      within(`${name}.add`, Number(add.getBigInt64(8 * f, true)), -limit, limit - 1);
    return {
      layer,
      weights,
      mul: Int16Array.from(perFilter((f) => mul.getInt16(2 * f, true))),
      add: Float64Array.from(perFilter(offset)),
      shift: Uint8Array.from(perFilter((f) => within(`${name}.shift`, shift.getUint8(f), 0, FOLD_LIMITS.maxShift))),
      padCode: within(`padCodes[${index}]`, padCodes[index]!, 0, top),
      low: within(`lows[${index}]`, lows[index]!, 0, top),
    };
  });
  if (left.size > 0) {
    throw new RangeError(`Expected ${path} to hold no tensors but its layers', but received ${[...left].join(', ')}.`);
  }
  return { network, bits, layers, provenance };
}

function describe(path: string, metadata: Readonly<Record<string, string>>): v.InferOutput<typeof descriptionSchema> {
  const parsed: Record<string, unknown> = {};
  for (const key of Object.keys(descriptionSchema.entries)) {
    try {
      parsed[key] = JSON.parse(metadata[key] ?? '');
    } catch {
      throw new RangeError(`Expected ${path} to have ${key} as JSON, but received ${metadata[key] ?? 'none'}.`);
    }
  }
  const description = checkShape(`${path} to describe a network`, descriptionSchema, parsed);
  const { network, padCodes, lows } = description;
  const names = new Set(network.layers.map((layer) => layer.name));
  const counts = [names.size, padCodes.length, lows.length];
  if (counts.some((given) => given !== network.layers.length)) {
    throw new RangeError(
      `Expected ${path} to have ${network.layers.length} layer names, padCodes and lows, ` +
        `but received ${counts.join(', ')} different ones.`,
    );
  }
  try {
    checkNetwork(network);
  } catch (error) {
    throw new RangeError(
      `Expected ${path} to describe a network, but received a wrong one: ${(error as Error).message}`,
    );
  }
  return description;
}

function codeType(bits: number): 'U8' | 'U16' {
  return bits > 8 ? 'U16' : 'U8';
}

function weightShape(layer: AdderLayer): number[] {
  return [layer.filters, layer.kernelHeight, layer.kernelWidth, layer.input.channels];
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}
