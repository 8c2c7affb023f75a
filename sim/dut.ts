// SPDX-License-Identifier: Apache-2.0
// The object whose properties are the ports. Each is an accessor over the
// model's own memory: reading or writing one calls no native code.

import type { NativeInstance } from './native.ts';
import type { PortLayout } from './ports.ts';
import { checkWide, describe, largestNumber, loadWords, rejectValue, storeWords, widestNumber } from './values.ts';

/** What printers and promises look up on any object; these are not mistakes for a port. */
const probes = new Set([
  'then',
  'toJSON',
  'constructor',
  'asymmetricMatch',
  'nodeType',
  'tagName',
  '$$typeof',
  'toString',
]);

/** One port's accessor. */
interface Accessor {
  readonly get: () => number | bigint;
  readonly set: (value: never) => void;
}

/**
 * Makes the object of accessors.
 * @param throwDisposed called for any access after the memory is gone.
 */
export function makeDut(ports: readonly PortLayout[], native: NativeInstance, throwDisposed: () => never): object {
  const names = ports.map((port) => port.name);
  const dut = Object.create(unknownPorts(names)) as object;
  for (const [i, port] of ports.entries()) {
    const offset = native.offsets[i]!;
    const { get, set } =
      port.width <= widestNumber
        ? narrowAccessor(port, native.memory, offset, throwDisposed)
        : wideAccessor(port, native.memory, offset, throwDisposed);
    Object.defineProperty(dut, port.name, {
      enumerable: true,
      get,
      set: port.direction === 'output' ? (): never => rejectWrite(port) : set,
    });
  }
  return Object.preventExtensions(dut);
}

function narrowAccessor(port: PortLayout, memory: ArrayBuffer, offset: number, throwDisposed: () => never): Accessor {
  const view =
    port.bytes === 1
      ? new Uint8Array(memory, offset, 1)
      : port.bytes === 2
        ? new Uint16Array(memory, offset, 1)
        : new Uint32Array(memory, offset, 1);
  const largest = largestNumber(port.width);
  return {
    // A view of memory that is gone reads as undefined.
    get: () => view[0] ?? throwDisposed(),
    set: (value: number) => {
      if (typeof value !== 'number' || value >>> 0 !== value || value > largest) rejectValue(port, value);
      if (view.length === 0) throwDisposed();
      view[0] = value;
    },
  };
}

function wideAccessor(port: PortLayout, memory: ArrayBuffer, offset: number, throwDisposed: () => never): Accessor {
  if (port.bytes === 8) {
    const view = new BigUint64Array(memory, offset, 1);
    return {
      get: () => view[0] ?? throwDisposed(),
      set: (value: bigint) => {
        checkWide(port, value);
        if (view.length === 0) throwDisposed();
        view[0] = value;
      },
    };
  }
  const words = new Uint32Array(memory, offset, port.bytes / 4);
  return {
    get: () => (words.length === 0 ? throwDisposed() : loadWords(words)),
    set: (value: bigint) => {
      checkWide(port, value);
      if (words.length === 0) throwDisposed();
      storeWords(value, words);
    },
  };
}

function rejectWrite(port: PortLayout): never {
  throw new TypeError(`Expected a write to an input, but received output port ${port.name}.`);
}

// Stands behind the ports, so that only a name that is no port reaches it.
function unknownPorts(names: readonly string[]): object {
  const reject = (name: string): never => {
    throw new TypeError(`Expected a port (${names.join(', ')}), but received ${describe(name)}.`);
  };
  return new Proxy(Object.create(null) as object, {
    get: (_, name) => (typeof name === 'symbol' || probes.has(name) ? undefined : reject(name)),
    set: (_, name) => reject(String(name)),
  });
}
