// SPDX-License-Identifier: Apache-2.0
// Opcodes of pickle protocols 0 to 5, by their byte. Those that name classes by
// other means than GLOBAL, make sets or reach outside the file are refused; no
// file of tensors needs them. Source: CPython, Lib/pickletools.py.

import { shown } from './shown.ts';
import type { PickleMachine } from './pickle-machine.ts';
import { PickleDict, PickleList, PickleTuple, type PickleValue } from './pickle-value.ts';

/** What an opcode does. */
export type Opcode = (machine: PickleMachine) => void;

const maxDigits = 40;

function decimal(machine: PickleMachine, text: string): number | bigint {
  const digits = text.replace(/L$/, '');
  if (!/^-?\d+$/.test(digits) || digits.length > maxDigits) {
    throw machine.fault(`write integers in at most ${maxDigits} digits`, shown(text));
  }
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits);
}

/** Little-endian two's complement of any length up to 16 bytes. */
function longValue(machine: PickleMachine, length: number): number | bigint {
  if (!(length <= 16)) throw machine.fault('have integers of at most 16 bytes', String(length));
  const bytes = machine.reader.take(length);
  let value = 0n;
  for (let i = length - 1; i >= 0; i--) value = value * 256n + BigInt(bytes[i]!);
  if (length > 0 && bytes[length - 1]! >= 128) value -= 1n << BigInt(8 * length);
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function floatText(machine: PickleMachine): number {
  const text = machine.reader.line();
  if (!/^[-+\w.]{1,400}$/.test(text)) throw machine.fault('write numbers in digits', shown(text));
  if (/^[-+]?(inf|nan)$/.test(text)) return text.endsWith('nan') ? NaN : text.startsWith('-') ? -Infinity : Infinity;
  return Number(text);
}

/** Counts the work of a text: a step for 64 characters. */
function worked(machine: PickleMachine, read: string): string {
  machine.work(read.length >> 6);
  return read;
}

/** A Python 2 string in quotes; escapes as Python writes them. */
function quoted(machine: PickleMachine): string {
  const line = worked(machine, machine.reader.line());
  const quote = line[0];
  if (line.length < 2 || (quote !== "'" && quote !== '"') || line.at(-1) !== quote) {
    throw machine.fault('have strings in quotes', shown(line));
  }
  const plain: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };
  return line
    .slice(1, -1)
    .replaceAll(/\\(x[\da-fA-F]{2}|.)/g, (_, escape: string) =>
      escape.length === 3 ? String.fromCharCode(parseInt(escape.slice(1), 16)) : (plain[escape] ?? `\\${escape}`),
    );
}

function escaped(machine: PickleMachine): string {
  return worked(machine, machine.reader.line()).replaceAll(/\\u([\da-f]{4})/gi, (_, digits: string) =>
    String.fromCharCode(parseInt(digits, 16)),
  );
}

const tuple =
  (count: 1 | 2 | 3): Opcode =>
  (machine) => {
    const items: PickleValue[] = [];
    for (let i = 0; i < count; i++) items.push(machine.pop());
    machine.push(new PickleTuple(items.toReversed()));
  };

const text =
  (length: (machine: PickleMachine) => number, encoding: 'utf8' | 'latin1'): Opcode =>
  (machine) =>
    machine.push(worked(machine, machine.reader.text(length(machine), encoding)));

const bytes =
  (length: (machine: PickleMachine) => number): Opcode =>
  (machine) =>
    machine.push(machine.reader.take(length(machine)));

const length8 = ({ reader }: PickleMachine): number => reader.unsigned(1);
const length32 = ({ reader }: PickleMachine): number => reader.unsigned(4);
const length64 = ({ reader }: PickleMachine): number => reader.length64();

function globalOfStack(machine: PickleMachine): void {
  const [name, module] = [machine.pop(), machine.pop()];
  if (typeof name !== 'string' || typeof module !== 'string') {
    throw machine.fault('name what it uses by strings', 'other values');
  }
  machine.pushGlobal(module, name);
}

function intOrBoolean(machine: PickleMachine): void {
  const line = machine.reader.line();
  machine.push(line === '00' || line === '01' ? line === '01' : decimal(machine, line));
}

function dictOfMark(machine: PickleMachine): void {
  const items = machine.popToMark();
  machine.push(new PickleDict(false));
  machine.setItems(items);
}

/** Opcodes with their one-character byte, in the order of the protocols. */
const opcodes: readonly (readonly [byte: string, does: Opcode])[] = [
  ['(', (m) => m.mark()],
  ['0', (m) => m.drop()],
  ['1', (m) => void m.popToMark()],
  ['2', (m) => m.push(m.top())],
  ['N', (m) => m.push(null)],
  ['I', intOrBoolean],
  ['L', (m) => m.push(decimal(m, m.reader.line()))],
  ['F', (m) => m.push(floatText(m))],
  ['S', (m) => m.push(quoted(m))],
  ['V', (m) => m.push(escaped(m))],
  ['l', (m) => m.push(new PickleList(m.popToMark()))],
  ['t', (m) => m.push(new PickleTuple(m.popToMark()))],
  ['d', dictOfMark],
  ['a', (m) => m.append([m.pop()])],
  ['s', (m) => m.setItems([m.pop(), m.pop()].toReversed())],
  ['g', (m) => m.recall(Number(decimal(m, m.reader.line())))],
  ['p', (m) => m.remember(Number(decimal(m, m.reader.line())))],
  ['c', (m) => m.pushGlobal(m.reader.line(), m.reader.line())],
  ['R', (m) => m.reduce()],
  ['b', (m) => m.build()],
  ['P', (m) => m.push(m.world.persistent(m.reader.line()))],
  ['J', (m) => m.push(m.reader.signed32())],
  ['K', (m) => m.push(m.reader.unsigned(1))],
  ['M', (m) => m.push(m.reader.unsigned(2))],
  ['G', (m) => m.push(m.reader.take(8).readDoubleBE())],
  ['T', text(length32, 'latin1')],
  ['U', text(length8, 'latin1')],
  ['X', text(length32, 'utf8')],
  [']', (m) => m.push(new PickleList([]))],
  [')', (m) => m.push(new PickleTuple([]))],
  ['}', (m) => m.push(new PickleDict(false))],
  ['e', (m) => m.append(m.popToMark())],
  ['u', (m) => m.setItems(m.popToMark())],
  ['h', (m) => m.recall(m.reader.unsigned(1))],
  ['j', (m) => m.recall(m.reader.unsigned(4))],
  ['q', (m) => m.remember(m.reader.unsigned(1))],
  ['r', (m) => m.remember(m.reader.unsigned(4))],
  ['Q', (m) => m.push(m.world.persistent(m.pop()))],
  ['\x85', tuple(1)],
  ['\x86', tuple(2)],
  ['\x87', tuple(3)],
  ['\x88', (m) => m.push(true)],
  ['\x89', (m) => m.push(false)],
  ['\x8a', (m) => m.push(longValue(m, m.reader.unsigned(1)))],
  ['\x8b', (m) => m.push(longValue(m, m.reader.unsigned(4)))],
  ['B', bytes(length32)],
  ['C', bytes(length8)],
  ['\x8c', text(length8, 'utf8')],
  ['\x8d', text(length64, 'utf8')],
  ['\x8e', bytes(length64)],
  ['\x93', globalOfStack],
  ['\x94', (m) => m.remember(m.remembered)],
  // A frame's length is for those who read from pipes.
  ['\x95', (m) => void m.reader.length64()],
  ['\x96', bytes(length64)],
];

/** What opcodes do, by their byte. */
export const opcodeOf: ReadonlyMap<number, Opcode> = new Map(
  opcodes.map(([byte, does]) => [byte.charCodeAt(0), does] as const),
);

/** Opcodes that Python has and this reader refuses. */
export const refusedOpcodes: ReadonlyMap<number, string> = new Map([
  [0x69, 'INST'],
  [0x6f, 'OBJ'],
  [0x81, 'NEWOBJ'],
  [0x92, 'NEWOBJ_EX'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
  [0x8f, 'EMPTY_SET'],
  [0x90, 'ADDITEMS'],
  [0x91, 'FROZENSET'],
  [0x97, 'NEXT_BUFFER'],
  [0x98, 'READONLY_BUFFER'],
]);
