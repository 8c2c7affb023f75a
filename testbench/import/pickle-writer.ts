// SPDX-License-Identifier: Apache-2.0
// Writes pickles of protocols 0 to 5, as Python's own pickler does for the few
// kinds of values that files of tensors hold. Hostile ones are put together from
// opcodes by hand.

/** A value to write; Python kinds that JavaScript lacks are objects with one field. */
export type Writable =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Writable[]
  | { readonly tuple: readonly Writable[] }
  | { readonly dict: readonly (readonly [Writable, Writable])[] }
  | { readonly global: readonly [module: string, name: string] }
  | { readonly call: readonly [target: Writable, args: readonly Writable[]] }
  | { readonly items: readonly (readonly [Writable, Writable])[]; readonly of: Writable; readonly state?: Writable }
  | { readonly persistent: Writable };

/** Bytes of a text of single-byte characters: opcodes by their letters. */
export function ops(letters: string): Buffer {
  return Buffer.from(letters, 'latin1');
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function number(value: number | bigint, protocol: number): Buffer[] {
  if (typeof value === 'number' && !Number.isInteger(value)) {
    if (protocol === 0) return [ops(`F${value}\n`)];
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value);
    return [ops('G'), bytes];
  }
  if (protocol === 0) return [ops(typeof value === 'bigint' ? `L${value}L\n` : `I${value}\n`)];
  if (value >= 0 && value < 256) return [ops('K'), Buffer.of(Number(value))];
  if (value >= 0 && value < 65536) return [ops('M'), Buffer.of(Number(value) % 256, Number(value) >> 8)];
  if (value >= -(2 ** 31) && value < 2 ** 31) {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32LE(Number(value));
    return [ops('J'), bytes];
  }
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest !== 0n && rest !== -1n; rest >>= 8n) bytes.push(Number(BigInt.asUintN(8, rest)));
  bytes.push(rest === -1n ? 255 : 0);
  return [ops('\x8a'), Buffer.of(bytes.length), Buffer.from(bytes)];
}

function text(value: string, protocol: number): Buffer[] {
  if (protocol === 0) return [ops(`V${value}\n`)];
  const bytes = Buffer.from(value);
  if (protocol >= 4 && bytes.length < 256) return [ops('\x8c'), Buffer.of(bytes.length), bytes, ops('\x94')];
  return [ops('X'), u32(bytes.length), bytes];
}

function write(value: Writable, protocol: number): Buffer[] {
  const each = (values: readonly Writable[]): Buffer[] => values.flatMap((item) => write(item, protocol));
  if (value === null) return [ops('N')];
  if (typeof value === 'boolean') return [ops(protocol < 2 ? `I0${Number(value)}\n` : value ? '\x88' : '\x89')];
  if (typeof value === 'number' || typeof value === 'bigint') return number(value, protocol);
  if (typeof value === 'string') return text(value, protocol);
  if (Array.isArray(value)) {
    return protocol === 0
      ? [ops('(l'), ...value.flatMap((item: Writable) => [...write(item, 0), ops('a')])]
      : [ops(']('), ...each(value), ops('e')];
  }
  if ('tuple' in value) {
    const { length } = value.tuple;
    if (protocol >= 2 && length >= 1 && length <= 3) return [...each(value.tuple), ops('\x84\x85\x86\x87'[length]!)];
    return length === 0 && protocol > 0 ? [ops(')')] : [ops('('), ...each(value.tuple), ops('t')];
  }
  if ('dict' in value) {
    if (protocol === 0) return [ops('(d'), ...value.dict.flatMap((pair) => [...each(pair), ops('s')])];
    return [ops('}('), ...value.dict.flatMap((pair) => each(pair)), ops('u')];
  }
  if ('global' in value) {
    const [module, name] = value.global;
    return protocol >= 4 ? [...text(module, 4), ...text(name, 4), ops('\x93')] : [ops(`c${module}\n${name}\n`)];
  }
  if ('call' in value)
    return [...write(value.call[0], protocol), ...write({ tuple: value.call[1] }, protocol), ops('R')];
  if ('items' in value) {
    const state = value.state === undefined ? [] : [...write(value.state, protocol), ops('b')];
    return [...write(value.of, protocol), ops('('), ...value.items.flatMap((pair) => each(pair)), ops('u'), ...state];
  }
  return [...write((value as { persistent: Writable }).persistent, protocol), ops('Q')];
}

/** A whole pickle. */
export function pickle(value: Writable, protocol = 2): Buffer {
  const body = Buffer.concat([...write(value, protocol), ops('.')]);
  if (protocol < 2) return body;
  const start = Buffer.of(0x80, protocol);
  if (protocol < 4) return Buffer.concat([start, body]);
  const frame = Buffer.alloc(9);
  frame[0] = 0x95;
  frame.writeBigUInt64LE(BigInt(body.length), 1);
  return Buffer.concat([start, frame, body]);
}
