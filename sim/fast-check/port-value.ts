// SPDX-License-Identifier: Apache-2.0
// A port's type -> arbitrary values of it, as `sim.dut` takes them.

import { array, type Arbitrary } from 'fast-check';
import { widestNumber, wordBits, wordCount } from '../values.ts';
import { findPort, type CheckedPort, type CheckedSignal, type DrivenModel } from './checked.ts';
import { bigintOf, integerOf } from './integer.ts';
import { toWords } from './words.ts';

/** Elements of an unpacked array, flat, in the form in which `sim.dut` shows them. */
export type PortElements =
  Uint8Array | Uint16Array | Uint32Array | BigUint64Array | Int8Array | Int16Array | Int32Array | BigInt64Array;

/** What a port can hold: a number up to 53 bits, a bigint above, a typed array for an unpacked array. */
export type PortValue = number | bigint | PortElements;

/**
 * Values of a port, biased to zero, one, the ends of its range, its sign bit and single bits; they shrink towards zero.
 * An array comes as `sim.dut` shows it: write it with `set`, or use {@link drive}.
 * @example
 * await checkDesign(Fifo, portValue(Fifo, 'din'), (sim, din) => { sim.dut.din = din; … });
 */
export function portValue<Sim extends { readonly dut: object }, Name extends keyof Sim['dut'] & string>(
  model: DrivenModel<Sim>,
  name: Name,
): Arbitrary<Sim['dut'][Name]>;
/** Values of a signal of some type, for example one of `model.ports`. */
export function portValue(signal: CheckedSignal): Arbitrary<PortValue>;
export function portValue(
  source: DrivenModel<{ readonly dut: object }> | CheckedSignal,
  name?: string,
): Arbitrary<unknown> {
  const signal = 'ports' in source ? findPort(source, String(name)) : source;
  return signal.dims.length === 0 ? singleValue(signal) : elements(signal);
}

/** Values of a signal that is no array. */
export function singleValue({ width, signed }: Omit<CheckedPort, 'direction' | 'dims'>): Arbitrary<number | bigint> {
  return width <= widestNumber ? integerOf(width, signed) : bigintOf(width, signed);
}

function elements({ width, signed, dims }: CheckedSignal): Arbitrary<PortElements> {
  const length = dims.reduce((count, [left, right]) => count * (Math.abs(left - right) + 1), 1);
  const exactly = { minLength: length, maxLength: length };
  const storage = width <= 8 ? 8 : width <= 16 ? 16 : width <= wordBits ? 32 : 64;
  // Storage has no sign bits above the element's own, so only a width that fills it is shown with a sign.
  const isSigned = signed && width === storage;
  if (width <= wordBits) {
    const Elements = narrowArray(storage, isSigned);
    return array(integerOf(width, isSigned), exactly).map((values) => new Elements(values));
  }
  const values = array(bigintOf(width, isSigned), exactly);
  if (width > 64) return values.map((all) => toWords(all, wordCount(width)));
  return values.map((all) => (isSigned ? new BigInt64Array(all) : new BigUint64Array(all)));
}

/** Class of an array of narrow elements. */
export function narrowArray(
  bits: number,
  signed: boolean,
): new (values: readonly number[]) => Exclude<PortElements, BigUint64Array | BigInt64Array> {
  if (bits <= 8) return signed ? Int8Array : Uint8Array;
  if (bits <= 16) return signed ? Int16Array : Uint16Array;
  return signed ? Int32Array : Uint32Array;
}
