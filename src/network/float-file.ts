// SPDX-License-Identifier: Apache-2.0
// A network in floating point as one safetensors file: for every layer
// `<name>.weight` [filter][row][column][channel of its group], `.gamma`,
// `.beta`, `.mean` and `.variance`, and all that describes it as JSON in the
// metadata. The same network always gives the same bytes.

import * as v from 'valibot';
import type { FloatLayer, FloatModel } from './float-model.ts';
import type { Layer } from './layer.ts';
import { pictureShape } from './maps.ts';
import { networkFrom } from './network-schema.ts';
import type { Provenance } from './quantized.ts';
import { checkDigest, checkShape, decodeTensors, encodeTensors } from './safetensors.ts';
import { singles, singleTensor, type Tensor, tensorText } from './tensor.ts';
import { readWhole, writeWhole } from './whole-file.ts';

/** Value of `format` in the metadata. */
const format = 'berus-float';
/** Value of `version`; it changes when older readers would misread the file. */
const version = '1';

/** A model and how it was made. */
export interface FloatFile extends FloatModel {
  readonly provenance: Provenance;
}

const finite = v.pipe(v.number(), v.finite());
const inputSchema = v.strictObject({
  mean: v.array(finite),
  deviation: v.array(v.pipe(finite, v.gtValue(0))),
  padding: v.picklist(['black', 'zero']),
});
const provenanceSchema = v.record(v.string(), v.union([v.string(), v.number()]));

/** Tensors of a layer after its weights: one number for each filter. */
const folds = ['gamma', 'beta', 'mean', 'variance'] as const;

/**
 * Writes a model; the file appears whole or not at all.
 * @param provenance how it was made, for people to read
 * @throws {RangeError} when a number is not finite, a variance is negative, or a shape is wrong; nothing is written.
 * @throws {Error} when the file cannot be written.
 * @example
 * writeFloat('lenet5-float.safetensors', model, { seed: 1 });
 */
export function writeFloat(path: string, model: FloatModel, provenance: Provenance = {}): void {
  const file = encodeFloat(model, provenance);
  decodeFloat(path, file);
  writeWhole(path, file);
}

/**
 * Reads a model and checks all of it: layout, checksum, version, shapes, numbers. A variance of zero is allowed:
 * normalisation adds its epsilon.
 * @throws {RangeError} when anything is not as it must be, naming the file.
 * @throws {Error} when the file cannot be read.
 */
export function readFloat(path: string): FloatFile {
  return decodeFloat(path, readWhole(path));
}

/**
 * Says which of this project's files a file is.
 * @throws {RangeError} when it is neither.
 * @throws {Error} when it cannot be read.
 */
export function fileKind(path: string): 'float' | 'quantized' {
  const given = decodeTensors(path, readWhole(path)).metadata['format'];
  if (given === format) return 'float';
  if (given === 'berus-quantized') return 'quantized';
  throw new RangeError(
    `Expected ${path} to have format ${format} or berus-quantized, but received ${given ?? 'none'}.`,
  );
}

function weightShape({ filters, kernelHeight, kernelWidth, input, groups }: Layer): number[] {
  return [filters, kernelHeight, kernelWidth, input.channels / groups];
}

function encodeFloat({ network, input, layers }: FloatModel, provenance: Provenance): Uint8Array {
  const tensors = new Map<string, Tensor>();
  for (const numbers of layers) {
    const { layer, weights } = numbers;
    tensors.set(`${layer.name}.weight`, singleTensor(weightShape(layer), weights));
    for (const fold of folds) tensors.set(`${layer.name}.${fold}`, singleTensor([layer.filters], numbers[fold]));
  }
  const metadata = {
    format,
    version,
    network: JSON.stringify(network),
    input: JSON.stringify(input),
    provenance: JSON.stringify(provenance),
  };
  return encodeTensors({ metadata, tensors });
}

function decodeFloat(path: string, file: Uint8Array): FloatFile {
  const { metadata, tensors } = decodeTensors(path, file);
  for (const [key, expected] of Object.entries({ format, version })) {
    if (metadata[key] !== expected) {
      throw new RangeError(`Expected ${path} to have ${key} ${expected}, but received ${metadata[key] ?? 'none'}.`);
    }
  }
  checkDigest(path, file);
  const described = (key: string): unknown => {
    try {
      return JSON.parse(metadata[key] ?? '');
    } catch {
      throw new RangeError(`Expected ${path} to have ${key} as JSON, but received ${metadata[key] ?? 'none'}.`);
    }
  };
  const network = networkFrom(path, described('network'));
  const input = checkShape(`${path} to describe its pictures`, inputSchema, described('input'), 'input');
  const provenance = checkShape(`${path} to say how it was made`, provenanceSchema, described('provenance'));
  const channels = pictureShape(network).channels;
  for (const key of ['mean', 'deviation'] as const) {
    if (input[key].length !== channels) {
      throw new RangeError(`Expected ${path} to have ${channels} of input.${key}, but received ${input[key].length}.`);
    }
  }
  const left = new Set(tensors.keys());
  const layers = network.layers.map((layer): FloatLayer => {
    const take = (kind: string, shape: readonly number[]): Float32Array => {
      const name = `${layer.name}.${kind}`;
      const tensor = tensors.get(name);
      const wanted = tensorText({ dtype: 'F32', shape });
      const given = tensor === undefined ? 'none' : tensorText(tensor);
      if (tensor === undefined || given !== wanted) {
        throw new RangeError(`Expected ${path} to hold ${name} as ${wanted}, but received ${given}.`);
      }
      left.delete(name);
      return checkNumbers(`${path} to hold ${name}`, singles(tensor), kind === 'variance');
    };
    const [gamma, beta, mean, variance] = folds.map((fold) => take(fold, [layer.filters]));
    return {
      layer,
      weights: take('weight', weightShape(layer)),
      gamma: gamma!,
      beta: beta!,
      mean: mean!,
      variance: variance!,
    };
  });
  if (left.size > 0) {
    throw new RangeError(`Expected ${path} to hold no tensors but its layers', but received ${[...left].join(', ')}.`);
  }
  return { network, input, layers, provenance };
}

/**
 * Checks that numbers are finite, and variances not negative.
 * @param what completes "Expected ..." in the message
 * @throws {RangeError} naming the first that is wrong.
 */
export function checkNumbers(what: string, values: Float32Array, variance: boolean): Float32Array {
  const wrong = values.findIndex((value) => !Number.isFinite(value) || (variance && value < 0));
  if (wrong === -1) return values;
  const kind = variance ? 'finite numbers, none negative' : 'finite numbers';
  throw new RangeError(`Expected ${what} as ${kind}, but received ${values[wrong]} at ${wrong}.`);
}
