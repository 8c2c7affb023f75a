// SPDX-License-Identifier: Apache-2.0
// Writes PyTorch files, legacy and zip, as torch.save does.

import { pickle, type Writable } from './pickle-writer.ts';
import { zipBytes, type ZipEntry } from './zip-writer.ts';

/** A tensor to write; what is left out is that of a dense tensor of singles with a storage of its own. */
export interface TorchEntry {
  readonly shape: readonly number[];
  readonly values?: Float32Array;
  readonly strides?: readonly number[];
  readonly offset?: number;
  /** Tensors with one key have one storage, that of the first. */
  readonly key?: string;
  readonly type?: string;
  readonly bytes?: Uint8Array;
  /** Numbers that the pickle says the storage has. */
  readonly count?: number;
  readonly parameter?: boolean;
}

/** A state dict to write. */
export type TorchEntries = Readonly<Record<string, TorchEntry>>;

/** How to write it. */
export interface TorchFileOptions {
  readonly protocol?: number;
  /** Puts the state dict into something. */
  readonly wrap?: (state: Writable) => Writable;
  readonly deflate?: boolean;
  readonly littleEndian?: boolean;
}

interface Stored {
  readonly key: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly count: number;
}

const elementSizes: Readonly<Record<string, number>> = {
  Double: 8,
  Long: 8,
  Float: 4,
  Int: 4,
  Half: 2,
  BFloat16: 2,
  Short: 2,
};

function storageOf(entry: TorchEntry, key: string): Stored {
  const {
    type = 'Float',
    values = new Float32Array(0),
    bytes = new Uint8Array(Float32Array.from(values).buffer),
  } = entry;
  return { key, type, bytes, count: entry.count ?? bytes.length / (elementSizes[type] ?? 1) };
}

/** Name of a function that makes a tensor. */
const rebuild: Writable = { global: ['torch._utils', '_rebuild_tensor_v2'] };
const ordered: Writable = { call: [{ global: ['collections', 'OrderedDict'] }, []] };

function build(entries: TorchEntries, legacy: boolean): { state: Writable; storages: Map<string, Stored> } {
  const storages = new Map<string, Stored>();
  const items = Object.entries(entries).map(([name, entry], index): [Writable, Writable] => {
    const { shape, offset = 0, key = String(index) } = entry;
    const storage = storages.get(key) ?? storageOf(entry, key);
    storages.set(key, storage);
    const strides =
      entry.strides ?? shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
    const id: Writable[] = [
      'storage',
      { global: ['torch', `${storage.type}Storage`] },
      key,
      'cpu',
      entry.count ?? storage.count,
    ];
    if (legacy) id.push(null);
    const tensor: Writable = {
      call: [rebuild, [{ persistent: { tuple: id } }, offset, { tuple: shape }, { tuple: strides }, false, ordered]],
    };
    const parameter: Writable = { call: [{ global: ['torch._utils', '_rebuild_parameter'] }, [tensor, true, ordered]] };
    return [name, entry.parameter ? parameter : tensor];
  });
  const state: Writable = { of: ordered, items, state: { dict: [['_metadata', { dict: [] }]] } };
  return { state, storages };
}

/** Bytes of a legacy file. */
export function legacyBytes(entries: TorchEntries, options: TorchFileOptions = {}): Buffer {
  const { protocol = 2, wrap = (state) => state, littleEndian = true } = options;
  const { state, storages } = build(entries, true);
  const info: Writable = {
    dict: [
      ['protocol_version', 1001],
      ['little_endian', littleEndian],
    ],
  };
  const parts = [0x1950a86a20f9469cfc6cn, 1001, info, wrap(state), [...storages.keys()]].map((value) =>
    pickle(value, protocol),
  );
  for (const { bytes, count } of storages.values()) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(count));
    parts.push(length, Buffer.from(bytes));
  }
  return Buffer.concat(parts);
}

/** Entries of a zip file. */
export function torchZipEntries(entries: TorchEntries, options: TorchFileOptions = {}): ZipEntry[] {
  const { protocol = 2, wrap = (state) => state, deflate = false, littleEndian = true } = options;
  const { state, storages } = build(entries, false);
  return [
    { name: 'archive/data.pkl', content: pickle(wrap(state), protocol), deflate },
    { name: 'archive/byteorder', content: Buffer.from(littleEndian ? 'little' : 'big'), deflate },
    ...[...storages.values()].map(({ key, bytes }) => ({ name: `archive/data/${key}`, content: bytes, deflate })),
    { name: 'archive/version', content: Buffer.from('3\n'), deflate },
  ];
}

/** Bytes of a zip file. */
export function torchZipBytes(entries: TorchEntries, options: TorchFileOptions = {}): Buffer {
  return zipBytes(torchZipEntries(entries, options));
}
