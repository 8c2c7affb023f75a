// SPDX-License-Identifier: Apache-2.0
// PyTorch files before version 1.6: five pickles (a magic number, a version, the
// machine's sizes, the object, the storages' keys), then for each key in order a
// count of 8 bytes and the numbers. Source: torch/serialization.py, _legacy_load.

import { ByteReader } from './byte-reader.ts';
import { kindOf, PickleDict, PickleList, type PickleValue } from './pickle-value.ts';
import { torchState, type TorchState } from './torch-state.ts';
import { torchWorld } from './torch-tensors.ts';
import { unpickle } from './unpickle.ts';

const magic = 0x1950a86a20f9469cfc6cn;
const version = 1001;

/** Whether a file is a pickle of protocol 2 or later, or begins with the magic number in digits. */
export function isLegacy(file: Uint8Array): boolean {
  const digits = `L${magic}L\n`;
  return file[0] === 0x80 || Buffer.from(file.subarray(0, digits.length)).toString('latin1') === digits;
}

/**
 * Reads a legacy file.
 * @param path what messages call the file
 * @throws {RangeError} when the bytes are no such file, or it would build anything but tensors and dictionaries.
 */
export function readLegacy(path: string, file: Uint8Array): TorchState {
  const reader = new ByteReader(path, file);
  const world = torchWorld(path);
  let steps = 0;
  const next = (): PickleValue => {
    const pickle = unpickle(reader, world, steps);
    steps = pickle.steps;
    return pickle.value;
  };
  const fault = (expected: string, received: string): RangeError =>
    new RangeError(`Expected ${path} to ${expected}, but received ${received}.`);
  const [first, second] = [next(), next()];
  if (first !== magic) throw fault("begin with PyTorch's magic number", kindOf(first));
  if (second !== version) throw fault(`be of PyTorch's file version ${version}`, numberText(second));
  const machine = next();
  if (machine instanceof PickleDict && machine.entries.get('little_endian') === false) {
    throw fault('hold little-endian numbers', 'big-endian ones');
  }
  const object = next();
  const keys = next();
  if (!(keys instanceof PickleList)) throw fault("list its storages' keys", kindOf(keys));
  for (const key of keys.items) {
    const storage = typeof key === 'string' ? world.storages.get(key) : undefined;
    if (storage === undefined) throw fault('list storages that its tensors use', 'another key');
    if (storage.bytes !== undefined) throw fault(`hold storage ${storage.key} once`, 'it twice');
    const count = reader.length64();
    if (count !== storage.count) {
      throw fault(`hold ${storage.count} numbers in storage ${storage.key}`, String(count));
    }
    storage.bytes = reader.take(storage.byteLength);
  }
  return torchState(path, object);
}

function numberText(value: PickleValue): string {
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : kindOf(value);
}
