// SPDX-License-Identifier: Apache-2.0
// From what a PyTorch file's pickle built to named tensors. A file may be a
// state dict, or a checkpoint that holds one beside an epoch and an optimizer.

import { layoutFault, gather } from '../network/strided.ts';
import { elementBytes, type Tensor } from '../network/tensor.ts';
import { shown } from './shown.ts';
import { kindOf, PickleDict, type PickleValue } from './pickle-value.ts';
import { TorchTensor } from './torch-tensors.ts';

/** Keys under which checkpoints keep their state dict, in the order of looking. */
const wrappers = ['state_dict', 'model_state_dict', 'model', 'net', 'weights'] as const;

/** A state dict. */
export interface TorchState {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Key of the checkpoint that held it; undefined where the file is a state dict. */
  readonly wrapper: string | undefined;
  /** Keys whose values are no tensors. */
  readonly others: readonly string[];
}

function holdsTensors(value: PickleValue | undefined): boolean {
  return value instanceof PickleDict && [...value.entries.values()].some((entry) => entry instanceof TorchTensor);
}

/**
 * Finds the state dict and checks each of its tensors against its storage, whose bytes must be there.
 * @throws {RangeError} naming the tensor whose elements overlap or lie outside its storage.
 */
export function torchState(path: string, value: PickleValue): TorchState {
  if (!(value instanceof PickleDict)) {
    throw new RangeError(`Expected ${path} to hold a dictionary of tensors, but received ${kindOf(value)}.`);
  }
  const wrapper = holdsTensors(value) ? undefined : wrappers.find((key) => holdsTensors(value.entries.get(key)));
  const state = wrapper === undefined ? value : (value.entries.get(wrapper) as PickleDict);
  if (!holdsTensors(state)) {
    throw new RangeError(
      `Expected ${path} to hold a dictionary of tensors, itself or under ${wrappers.join(', ')}, but received one without.`,
    );
  }
  const tensors = new Map<string, Tensor>();
  const others: string[] = [];
  for (const [key, entry] of state.entries) {
    const name = typeof key === 'string' ? key : kindOf(key);
    if (entry instanceof TorchTensor && typeof key === 'string') tensors.set(name, tensorOf(path, name, entry));
    else others.push(name);
  }
  return { tensors, wrapper, others };
}

function tensorOf(path: string, name: string, entry: TorchTensor): Tensor {
  const { storage, shape } = entry;
  const { dtype, bytes, count } = storage;
  const fault = layoutFault(entry, count);
  if (fault !== undefined || bytes === undefined) {
    throw new RangeError(
      `Expected ${path} to hold ${shown(name)} within its storage, each element once, but received ${fault ?? 'none'}.`,
    );
  }
  return {
    dtype,
    shape,
    // Tensors that share a storage would otherwise take many times its size.
    get bytes() {
      return gather(bytes, elementBytes[dtype], entry);
    },
  };
}
