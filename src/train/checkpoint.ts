// SPDX-License-Identifier: Apache-2.0
// A training that is under way, as one file: what has been learned, the
// velocities, how far it is, and what it follows from. An epoch's random numbers
// follow from the seed and its number, so no state of a generator is in it.

import * as v from 'valibot';
import { checkDigest, checkShape, decodeTensors, encodeTensors } from '../network/safetensors.ts';
import { type FloatModel, type Network, readWhole, writeWhole } from '../network/index.ts';
import { singles, singleTensor, type Tensor } from '../network/tensor.ts';
import { parameters, type Velocity } from './optimizer.ts';

/** Value of `format` in the metadata. */
const format = 'berus-checkpoint';
/** Value of `version`: another when a reader would misread the file, or when the same steps would give other bits. */
const version = '1';

/** What an epoch of training came to. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Mean cross-entropy of its images, as augmented and while learning, in nats. */
  readonly loss: number;
  /** Part of them classified right, 0 to 1. */
  readonly accuracy: number;
}

/** What a training follows from; two with the same give the same bits. */
export interface Course {
  readonly network: Network;
  /** SHA-256 of pictures and labels. */
  readonly data: string;
  /** Options by name. */
  readonly options: Readonly<Record<string, string | number>>;
}

/** A training after some epochs. */
export interface Progressed {
  readonly model: FloatModel;
  readonly velocities: readonly Velocity[];
  readonly history: readonly EpochRecord[];
}

const historySchema = v.array(v.strictObject({ epoch: v.number(), loss: v.number(), accuracy: v.number() }));
const optionsSchema = v.record(v.string(), v.union([v.string(), v.number()]));

/**
 * Writes a checkpoint; the file appears whole or not at all, and what was there before stays until then.
 * @throws {Error} when it cannot be written.
 */
export function writeCheckpoint(path: string, course: Course, { model, velocities, history }: Progressed): void {
  const tensors = new Map<string, Tensor>();
  model.layers.forEach((layer, index) => {
    for (const kind of parameters) {
      const values = layer[kind];
      tensors.set(`${layer.layer.name}.${kind}`, singleTensor([values.length], values));
      tensors.set(`${layer.layer.name}.${kind}.velocity`, singleTensor([values.length], velocities[index]![kind]));
    }
  });
  const metadata = {
    format,
    version,
    network: JSON.stringify(course.network),
    data: course.data,
    options: JSON.stringify(course.options),
    history: JSON.stringify(history),
  };
  writeWhole(path, encodeTensors({ metadata, tensors }));
}

/** A checkpoint's content, as checked as it can be without knowing which training goes on from it. */
export interface Checkpoint {
  readonly path: string;
  /** JSON of the network. */
  readonly network: string;
  readonly data: string;
  readonly options: Readonly<Record<string, string | number>>;
  readonly history: readonly EpochRecord[];
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/**
 * Reads a checkpoint: layout, checksum, version.
 * @throws {RangeError} when it is none, or was changed, or is of another version.
 * @throws {Error} when the file cannot be read.
 */
export function readCheckpoint(path: string): Checkpoint {
  const file = readWhole(path);
  const { metadata, tensors } = decodeTensors(path, file);
  for (const [key, expected] of Object.entries({ format, version })) {
    if (metadata[key] !== expected) {
      throw new RangeError(
        `Expected ${path} to be a checkpoint with ${key} ${expected}, but received ${metadata[key] ?? 'none'}.`,
      );
    }
  }
  checkDigest(path, file);
  const parsed = (key: string): unknown => {
    try {
      return JSON.parse(metadata[key] ?? '');
    } catch {
      throw new RangeError(`Expected ${path} to have ${key} as JSON, but received ${metadata[key] ?? 'none'}.`);
    }
  };
  const history = checkShape(`${path} to have a history`, historySchema, parsed('history'));
  const options = checkShape(`${path} to have options`, optionsSchema, parsed('options'));
  return { path, network: metadata['network'] ?? '', data: metadata['data'] ?? '', options, history, tensors };
}

/**
 * Checks that a checkpoint belongs to a training.
 * @throws {RangeError} naming the first thing that differs.
 */
export function checkCourse({ path, network, data, options }: Checkpoint, course: Course): void {
  const expect = (what: string, kept: unknown, given: unknown): void => {
    if (kept === given) return;
    throw new RangeError(`Expected ${what} to be ${kept} as in ${path}, but received ${given}.`);
  };
  if (network !== JSON.stringify(course.network)) {
    const { name } = JSON.parse(network) as { name?: unknown };
    const same = name === course.network.name ? ' with other layers' : '';
    throw new RangeError(`Expected network ${name} as in ${path}, but received ${course.network.name}${same}.`);
  }
  expect('the checksum of the training data', data, course.data);
  for (const key of new Set([...Object.keys(options), ...Object.keys(course.options)])) {
    expect(key, options[key] ?? 'left out', course.options[key] ?? 'left out');
  }
}

/**
 * Puts a checkpoint's numbers into a training that is about to start.
 * @throws {RangeError} when a tensor is missing, of another shape, or not finite.
 */
export function restore({ path, tensors }: Checkpoint, model: FloatModel, velocities: readonly Velocity[]): void {
  const left = new Set(tensors.keys());
  const take = (name: string, into: Float32Array): void => {
    const tensor = tensors.get(name);
    const wanted = `F32 [${into.length}]`;
    const given = tensor === undefined ? 'none' : `${tensor.dtype} [${tensor.shape.join(', ')}]`;
    if (tensor === undefined || given !== wanted) {
      throw new RangeError(`Expected ${path} to hold ${name} as ${wanted}, but received ${given}.`);
    }
    into.set(singles(tensor));
    left.delete(name);
  };
  model.layers.forEach((layer, index) => {
    for (const kind of parameters) {
      take(`${layer.layer.name}.${kind}`, layer[kind]);
      take(`${layer.layer.name}.${kind}.velocity`, velocities[index]![kind]);
    }
  });
  if (left.size > 0) {
    throw new RangeError(`Expected ${path} to hold no tensors but its layers', but received ${[...left].join(', ')}.`);
  }
}
