// SPDX-License-Identifier: Apache-2.0
// A network in a board's flash: whole, the board holds it when it is switched on, and the host sends pictures alone; where
// anything in it is wrong, the host sends the network as to any board. Never a wrong result, and never a hang.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { type ByteChannel, createDevice, flashImage } from '../../src/device/index.ts';
import type { QuantizedNetwork } from '../../src/network/index.ts';
import {
  BOARD_CONFIGURATION,
  boardOptions,
  buildBoard,
  QUICK,
  type SimulatedBoard,
  startBoard,
} from '../fpga/board/simulated-board.ts';
import { flashNetwork, scrambled } from '../support/flash-network.ts';
import { shouldMatchReference } from '../support/should-match.ts';

const configuration = BOARD_CONFIGURATION;
const COUNT = 4;
const SIZE = 36;

const networkOfSeed = (seed: number): QuantizedNetwork => flashNetwork(seed, 5);

const network = networkOfSeed(1);
const other = networkOfSeed(7);
const images = scrambled(COUNT * SIZE, 99);
const { bytes: image, mark } = flashImage(network, { configuration });
let model: Model;

beforeAll(async () => {
  model = await buildBoard();
});

/** The same board for one host after another. */
function shared(board: SimulatedBoard): ByteChannel {
  return { ...board, [Symbol.dispose]: () => undefined };
}

/**
 * Runs a network on a board, whose results should be right.
 * @returns whether the board held it, and bytes that were sent
 */
async function runOn(port: ByteChannel, what: QuantizedNetwork = network): Promise<{ held: boolean; sent: number }> {
  using device = await createDevice('board', what, { configuration, port, patience: QUICK });
  const found = device.infer(images, COUNT);
  shouldMatchReference({ network: what, images, count: COUNT }, found);
  const { networkHeld: held, bytesSent: sent } = found.link!;
  return { held, sent };
}

const flashed = (flash: Uint8Array): SimulatedBoard => startBoard(model, undefined, 1, {}, flash);

describe('a network in the flash', () => {
  it('should be held by a board that is switched on, and not be sent', async () => {
    const held = await runOn(flashed(image));
    const sent = await runOn(startBoard(model));
    expect(held.held).toBe(true);
    expect(sent.held).toBe(false);
    expect(held.sent).toBeLessThan(sent.sent - 100);
  });

  it('should be held again after the board was switched off', async () => {
    using board = flashed(image);
    expect(await runOn(shared(board))).toMatchObject({ held: true });
    board.restart();
    expect(await runOn(shared(board))).toMatchObject({ held: true });
  });

  it('should not be taken for held after another network was sent, whole or in part', async () => {
    using board = flashed(image);
    expect(await runOn(shared(board), other)).toMatchObject({ held: false });
    expect(await runOn(shared(board))).toMatchObject({ held: false });
    let left = 12;
    const broken: ByteChannel = {
      ...shared(board),
      write: (bytes) => {
        if (left-- === 0) throw new Error('the host ends');
        board.write(bytes);
      },
    };
    await expect(runOn(broken, other)).rejects.toThrow('the host ends');
    expect(await runOn(shared(board))).toMatchObject({ held: false });
  });

  it('should be held for the next host where the last one sent it', async () => {
    using board = startBoard(model);
    expect(await runOn(shared(board))).toMatchObject({ held: false });
    expect(await runOn(shared(board))).toMatchObject({ held: true });
    board.restart();
    expect(await runOn(shared(board))).toMatchObject({ held: false });
  });

  it('should differ in its mark by network and by configuration', () => {
    const marks = [
      mark,
      flashImage(other, { configuration }).mark,
      flashImage(network, { configuration: { ...configuration, weightDepth: 90 } }).mark,
      flashImage(network, { configuration: { ...configuration, sideBits: 15 } }).mark,
    ];
    expect(new Set(marks).size).toBe(4);
    expect(flashImage(networkOfSeed(1), { configuration: { ...configuration, weightPorts: 2 } }).mark).toBe(mark);
  });
});

describe('a flash with something else', () => {
  it.each([
    ['another network', flashImage(other, { configuration }).bytes],
    [
      'a network for another configuration',
      flashImage(network, { configuration: { ...configuration, rows: 4 } }).bytes,
    ],
    ['nothing but zeros', new Uint8Array(4000)],
    ['a network that begins a byte later', Uint8Array.of(0xff, ...image)],
    ['frames without an end', Uint8Array.from({ length: 3000 }, (_, at) => image[at % 6]!)],
  ])('should not be taken for the network: %s', async (_, flash) => {
    expect(await runOn(flashed(flash))).toMatchObject({ held: false });
  });

  it('should not be taken for the network: one whose bits are damaged', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat(8 * (image.length - 1) - 1), { minLength: 1, maxLength: 3 }),
        async (places) => {
          const flash = image.slice();
          for (const place of places) flash[place >> 3]! ^= 1 << (place & 7);
          expect(await runOn(flashed(flash))).toMatchObject({ held: false });
        },
      ),
      { numRuns: 10 },
    );
  });

  it('should not be taken for the network: one of whose frames does not begin as frames do', async () => {
    let frames = 0;
    for (let start = 0; start < image.length - 1; start += image[start + 2]! + 5, frames++) {
      const flash = image.slice();
      flash[start]! ^= 0x20;
      expect(await runOn(flashed(flash)), `byte ${start}`).toMatchObject({ held: false });
    }
    expect(frames).toBeGreaterThan(4);
  });

  it('should not be taken for the network: one that ends too early', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(image.length - 2), async (length) => {
        expect(await runOn(flashed(image.slice(0, length)))).toMatchObject({ held: false });
      }),
      { numRuns: 5 },
    );
  });
});

it.each<[string, string, string, string]>([
  [
    'a damaged frame does not end the reading',
    'link_frames.v',
    ' | wrong | gap;\n\nwire answer',
    ' | gap;\n\nwire answer',
  ],
])('should be found: %s', async (_, file, from, to) => {
  const folder = mkdtempSync(join(tmpdir(), 'berus flash '));
  try {
    const options = boardOptions();
    const path = options.sources.find((source) => basename(source) === file)!;
    const text = readFileSync(path, 'utf8');
    expect(text).toContain(from);
    const changed = join(folder, file);
    writeFileSync(changed, text.replace(from, to));
    const sources = options.sources.map((source) => (source === path ? changed : source));
    const bug = await build({ ...options, sources });
    // A bit of the last payload but one.
    const flash = image.slice();
    flash[image.length - 20]! ^= 1;
    await expect(runOn(startBoard(bug, undefined, 1, {}, flash))).rejects.toThrow('expected');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
