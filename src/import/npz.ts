// SPDX-License-Identifier: Apache-2.0
// NumPy's .npz: a zip archive of .npy files, each named after its array.

import { decodeNpy } from '../network/npy.ts';
import type { Tensor } from '../network/tensor.ts';
import type { ZipArchive } from './zip.ts';

/** Whether an archive holds arrays. */
export function isNpz({ names }: ZipArchive): boolean {
  return names.some((name) => name.endsWith('.npy'));
}

/**
 * Reads every array of an archive.
 * @param path what messages call the file
 * @throws {RangeError} naming the array that is damaged or no plain numbers.
 */
export async function readNpz(path: string, archive: ZipArchive): Promise<ReadonlyMap<string, Tensor>> {
  const tensors = new Map<string, Tensor>();
  for (const name of archive.names) {
    if (name.endsWith('.npy')) {
      tensors.set(name.slice(0, -'.npy'.length), decodeNpy(`${path} (${name})`, await archive.read(name)));
    }
  }
  return tensors;
}
