// SPDX-License-Identifier: Apache-2.0
// A quantized network as one file in the safetensors layout: for every layer
// `<name>.weight`, `.mul`, `.add`, `.shift` and, with a shortcut, `.shortcutMul`;
// all that describes it is JSON in the metadata. The same network always gives
// the same bytes.

import * as v from 'valibot';
import { layerGeometry } from './geometry.ts';
import type { Layer } from './layer.ts';
import { inputBits, outputBits } from './maps.ts';
import { networkFrom, networkSchema } from './network-schema.ts';
import { type Codes, FOLD_LIMITS, type QuantizedLayer, type QuantizedNetwork } from './quantized.ts';
import { checkDigest, checkShape, decodeTensors, encodeTensors, type Tensor, type TensorType } from './safetensors.ts';
import { elementBytes, singles } from './tensor.ts';
import { readWhole, writeWhole } from './whole-file.ts';

/** Value of `format` in the metadata. */
const format = 'berus-quantized';
/** Value of `version`; it changes when older readers would misread the file. */
const version = '2';

const integer = v.pipe(v.number(), v.safeInteger());
const width = v.pipe(integer, v.minValue(2), v.maxValue(16));
const codesSchema = v.strictObject({
  padCodes: v.array(integer),
  low: integer,
  bits: width,
  poolShift: v.pipe(integer, v.minValue(0), v.maxValue(14)),
});
const descriptionSchema = v.strictObject({
  network: networkSchema,
  imageBits: width,
  bits: width,
  codes: v.array(codesSchema),
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
  writeWhole(path, file);
}

/**
 * Reads a network and checks all of it: layout, checksum, version, shapes, ranges.
 * @throws {RangeError} when anything is not as it must be, naming the file.
 * @throws {Error} when the file cannot be read.
 */
export function readQuantized(path: string): QuantizedNetwork {
  return decodeQuantized(path, readWhole(path));
}

function encodeQuantized(net: QuantizedNetwork): Uint8Array {
  const { network, imageBits, bits, layers, provenance } = net;
  const tensors = new Map<string, Tensor>();
  const put = (name: string, dtype: TensorType, shape: readonly number[], values: ArrayBufferView): void => {
    tensors.set(name, { dtype, shape, bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength) });
  };
  // Widest values first, so that all of them are aligned.
  for (const { layer, add } of layers) {
    put(`${layer.name}.add`, 'I64', [layer.filters], BigInt64Array.from(add, BigInt));
  }
  for (const { layer, shortcutMul } of layers) {
    if (layer.shortcut !== null) put(`${layer.name}.shortcutMul`, 'I32', [layer.filters], shortcutMul);
  }
  for (const { layer, mul } of layers) put(`${layer.name}.mul`, 'I16', [layer.filters], mul);
  const weights = layers.map(({ layer, weights: values }, index) => {
    const [narrowest, widest] = weightTypes(layer, inputBits(net, index));
    return { layer, values, dtype: values.every(isByte) ? narrowest : widest };
  });
  for (const bytes of [2, 1]) {
    for (const { layer, values, dtype } of weights) {
      if (elementBytes[dtype] !== bytes) continue;
      put(`${layer.name}.weight`, dtype, weightShape(layer), dtype === 'I8' ? Int8Array.from(values) : values);
    }
  }
  for (const { layer, shift } of layers) put(`${layer.name}.shift`, 'U8', [layer.filters], shift);
  const codes = layers.map(({ padCodes, low, bits: own, poolShift }) => ({
    padCodes: [...padCodes],
    low,
    bits: own,
    poolShift,
  }));
  const metadata = {
    format,
    version,
    network: JSON.stringify(network),
    imageBits: JSON.stringify(imageBits),
    bits: JSON.stringify(bits),
    codes: JSON.stringify(codes),
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
  const { codes, ...net } = describe(path, metadata);
  const left = new Set(tensors.keys());
  const takeTensor = (name: string, dtypes: readonly TensorType[], shape: readonly number[]): Tensor => {
    const tensor = tensors.get(name);
    const wanted = [...new Set(dtypes)].map((dtype) => `${dtype} [${shape.join(', ')}]`);
    const given = tensor === undefined ? 'none' : `${tensor.dtype} [${tensor.shape.join(', ')}]`;
    if (tensor === undefined || !wanted.includes(given)) {
      throw new RangeError(`Expected ${path} to hold ${name} as ${wanted.join(' or ')}, but received ${given}.`);
    }
    left.delete(name);
    return tensor;
  };
  const take = (name: string, dtype: TensorType, shape: readonly number[]): DataView => {
    const { bytes } = takeTensor(name, [dtype], shape);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
  const within = (name: string, value: number, low: number, high: number): number => {
    if (value >= low && value <= high) return value;
    throw new RangeError(`Expected ${path} to hold ${name} from ${low} to ${high}, but received ${value}.`);
  };
  const layers: QuantizedLayer[] = [];
  net.network.layers.forEach((layer, index) => {
    const { name, filters } = layer;
    const { padCodes, low, bits, poolShift } = codes[index]!;
    const read = inputBits({ ...net, layers }, index);
    const perFilter = (value: (filter: number) => number): number[] =>
      Array.from({ length: filters }, (_, filter) => value(filter));
    const mul = take(`${name}.mul`, 'I16', [filters]);
    const add = take(`${name}.add`, 'I64', [filters]);
    const shift = take(`${name}.shift`, 'U8', [filters]);
    const shortcutMul = layer.shortcut === null ? undefined : take(`${name}.shortcutMul`, 'I32', [filters]);
    const [addLimit, shortcutLimit] = [2 ** (FOLD_LIMITS.addBits - 1), 2 ** (FOLD_LIMITS.shortcutMulBits - 1) - 1];
    const offset = (f: number): number =>
      within(`${name}.add`, Number(add.getBigInt64(8 * f, true)), -addLimit, addLimit - 1);
    const quantized: QuantizedLayer = {
      layer,
      weights: readWeights(
        takeTensor(`${name}.weight`, weightTypes(layer, read), weightShape(layer)),
        layer,
        read,
        (code) => within(`${name}.weight`, code, 0, 2 ** read - 1),
      ),
      mul: Int16Array.from(perFilter((f) => mul.getInt16(2 * f, true))),
      shortcutMul: Int32Array.from(
        shortcutMul === undefined
          ? []
          : perFilter((f) =>
              within(`${name}.shortcutMul`, shortcutMul.getInt32(4 * f, true), -shortcutLimit, shortcutLimit),
            ),
      ),
      add: Float64Array.from(perFilter(offset)),
      shift: Uint8Array.from(perFilter((f) => within(`${name}.shift`, shift.getUint8(f), 0, FOLD_LIMITS.maxShift))),
      padCodes: codesOf(
        padCodes.map((code) => within(`${name}.padCodes`, code, 0, 2 ** read - 1)),
        read,
      ),
      low: within(`${name}.low`, low, 0, 2 ** bits - 1),
      bits,
      poolShift,
    };
    const largest = largestSum(quantized, read);
    within(`the largest sum of ${name}`, largest, 0, 2 ** 31 - 1);
    within(`${name}.padCodes.length`, padCodes.length, layer.input.channels, layer.input.channels);
    within(`${name}.poolShift`, poolShift, 0, layer.poolKind === 'average' ? 14 : 0);
    within(`${name}.bits after pooling`, outputBits(quantized), 2, 16);
    layers.push(quantized);
  });
  if (left.size > 0) {
    throw new RangeError(`Expected ${path} to hold no tensors but its layers', but received ${[...left].join(', ')}.`);
  }
  return { ...net, layers };
}

/** Largest magnitude that a layer's sums can have. */
function largestSum({ layer, weights }: QuantizedLayer, bits: number): number {
  const { taps } = layerGeometry(layer);
  const top = 2 ** bits - 1;
  if (layer.cell === 'adder') return taps * top;
  const sums = new Float64Array(layer.filters);
  weights.forEach((weight, at) => {
    sums[Math.floor(at / taps)]! += Math.abs(weight) * top;
  });
  return Math.max(...sums);
}

function readWeights(
  tensor: Tensor,
  { cell }: Layer,
  bits: number,
  check: (code: number) => number,
): QuantizedLayer['weights'] {
  // Singles hold 16 bits exactly.
  const values = singles(tensor);
  return cell === 'multiply' ? Int16Array.from(values) : codesOf(Array.from(values, check), bits);
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
  const { network, codes } = description;
  if (codes.length !== network.layers.length) {
    throw new RangeError(
      `Expected ${path} to have codes of ${network.layers.length} layers, but received ${codes.length}.`,
    );
  }
  networkFrom(path, network);
  return description;
}

function codesOf(values: readonly number[], bits: number): Codes {
  return bits > 8 ? Uint16Array.from(values) : Uint8Array.from(values);
}

function isByte(value: number): boolean {
  return value >= -128 && value <= 127;
}

/** Kinds of a layer's weights: signed where they multiply, in a byte if all of them are; else as wide as the codes it reads. */
function weightTypes({ cell }: Layer, bits: number): readonly [narrowest: TensorType, widest: TensorType] {
  if (cell === 'multiply') return ['I8', 'I16'];
  return bits > 8 ? ['U16', 'U16'] : ['U8', 'U8'];
}

function weightShape({ filters, kernelHeight, kernelWidth, input, groups }: Layer): number[] {
  return [filters, kernelHeight, kernelWidth, input.channels / groups];
}
