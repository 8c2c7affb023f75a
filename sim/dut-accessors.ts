// SPDX-License-Identifier: Apache-2.0
// Accessors of signals over the model's own memory. The function that makes them
// uses nothing but its parameters: dut.ts compiles it anew for each model,
// because V8 optimises one function for the few kinds of object that it has met,
// and every model's are a kind of their own.

import type { SignalLayout } from './ports.ts';
import type { ValueType } from './values.ts';

/** What all instances of a model share. */
export interface DutShape {
  readonly signals: readonly SignalLayout[];
  /** Bytes from the start of the memory to each signal. */
  readonly offsets: readonly number[];
  /** What a signal is called in messages. */
  readonly kind: 'port' | 'exposed signal';
  /** Why a signal cannot be written; undefined where it can. */
  readonly rejectWrite: (signal: SignalLayout) => string | undefined;
}

/** What belongs to one instance. */
export interface DutOwner {
  /** Undefined while there is nothing to see. */
  readonly memory: ArrayBuffer | undefined;
  /**
   * Called where the memory is not there, or no more.
   * @throws why.
   */
  readonly findMemory: () => ArrayBuffer;
  /** For each signal, not 0 where something else writes it. */
  readonly driven: Uint8Array;
  /**
   * Called for a write to a signal that something else drives.
   * @throws {DriverError} unless that has given the signal up.
   */
  readonly checkWrite: (index: number) => void;
  /** Told that a caller got an array over the memory, by the signal's number. */
  readonly onArray: (index: number) => void;
}

/** Makes one instance's object. */
export type DutClass = new (owner: DutOwner) => object;

interface Accessor {
  readonly get: () => unknown;
  readonly set: (value: never) => void;
}

/** What accessors need of other files. */
export interface DutTools {
  readonly widestNumber: number;
  readonly wordBits: number;
  smallestNumber(signal: ValueType): number;
  largestNumber(signal: ValueType): number;
  checkNarrow(signal: ValueType, value: unknown): void;
  checkWide(signal: ValueType, value: unknown): void;
  rejectValue(signal: ValueType, value: unknown): never;
  loadWords(words: Uint32Array, start: number, end: number): bigint;
  storeWords(value: bigint, words: Uint32Array, start: number, end: number): void;
  arrayView(signal: SignalLayout, memory: ArrayBuffer, offset: number): ArrayBufferView;
  wholeArray(kind: string, signal: SignalLayout, value: unknown): string;
}

/** Makes the class of a model's objects; `prototype` stands behind the signals. */
export function makeDutClass(shape: DutShape, tools: DutTools, prototype: object): DutClass {
  const { signals, offsets, kind } = shape;

  class Dut {
    readonly #owner: DutOwner;
    readonly #driven: Uint8Array;
    #bytes!: Uint8Array;
    #halves!: Uint16Array;
    #words!: Uint32Array;
    readonly #arrays: (ArrayBufferView | undefined)[] = [];

    constructor(owner: DutOwner) {
      this.#owner = owner;
      this.#driven = owner.driven;
      this.#open(owner.memory ?? new ArrayBuffer(0));
      Object.defineProperties(this, descriptors);
      Object.preventExtensions(this);
    }

    #open(memory: ArrayBuffer): void {
      this.#bytes = new Uint8Array(memory);
      this.#halves = new Uint16Array(memory, 0, memory.byteLength >> 1);
      this.#words = new Uint32Array(memory, 0, memory.byteLength >> 2);
    }

    // A view of memory that is not there has no elements. This finds it, or throws why not.
    #find(): this {
      this.#open(this.#owner.findMemory());
      return this;
    }

    static accessor(index: number, signal: SignalLayout): Accessor {
      if (signal.dims.length > 0) return Dut.#array(index, signal);
      if (signal.width > tools.widestNumber) return Dut.#wide(index, signal);
      if (signal.width > tools.wordBits) return Dut.#pair(index, signal);
      return signal.signed ? Dut.#signed(index, signal) : Dut.#unsigned(index, signal);
    }

    // One word.
    static #unsigned(index: number, signal: SignalLayout): Accessor {
      const offset = offsets[index]!;
      const largest = tools.largestNumber(signal);
      function check(value: number): void {
        if (typeof value !== 'number' || value >>> 0 !== value || value > largest) tools.rejectValue(signal, value);
      }
      if (signal.bytes === 1) {
        return {
          get(this: Dut): number {
            return this.#bytes[offset] ?? this.#find().#bytes[offset]!;
          },
          set(this: Dut, value: number) {
            check(value);
            if (this.#bytes.length === 0) this.#find();
            if (this.#driven[index] !== 0) this.#owner.checkWrite(index);
            this.#bytes[offset] = value;
          },
        };
      }
      if (signal.bytes === 2) {
        const half = offset >> 1;
        return {
          get(this: Dut): number {
            return this.#halves[half] ?? this.#find().#halves[half]!;
          },
          set(this: Dut, value: number) {
            check(value);
            if (this.#halves.length === 0) this.#find();
            if (this.#driven[index] !== 0) this.#owner.checkWrite(index);
            this.#halves[half] = value;
          },
        };
      }
      const word = offset >> 2;
      return {
        get(this: Dut): number {
          return this.#words[word] ?? this.#find().#words[word]!;
        },
        set(this: Dut, value: number) {
          check(value);
          if (this.#words.length === 0) this.#find();
          if (this.#driven[index] !== 0) this.#owner.checkWrite(index);
          this.#words[word] = value;
        },
      };
    }

    // One word whose top bit is the sign; the bits above the signal's width are zero in storage.
    static #signed(index: number, signal: SignalLayout): Accessor {
      const { bytes, width } = signal;
      const [smallest, largest] = [tools.smallestNumber(signal), tools.largestNumber(signal)];
      const place = bytes === 1 ? offsets[index]! : bytes === 2 ? offsets[index]! >> 1 : offsets[index]! >> 2;
      const above = tools.wordBits - width;
      const mask = 2 ** width - 1;
      function view(dut: Dut): Uint8Array | Uint16Array | Uint32Array {
        return bytes === 1 ? dut.#bytes : bytes === 2 ? dut.#halves : dut.#words;
      }
      return {
        get(this: Dut): number {
          return ((view(this)[place] ?? view(this.#find())[place]!) << above) >> above;
        },
        set(this: Dut, value: number) {
          if (typeof value !== 'number' || (value | 0) !== value || value < smallest || value > largest) {
            tools.rejectValue(signal, value);
          }
          if (this.#bytes.length === 0) this.#find();
          if (this.#driven[index] !== 0) this.#owner.checkWrite(index);
          view(this)[place] = value & mask;
        },
      };
    }

    // 33 to 53 bits: two words, together an exact number.
    static #pair(index: number, signal: SignalLayout): Accessor {
      const { width, signed } = signal;
      const word = offsets[index]! >> 2;
      const signStart = signed ? 2 ** (width - 1) : Infinity;
      return {
        get(this: Dut): number {
          const value = (this.#words[word] ?? this.#find().#words[word]!) + this.#words[word + 1]! * 2 ** 32;
          return value >= signStart ? value - 2 ** width : value;
        },
        set(this: Dut, value: number) {
          tools.checkNarrow(signal, value);
          if (this.#words.length === 0) this.#find();
          if (this.#driven[index] !== 0) this.#owner.checkWrite(index);
          const code = value < 0 ? value + 2 ** width : value;
          this.#words[word] = code;
          this.#words[word + 1] = code / 2 ** 32;
        },
      };
    }

    static #wide(index: number, signal: SignalLayout): Accessor {
      const { width, signed, bytes } = signal;
      const start = offsets[index]! >> 2;
      const end = start + bytes / 4;
      return {
        get(this: Dut): bigint {
          if (this.#words.length === 0) this.#find();
          const code = tools.loadWords(this.#words, start, end);
          return signed ? BigInt.asIntN(width, code) : code;
        },
        set(this: Dut, value: bigint) {
          tools.checkWide(signal, value);
          if (this.#words.length === 0) this.#find();
          if (this.#driven[index] !== 0) this.#owner.checkWrite(index);
          tools.storeWords(BigInt.asUintN(width, value), this.#words, start, end);
        },
      };
    }

    static #array(index: number, signal: SignalLayout): Accessor {
      return {
        get(this: Dut): ArrayBufferView {
          let view = this.#arrays[index];
          if (view === undefined) {
            if (this.#bytes.length === 0) this.#find();
            view = tools.arrayView(signal, this.#bytes.buffer as ArrayBuffer, offsets[index]!);
            this.#arrays[index] = view;
            this.#owner.onArray(index);
          }
          if (view.byteLength === 0) this.#find();
          return view;
        },
        set: (value: unknown): never => {
          throw new TypeError(tools.wholeArray(kind, signal, value));
        },
      };
    }
  }

  const descriptors: PropertyDescriptorMap = Object.create(null) as PropertyDescriptorMap;
  for (const [i, signal] of signals.entries()) {
    const { get, set } = Dut.accessor(i, signal);
    const reason = shape.rejectWrite(signal);
    const refuse = (): never => {
      throw new TypeError(reason);
    };
    descriptors[signal.name] = { enumerable: true, get, set: reason === undefined ? set : refuse };
  }
  Object.setPrototypeOf(Dut.prototype, prototype);
  Reflect.deleteProperty(Dut.prototype, 'constructor');
  return Dut;
}
