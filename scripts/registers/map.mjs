// SPDX-License-Identifier: Apache-2.0
// Reads rtl/registers.json: offsets and bits as numbers, what is left out filled in, and what cannot be refused.

/** What the host may do with a field; `event` bits are set by the hardware and cleared by writing 1 to them.
 * @typedef {'constant' | 'read' | 'write' | 'pulse' | 'event'} Access */

/** @typedef {object} Field
 * @property {string} name '' for the only field of a register without fields
 * @property {string} signal name in Verilog
 * @property {number} low lowest bit
 * @property {number} width bits
 * @property {Access} access
 * @property {string} about */

/** @typedef {object} Register
 * @property {string} name
 * @property {number} offset in bytes
 * @property {Access} access
 * @property {number | undefined} reset value after `rst`; undefined where the hardware gives it
 * @property {boolean} strobe whether the hardware is told of reads
 * @property {string} about
 * @property {readonly Field[]} fields */

/** @typedef {object} RegisterMap
 * @property {string} module
 * @property {number} addressBits
 * @property {readonly Register[]} registers */

/** @typedef {{ name: string, bits: string, access?: Access, about: string }} GivenField */
/** @typedef {{ name: string, offset: string, access: Access, reset?: string, strobe?: boolean, about: string,
 *   fields?: GivenField[] }} GivenRegister */

const ACCESSES = ['constant', 'read', 'write', 'pulse', 'event'];

/** @param {string} expected @param {unknown} received @returns {never} */
function refuse(expected, received) {
  throw new RangeError(`Expected ${expected}, but received ${JSON.stringify(received)}.`);
}

/** @param {string} bits such as '5' or '7:0' @param {string} where */
function parseBits(bits, where) {
  const [, high = '', low = high] = /^(\d+)(?::(\d+))?$/.exec(bits) ?? [];
  if (high === '' || Number(high) > 31 || Number(low) > Number(high)) refuse(`bits of ${where} to be HIGH:LOW`, bits);
  return { low: Number(low), width: Number(high) - Number(low) + 1 };
}

/** @param {GivenRegister} given @returns {Field[]} */
function fieldsOf({ name, access, about, fields }) {
  if (fields === undefined) return [{ name: '', signal: name.toLowerCase(), low: 0, width: 32, access, about }];
  return fields.map((field) => ({
    name: field.name,
    signal: `${name.toLowerCase()}_${field.name}`,
    ...parseBits(field.bits, `${name}.${field.name}`),
    access: field.access ?? access,
    about: field.about,
  }));
}

/** @param {GivenRegister} given @returns {Register} */
function readRegister(given) {
  const { name, offset, access, reset, strobe = false, about } = given;
  if (!/^[A-Z][A-Z_]*$/.test(name)) refuse('the name of a register to be of capitals', name);
  const fields = fieldsOf(given);
  let used = 0n;
  for (const field of fields) {
    const bits = ((1n << BigInt(field.width)) - 1n) << BigInt(field.low);
    if ((used & bits) !== 0n) refuse(`fields of ${name} not to share bits`, field.name);
    if (!ACCESSES.includes(field.access)) refuse(`access of ${field.signal} to be one of ${ACCESSES}`, field.access);
    if (!about.endsWith('.') || !field.about.endsWith('.')) refuse(`about of ${field.signal} to be a sentence`, about);
    used |= bits;
  }
  // The hardware has the bits of an event register as one vector, in the order of its fields.
  if (access === 'event' && used !== (1n << BigInt(fields.length)) - 1n)
    refuse(`${name} to have bits from 0 on`, `0x${used.toString(16)}`);
  const isFixed = access !== 'read';
  return {
    name,
    offset: Number(offset),
    access,
    reset: isFixed ? Number(reset ?? 0) : undefined,
    strobe,
    about,
    fields,
  };
}

/**
 * @param {string} text of registers.json
 * @returns {RegisterMap}
 * @throws {RangeError} naming what is wrong
 */
export function readRegisterMap(text) {
  const { module, addressBits, registers: given } = JSON.parse(text);
  const registers = given.map(readRegister);
  const names = new Set();
  let next = 0;
  for (const { name, offset } of registers) {
    if (!(offset >= next && offset % 4 === 0 && offset < 2 ** addressBits)) {
      refuse(`offset of ${name} to be a multiple of 4 from ${next} on`, offset);
    }
    if (names.has(name)) refuse('names of registers to differ', name);
    names.add(name);
    next = offset + 4;
  }
  return { module, addressBits, registers };
}
