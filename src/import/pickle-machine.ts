// SPDX-License-Identifier: Apache-2.0
// The stack machine that a pickle is a program for: a stack with marks, a memo,
// and a count of steps. Every step makes at most one small object, strings and
// bytes are no longer than the file, and nothing recurses: memory and time are
// bounded by the file and by `maxSteps`.

import type { ByteReader } from './byte-reader.ts';
import { type AllowedGlobal, kindOf, PickleDict, PickleList, PickleTuple, type PickleValue } from './pickle-value.ts';
import { shown } from './shown.ts';

/** Steps that all pickles of one file may take: about thirty a tensor are usual. */
export const maxSteps = 1_000_000;

/** What the names and persistent ids of a file may be. */
export interface PickleWorld {
  /** Names that may be used, by `module.name`. */
  readonly globals: ReadonlyMap<string, AllowedGlobal>;
  /** Makes the value of a persistent id, or throws. */
  readonly persistent: (id: PickleValue) => PickleValue;
}

/** State of a pickle that is being read. */
export class PickleMachine {
  readonly reader: ByteReader;
  readonly world: PickleWorld;
  readonly #stack: PickleValue[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #steps: number;

  /** @param steps steps taken by pickles before this one in the same file */
  constructor(reader: ByteReader, world: PickleWorld, steps = 0) {
    this.reader = reader;
    this.world = world;
    this.#steps = steps;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Makes the error of a file that is not as it must be. */
  fault(expected: string, received: string): RangeError {
    const { path, at } = this.reader;
    return new RangeError(`Expected ${path} to ${expected}, but received ${received} (pickle, near byte ${at}).`);
  }

  /** Counts work. */
  readonly work = (steps: number): void => {
    this.#steps += steps;
    if (this.#steps > maxSteps) throw this.fault(`build its tensors in ${maxSteps} steps`, 'more');
  };

  push(value: PickleValue): void {
    this.#stack.push(value);
  }

  /** Takes the top; values under the last mark are out of reach. */
  pop(): PickleValue {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw this.fault('have a value on its stack', 'none');
    return this.#stack.pop()!;
  }

  /** The top, left where it is. */
  top(): PickleValue {
    const value = this.pop();
    this.push(value);
    return value;
  }

  mark(): void {
    this.#marks.push(this.#stack.length);
  }

  /** Takes all values down to the last mark, and the mark. */
  popToMark(): PickleValue[] {
    const start = this.#marks.pop();
    if (start === undefined) throw this.fault('have a mark on its stack', 'none');
    return this.#stack.splice(start);
  }

  /** Takes the top, or the mark where it lies on top. */
  drop(): void {
    if (this.#marks.at(-1) === this.#stack.length) this.#marks.pop();
    else this.pop();
  }

  remember(index: number): void {
    this.#memo.set(index, this.top());
  }

  get remembered(): number {
    return this.#memo.size;
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.fault(`have put a value at ${index} of its memo`, 'none');
    this.push(value);
  }

  append(values: readonly PickleValue[]): void {
    const list = this.top();
    if (!(list instanceof PickleList)) throw this.fault('append to a list', kindOf(list));
    for (const value of values) list.items.push(value);
  }

  /** Sets keys and values that follow each other. */
  setItems(values: readonly PickleValue[]): void {
    const dict = this.top();
    if (!(dict instanceof PickleDict)) throw this.fault('set items of a dictionary', kindOf(dict));
    if (values.length % 2 !== 0) throw this.fault('set items by key and value', 'a key alone');
    for (let i = 0; i < values.length; i += 2) dict.set(values[i]!, values[i + 1]!);
  }

  /** Pushes an allowed name; any other ends the reading before anything is called. */
  pushGlobal(module: string, name: string): void {
    this.push(this.world.globals.get(`${module}.${name}`) ?? this.refuseGlobal(module, name));
  }

  refuseGlobal(module: string, name: string): never {
    const text = shown(`${module}.${name}`);
    throw this.fault('build tensors and ordered dictionaries only', `the name ${text}, which is not allowed`);
  }

  /** Calls an allowed name with a tuple of arguments. */
  reduce(): void {
    const [args, target] = [this.pop(), this.pop()];
    const call = isGlobal(target) ? target.call : undefined;
    if (call === undefined) throw this.fault('call a name that makes a tensor or a dictionary', kindOf(target));
    if (!(args instanceof PickleTuple)) throw this.fault('call with a tuple', kindOf(args));
    this.push(call(args.items, this.work));
  }

  /** Drops the state of a dictionary, such as the versions of a state dict's modules; nothing else has a state. */
  build(): void {
    this.pop();
    const target = this.top();
    if (!(target instanceof PickleDict)) throw this.fault('give state to a dictionary only', kindOf(target));
  }

  /** Ends the pickle with its value. */
  end(): PickleValue {
    const value = this.pop();
    if (this.#stack.length > 0 || this.#marks.length > 0) throw this.fault('end with one value', 'more');
    return value;
  }
}

/** Whether a value is a name. */
export function isGlobal(value: PickleValue | undefined): value is AllowedGlobal {
  return typeof value === 'object' && value !== null && 'call' in value && 'name' in value;
}
