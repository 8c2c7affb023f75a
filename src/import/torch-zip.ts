// SPDX-License-Identifier: Apache-2.0
// PyTorch files since version 1.6: a zip archive with one folder, in it the
// pickle `data.pkl` and the storages as `data/<key>`. Source:
// torch/serialization.py, _load.

import { ByteReader } from './byte-reader.ts';
import { torchState, type TorchState } from './torch-state.ts';
import { torchWorld } from './torch-tensors.ts';
import { unpickle } from './unpickle.ts';
import type { ZipArchive } from './zip.ts';

/** Whether an archive is such a file. */
export function isTorchZip({ names }: ZipArchive): boolean {
  return names.some((name) => /^[^/]+\/data\.pkl$/.test(name));
}

/**
 * Reads such a file.
 * @param path what messages call the file
 * @throws {RangeError} when storages are missing or of other sizes, or the pickle would build anything but tensors and
 *   dictionaries.
 */
export async function readTorchZip(path: string, archive: ZipArchive): Promise<TorchState> {
  const pickles = archive.names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length !== 1) {
    throw new RangeError(`Expected ${path} to hold one data.pkl, but received ${pickles.length}.`);
  }
  const folder = pickles[0]!.slice(0, -'data.pkl'.length);
  if (archive.names.includes(`${folder}byteorder`)) {
    const order = Buffer.from(await archive.read(`${folder}byteorder`)).toString('latin1');
    if (order !== 'little') {
      throw new RangeError(`Expected ${path} to hold little-endian numbers, but received another order.`);
    }
  }
  const world = torchWorld(path);
  const reader = new ByteReader(path, await archive.read(pickles[0]!));
  const { value } = unpickle(reader, world);
  for (const storage of world.storages.values()) {
    storage.bytes = await archive.read(`${folder}data/${storage.key}`, storage.byteLength);
  }
  return torchState(path, value);
}
