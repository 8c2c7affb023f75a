// SPDX-License-Identifier: Apache-2.0
// Named tensors of a file, whatever it is; its first bytes say that, not its name.

import { isNpy } from '../network/npy.ts';
import { decodeTensors } from '../network/safetensors.ts';
import type { Tensor } from '../network/tensor.ts';
import { readWhole } from '../network/whole-file.ts';
import { isNpz, readNpz } from './npz.ts';
import { isLegacy, readLegacy } from './torch-legacy.ts';
import { isTorchZip, readTorchZip } from './torch-zip.ts';
import { isZip, openZip } from './zip.ts';

/** Kinds of files that can be read. */
export type TensorFormat = 'torch-legacy' | 'torch-zip' | 'safetensors' | 'npz';

/** A file's tensors. */
export interface NamedTensors {
  readonly format: TensorFormat;
  /** In the file's order; that of a safetensors file says nothing about the network. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Key of the checkpoint that held the tensors, where there is one. */
  readonly wrapper: string | undefined;
  /** Keys whose values are no tensors. */
  readonly others: readonly string[];
}

/**
 * Reads a file's tensors: PyTorch `.pth` and `.pt`, legacy and zip, safetensors, NPZ. Nothing of a pickle is executed.
 * @throws {RangeError} when the file is damaged, hostile, or none of these, naming it.
 * @throws {Error} when the file cannot be read.
 * @example
 * const { tensors } = await readTensors('resnet20.pth');
 */
export async function readTensors(path: string): Promise<NamedTensors> {
  return decodeAny(path, readWhole(path));
}

/**
 * Takes a file's bytes apart; see {@link readTensors}.
 * @param path what messages call the file
 */
export async function decodeAny(path: string, file: Uint8Array): Promise<NamedTensors> {
  const plain = { wrapper: undefined, others: [] };
  if (isZip(file)) {
    const archive = await openZip(path, file);
    if (isTorchZip(archive)) return { format: 'torch-zip', ...(await readTorchZip(path, archive)) };
    if (isNpz(archive)) return { format: 'npz', tensors: await readNpz(path, archive), ...plain };
    throw refusal(path, 'a zip archive without data.pkl or .npy files');
  }
  // A header of safetensors is far shorter than 2^40 bytes, so its length ends in zeros.
  if (file[8] === 0x7b && file[6] === 0 && file[7] === 0) {
    const { metadata, tensors } = decodeTensors(path, file);
    const own = metadata['format'] ?? '';
    if (own.startsWith('berus-')) throw refusal(path, `a file of this project (${own}), which needs no import`);
    return { format: 'safetensors', tensors, ...plain };
  }
  if (isLegacy(file)) return { format: 'torch-legacy', ...readLegacy(path, file) };
  throw refusal(path, isNpy(file) ? 'one .npy array without a name' : `${file.length} bytes of another kind`);
}

function refusal(path: string, received: string): RangeError {
  return new RangeError(`Expected ${path} to be a PyTorch, safetensors or NPZ file, but received ${received}.`);
}
