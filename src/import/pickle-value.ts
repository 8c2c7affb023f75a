// SPDX-License-Identifier: Apache-2.0
// What a pickle may build. Nothing here runs code of a file's choosing: an
// allowed name stands for a function of this project, and no other name exists.

/** A tuple; it does not change after it is made. */
export class PickleTuple {
  readonly items: readonly PickleValue[];
  constructor(items: readonly PickleValue[]) {
    this.items = items;
  }
}

/** A list. */
export class PickleList {
  readonly items: PickleValue[];
  constructor(items: PickleValue[]) {
    this.items = items;
  }
}

/** A dictionary, ordered or not; keys in the order of their first setting. */
export class PickleDict {
  readonly ordered: boolean;
  #entries: Map<PickleValue, PickleValue> | undefined;

  constructor(ordered: boolean) {
    this.ordered = ordered;
  }

  set(key: PickleValue, value: PickleValue): void {
    // Made late: an empty dictionary costs a file one byte.
    (this.#entries ??= new Map()).set(key, value);
  }

  get entries(): ReadonlyMap<PickleValue, PickleValue> {
    return this.#entries ?? new Map();
  }
}

/** A name that a file may use, and what a call of it makes. */
export interface AllowedGlobal {
  /** `module.name` as Python has it. */
  readonly name: string;
  /** Makes the value; undefined where the name is never called. */
  readonly call: ((args: readonly PickleValue[], work: (steps: number) => void) => PickleValue) | undefined;
}

/** Something that an allowed name or a persistent id made: a tensor, a storage. */
export abstract class PickleObject {
  /** What messages call it. */
  abstract readonly kind: string;
}

/** Any value of a pickle. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleTuple
  | PickleList
  | PickleDict
  | PickleObject
  | AllowedGlobal;

/** What a value is called in messages. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'None';
  if (typeof value !== 'object') return typeof value === 'string' ? 'a string' : `a ${typeof value}`;
  if (value instanceof PickleTuple) return `a tuple of ${value.items.length}`;
  if (value instanceof PickleList) return 'a list';
  if (value instanceof PickleDict) return 'a dictionary';
  if (value instanceof Uint8Array) return 'bytes';
  return value instanceof PickleObject ? value.kind : value.name;
}
