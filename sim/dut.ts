// SPDX-License-Identifier: Apache-2.0
// Objects whose properties are signals. Reading or writing one calls no native
// code. All instances of a model share the accessors, so that code which uses
// many instances stays as fast.

import { inspect } from 'node:util';
import { makeDutClass, type DutClass, type DutShape, type DutTools } from './dut-accessors.ts';
import type { SignalLayout } from './ports.ts';
import {
  checkNarrow,
  checkWide,
  describe,
  largestNumber,
  loadWords,
  rejectValue,
  smallestNumber,
  storeWords,
  widestNumber,
  wordBits,
} from './values.ts';

/** What printers, comparisons and promises look up on any object; these are not mistakes for a signal. */
const probes = new Set([
  '$$typeof',
  'asymmetricMatch',
  'constructor',
  'href',
  'inspect',
  'nodeType',
  'tagName',
  'then',
  'toLocaleString',
  'toString',
  'valueOf',
]);

const tools: DutTools = {
  widestNumber,
  wordBits,
  smallestNumber,
  largestNumber,
  checkNarrow,
  checkWide,
  rejectValue,
  loadWords,
  storeWords,
  arrayView,
  wholeArray,
};

let copies = 0;

/** Makes the class of a model's objects. */
export function dutClass(shape: DutShape): DutClass {
  const names = shape.signals.map(({ name }) => name);
  return freshCopy()(shape, tools, unknownSignals(shape.kind, names));
}

// The same function, compiled anew; the number keeps V8 from taking an earlier copy's code.
function freshCopy(): typeof makeDutClass {
  try {
    return new Function(`'use strict'; return (${String(makeDutClass)}); // ${copies++}`)() as typeof makeDutClass;
  } catch {
    // Where code may not be made from text, models share one: right, but slower with several.
    return makeDutClass;
  }
}

/** The typed array over an unpacked array: its storage, signed where that says the same. */
export function arrayView(signal: SignalLayout, memory: ArrayBuffer, offset: number): ArrayBufferView {
  const { bytes, elements, width } = signal;
  const signed = signal.signed && bytes * 8 === width;
  if (bytes === 1) return new (signed ? Int8Array : Uint8Array)(memory, offset, elements);
  if (bytes === 2) return new (signed ? Int16Array : Uint16Array)(memory, offset, elements);
  if (bytes === 4) return new (signed ? Int32Array : Uint32Array)(memory, offset, elements);
  if (bytes === 8 && width > wordBits) return new (signed ? BigInt64Array : BigUint64Array)(memory, offset, elements);
  return new Uint32Array(memory, offset, (elements * bytes) / 4);
}

function wholeArray(kind: string, { name }: SignalLayout, value: unknown): string {
  return (
    `Expected elements of ${kind} ${name} to be written, as in ${name}[0] = 1 or ${name}.set([1, 2]), ` +
    `but received ${describe(value)} for the whole.`
  );
}

// Stands behind the signals, so that only a name that is none reaches it.
function unknownSignals(kind: DutShape['kind'], names: readonly string[]): object {
  const reject = (name: string): never => {
    const article = kind === 'port' ? 'a' : 'an';
    throw new TypeError(`Expected ${article} ${kind} (${names.join(', ')}), but received ${describe(name)}.`);
  };
  return new Proxy(Object.create(null) as object, {
    get: (_, name, receiver) => {
      if (name === 'toJSON' || name === inspect.custom)
        return () => showValues(receiver as Record<string, unknown>, names);
      // No signal's name begins with @@, as some printers' probes do.
      const isProbe = typeof name === 'symbol' || probes.has(name) || name.startsWith('@@');
      return isProbe ? undefined : reject(name);
    },
    set: (_, name) => reject(String(name)),
    has: () => false,
  });
}

// All values, for printers. What is gone is said, not thrown: it would hide the failure that is being printed.
function showValues(dut: Record<string, unknown>, names: readonly string[]): object {
  const shown = Object.create(null) as Record<string, unknown>;
  try {
    for (const name of names) shown[name] = dut[name];
    return shown;
  } catch (error) {
    return { gone: error instanceof Error ? error.message : String(error) };
  }
}
