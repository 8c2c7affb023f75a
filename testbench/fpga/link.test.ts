// SPDX-License-Identifier: Apache-2.0
// The board's side of the link, frame by frame: what it does, what it does not do twice, and what it does not hear.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { BoardBus } from '../../src/device/board-bus.ts';
import { encodeFrame, type Frame, FrameReader } from '../../src/device/board-frame.ts';
import { BoardLink } from '../../src/device/board-link.ts';
import { REGISTERS } from '../../src/device/registers.ts';
import { buildBoard, QUICK, type SimulatedBoard, startBoard } from './board/simulated-board.ts';

let model: Model;

beforeAll(async () => {
  model = await buildBoard();
});

/** Bytes that a board answers with. */
function hear(board: SimulatedBoard): Uint8Array {
  const all: number[] = [];
  for (let bytes = board.read(2); bytes.length > 0; bytes = board.read(2)) all.push(...bytes);
  return Uint8Array.from(all);
}

/** Frames that a board answers a frame's bytes with. */
function exchange(board: SimulatedBoard, bytes: Uint8Array): Frame[] {
  board.write(bytes);
  const reader = new FrameReader();
  reader.push(hear(board));
  const found: Frame[] = [];
  for (let frame = reader.next(); frame !== undefined; frame = reader.next()) found.push(frame);
  return found;
}

/** The payload of the one answer to a request. */
function ask(board: SimulatedBoard, sequence: number, ...payload: number[]): number[] {
  const found = exchange(board, encodeFrame({ sequence, payload: Uint8Array.from(payload) }));
  expect(found.map((frame) => frame.sequence)).toEqual([sequence]);
  return [...found[0]!.payload];
}

const { WATCHDOG, ID, STATUS, VERSION } = REGISTERS;
const write = (offset: number, value: number): number[] => [1, offset, 0, 0, 0, value];
const read = (offset: number): number[] => [2, offset];

describe('operations', () => {
  it('should be done in their order, and answered one after the other', () => {
    using board = startBoard(model);
    expect(ask(board, 0, 0)).toEqual([3]);
    expect(ask(board, 1, ...read(ID.offset), ...write(WATCHDOG.offset, 77), ...read(WATCHDOG.offset))).toEqual([
      ...[0, 0x42, 0x45, 0x52, 0x55],
      0,
      ...[0, 0, 0, 0, 77],
    ]);
    expect(ask(board, 2)).toEqual([]);
  });

  it('should say SLVERR for a register that is not there, or not to be written', () => {
    using board = startBoard(model);
    expect(ask(board, 1, ...read(0x78), ...write(ID.offset, 1), ...read(VERSION.offset))).toEqual([
      ...[2, 0, 0, 0, 0],
      2,
      ...[0, 0, 1, 0, 3],
    ]);
  });

  it('should end where their bytes do', () => {
    using board = startBoard(model);
    expect(ask(board, 1, ...write(WATCHDOG.offset, 77), 1, WATCHDOG.offset, 0)).toEqual([0]);
    expect(ask(board, 2, ...read(WATCHDOG.offset))).toEqual([0, 0, 0, 0, 77]);
    expect(ask(board, 3, 3, 0)).toEqual([]);
    expect(ask(board, 4, ...read(WATCHDOG.offset))).toEqual([0, 0, 0, 0, 77]);
  });

  it('should say how many words are left over where no more are taken, and do nothing after that', () => {
    using board = startBoard(model);
    // A program waits until no batch runs; a batch waits behind a closed gate.
    const gate = write(REGISTERS.CONTROL.offset, 4);
    const pictures = [...[3, 7, 1], ...[1, 0, 0, 0, 0, 0, 2, 0], ...[0x83, 0, 2, 5, 6]];
    expect(ask(board, 1, ...gate, ...pictures)).toEqual([0, 0, 0]);
    // One waits on its way.
    const program = [...[3, 7, 1], ...[0, 0, 0, 0, 0, 0, 2, 5], ...[0x83, 0, 2, 5, 6]];
    expect(ask(board, 2, ...program, ...read(ID.offset))).toEqual([0, 1]);
    const [, , , , status] = ask(board, 3, ...read(STATUS.offset));
    expect(status).toBe(0b0010_0010);
  });

  it('should give no beat where none comes', () => {
    using board = startBoard(model);
    expect(ask(board, 1, 4, 3, 0)).toEqual([0]);
  });
});

describe('requests', () => {
  const swap = (bytes: Uint8Array, index: number): Uint8Array => bytes.with(index, bytes[index]! ^ 0x10);
  const watchdog = (value: number): Frame => ({ sequence: 9, payload: Uint8Array.from(write(WATCHDOG.offset, value)) });

  it('should be done once, however often they come', () => {
    using board = startBoard(model);
    ask(board, 9, ...write(WATCHDOG.offset, 77));
    // Another request with the same sequence shows that it is not done.
    expect(ask(board, 9, ...write(WATCHDOG.offset, 78))).toEqual([0]);
    expect(ask(board, 10, ...read(WATCHDOG.offset))).toEqual([0, 0, 0, 0, 77]);
    expect(ask(board, 10, ...read(ID.offset))).toEqual([0, 0, 0, 0, 77]);
  });

  it('should be done each time with sequence 0, which begins a session', () => {
    using board = startBoard(model);
    ask(board, 0, ...write(WATCHDOG.offset, 77));
    ask(board, 0, ...write(WATCHDOG.offset, 78));
    expect(ask(board, 1, ...read(WATCHDOG.offset))).toEqual([0, 0, 0, 0, 78]);
  });

  it('should not be done nor answered where any byte is wrong', () => {
    using board = startBoard(model);
    const bytes = encodeFrame(watchdog(77));
    bytes.forEach((_, index) => expect(exchange(board, swap(bytes, index)), `byte ${index}`).toEqual([]));
    expect(ask(board, 1, ...read(WATCHDOG.offset))).toEqual([0, 0x80, 0, 0, 0]);
  });

  it('should be forgotten where their rest does not come', () => {
    using board = startBoard(model);
    const bytes = encodeFrame(watchdog(77));
    for (let length = 1; length < bytes.length; length++) {
      expect(exchange(board, bytes.subarray(0, length)), `${length} bytes`).toEqual([]);
    }
    expect(ask(board, 1, ...read(WATCHDOG.offset))).toEqual([0, 0x80, 0, 0, 0]);
  });

  it('should be heard behind bytes that are none', () => {
    using board = startBoard(model);
    const noise = Uint8Array.of(0, 0xff, 0x41);
    const found = exchange(board, Uint8Array.of(...noise, ...encodeFrame({ sequence: 0, payload: Uint8Array.of(0) })));
    expect(found).toEqual([{ sequence: 0, payload: Uint8Array.of(3) }]);
  });
});

it('should carry the longest requests and answers', () => {
  using board = startBoard(model);
  const bus = new BoardBus(new BoardLink(board, QUICK));
  expect(bus.hello()).toBe(3);
  const values = Array.from({ length: 60 }, (_, index) => 2 ** 26 * index + index);
  const accesses = values.flatMap((value) => [
    { register: 'WATCHDOG' as const, value },
    { register: 'WATCHDOG' as const },
  ]);
  expect(bus.access(accesses)).toEqual(values);
});
