// SPDX-License-Identifier: Apache-2.0
// The names that a PyTorch file may use: ordered dictionaries, the classes of
// storages, and the functions that make a tensor of a storage, an offset, sizes
// and strides. Sizes are only noted while the pickle is read; the storages'
// bytes come from elsewhere in the file and are checked against them after.

import { elementBytes, type TensorType } from '../network/tensor.ts';
import { isGlobal, type PickleWorld } from './pickle-machine.ts';
import {
  type AllowedGlobal,
  kindOf,
  PickleDict,
  PickleList,
  PickleObject,
  PickleTuple,
  type PickleValue,
} from './pickle-value.ts';

/** Most axes of a tensor, as in PyTorch. */
const maxAxes = 64;

/** A run of numbers of one kind. */
export class TorchStorage extends PickleObject {
  readonly kind = 'a storage';
  readonly key: string;
  readonly dtype: TensorType;
  /** Numbers it holds. */
  readonly count: number;
  /** Their bytes; undefined until the container has given them. */
  bytes: Uint8Array | undefined;

  constructor(key: string, dtype: TensorType, count: number) {
    super();
    this.key = key;
    this.dtype = dtype;
    this.count = count;
  }

  get byteLength(): number {
    return this.count * elementBytes[this.dtype];
  }
}

/** A tensor's place in a storage. */
export class TorchTensor extends PickleObject {
  readonly kind = 'a tensor';
  readonly storage: TorchStorage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: TorchStorage, offset: number, shape: readonly number[], strides: readonly number[]) {
    super();
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

const storageTypes: readonly (readonly [name: string, dtype: TensorType])[] = [
  ['FloatStorage', 'F32'],
  ['DoubleStorage', 'F64'],
  ['HalfStorage', 'F16'],
  ['BFloat16Storage', 'BF16'],
  ['LongStorage', 'I64'],
  ['IntStorage', 'I32'],
  ['ShortStorage', 'I16'],
  ['CharStorage', 'I8'],
  ['ByteStorage', 'U8'],
  ['BoolStorage', 'BOOL'],
];

const storageClasses: ReadonlyMap<string, TensorType> = new Map(
  storageTypes.map(([name, dtype]) => [`torch.${name}`, dtype] as const),
);

/** The world of one file, and the storages that its pickle names. */
export interface TorchWorld extends PickleWorld {
  readonly storages: ReadonlyMap<string, TorchStorage>;
}

/**
 * Makes the world of a PyTorch file.
 * @param path what messages call the file
 */
export function torchWorld(path: string): TorchWorld {
  const storages = new Map<string, TorchStorage>();
  const fault = (expected: string, received: string): RangeError =>
    new RangeError(`Expected ${path} to ${expected}, but received ${received}.`);

  const counts = (what: string, value: PickleValue | undefined): number[] => {
    const items = value instanceof PickleTuple || value instanceof PickleList ? value.items : [value];
    if (items.length > maxAxes || !items.every(isCount)) {
      throw fault(`have ${what} of at most ${maxAxes} counts`, `${kindOf(value)} of other values`);
    }
    return items as number[];
  };

  const rebuild = (args: readonly PickleValue[]): TorchTensor => {
    const [storage, offset, sizes, steps] = args;
    if (!(storage instanceof TorchStorage)) throw fault('make a tensor of a storage', kindOf(storage));
    if (!isCount(offset)) throw fault('have a tensor at a place in its storage', numberText(offset));
    const [shape, strides] = [counts('sizes', sizes), counts('strides', steps)];
    if (shape.length !== strides.length) {
      throw fault(`have a stride for each of ${shape.length} axes`, `${strides.length} strides`);
    }
    return new TorchTensor(storage, offset, shape, strides);
  };

  const parameter = ([tensor]: readonly PickleValue[]): TorchTensor => {
    if (tensor instanceof TorchTensor) return tensor;
    throw fault('make a parameter of a tensor', kindOf(tensor));
  };

  const persistent = (id: PickleValue): TorchStorage => {
    const items = id instanceof PickleTuple ? id.items : [];
    const [word, type, key, , count, view] = items;
    const dtype = isGlobal(type) ? storageClasses.get(type.name) : undefined;
    if (word !== 'storage' || dtype === undefined || typeof key !== 'string' || !isCount(count)) {
      throw fault('refer to storages by type, key and count', kindOf(id));
    }
    if (view !== undefined && view !== null) throw fault('have storages of their own', 'a view of another one');
    const known = storages.get(key);
    if (known && (known.dtype !== dtype || known.count !== count)) {
      throw fault(`hold storage ${key} as ${known.count} of ${known.dtype}`, `${count} of ${dtype}`);
    }
    const storage = known ?? new TorchStorage(key, dtype, count);
    storages.set(key, storage);
    return storage;
  };

  const allowed: AllowedGlobal[] = [
    { name: 'collections.OrderedDict', call: (args, work) => orderedDict(args, work, fault) },
    { name: 'torch._utils._rebuild_tensor', call: rebuild },
    { name: 'torch._utils._rebuild_tensor_v2', call: rebuild },
    { name: 'torch._utils._rebuild_parameter', call: parameter },
    ...[...storageClasses.keys()].map((name): AllowedGlobal => ({ name, call: undefined })),
  ];
  return { globals: new Map(allowed.map((global) => [global.name, global])), persistent, storages };
}

/** An ordered dictionary, empty or, as Python 2 wrote it, of a list of pairs. */
function orderedDict(
  args: readonly PickleValue[],
  work: (steps: number) => void,
  fault: (expected: string, received: string) => RangeError,
): PickleDict {
  const dict = new PickleDict(true);
  const [pairs] = args;
  if (pairs === undefined) return dict;
  if (!(pairs instanceof PickleList)) throw fault('make an ordered dictionary of a list of pairs', kindOf(pairs));
  work(pairs.items.length);
  for (const pair of pairs.items) {
    const items = pair instanceof PickleTuple || pair instanceof PickleList ? pair.items : [];
    if (items.length !== 2) throw fault('make an ordered dictionary of a list of pairs', `${kindOf(pair)} in it`);
    dict.set(items[0]!, items[1]!);
  }
  return dict;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function numberText(value: PickleValue | undefined): string {
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : kindOf(value);
}
