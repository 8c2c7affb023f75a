// SPDX-License-Identifier: Apache-2.0
// Segments of weights from a board's flash: the host sends pictures alone, whatever batches there are and whoever was at
// the board before; where the flash is damaged the run ends, and the next one does without it. Never a wrong result.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { compileNetwork } from '../../src/compile/index.ts';
import { type ByteChannel, createDevice, flashImage } from '../../src/device/index.ts';
import { flashSegments, SEGMENTS_OFFSET } from '../../src/device/flash-segments.ts';
import { FEEDS, HAS_SEGMENTS, networkOf as networkMarked } from '../../src/device/network-mark.ts';
import type { LinkCounts } from '../../src/device/board-link.ts';
import type { QuantizedNetwork } from '../../src/network/index.ts';
import {
  BOARD_CONFIGURATION,
  buildBoard,
  QUICK,
  type SimulatedBoard,
  startBoard,
} from '../fpga/board/simulated-board.ts';
import { flashNetwork, scrambled } from '../support/flash-network.ts';
import { shouldMatchReference } from '../support/should-match.ts';

/** Two segments at a time, and one. */
const CONFIGURATIONS = [1, 2].map((weightSegments) => ({ ...BOARD_CONFIGURATION, weightSegments }));
const SIZE = 36;
/** Three batches. */
const COUNT = 7;

/** Seven tiles of 18 words, the last of two filters, are too many beside the first layer's. */
const networkOfSeed = (seed: number): QuantizedNetwork => flashNetwork(seed, 32);

const network = networkOfSeed(1);
const images = scrambled(COUNT * SIZE, 99);

/** The same board for one host after another. */
function shared(board: SimulatedBoard): ByteChannel {
  return { ...board, [Symbol.dispose]: () => undefined };
}

describe.each(CONFIGURATIONS)('with $weightSegments segments of weights at a time', (configuration) => {
  const compiled = compileNetwork(network, configuration);
  const { bytes: image, mark } = flashImage(network, { configuration });
  const list = flashSegments(compiled);
  let model: Model;
  beforeAll(async () => {
    model = await buildBoard({ board: 'hx8k', configuration });
  });

  const flashed = (flash?: Uint8Array): SimulatedBoard => startBoard(model, undefined, 1, {}, flash);

  /** Runs a network on a board, whose results should be right. */
  async function runOn(port: ByteChannel, what = network, count = COUNT): Promise<LinkCounts> {
    using device = await createDevice('board', what, { configuration, port, patience: QUICK });
    for (let run = 0; run < 2; run++) {
      const found = device.infer(images.subarray(0, count * SIZE), count);
      shouldMatchReference({ network: what, images: images.subarray(0, count * SIZE), count }, found);
      if (run === 1) return found.link!;
    }
    throw new Error('Expected two runs.');
  }

  const FROM_FLASH = { networkHeld: true, segmentsFromFlash: true };
  const OVER_LINE = { networkHeld: false, segmentsFromFlash: false };

  it('should be in the image, and in its mark', () => {
    expect(compiled.segments.length).toBeGreaterThan(configuration.weightSegments);
    expect(mark - networkMarked(mark)).toBe(HAS_SEGMENTS);
    expect(image.subarray(SEGMENTS_OFFSET)).toEqual(list);
    expect(flashImage(networkOfSeed(2), { configuration }).mark).not.toBe(mark);
  });

  it('should come from the flash, batch after batch, for one host after another', async () => {
    using board = flashed(image);
    const first = await runOn(shared(board));
    expect(first).toMatchObject(FROM_FLASH);
    expect(await runOn(shared(board), network, 1)).toMatchObject(FROM_FLASH);
    // A host that leaves in the middle of a picture.
    let left = 9;
    const broken: ByteChannel = {
      ...shared(board),
      write: (bytes) => {
        if (left-- === 0) throw new Error('the host ends');
        board.write(bytes);
      },
    };
    await expect(runOn(broken)).rejects.toThrow('the host ends');
    expect(await runOn(shared(board))).toMatchObject(FROM_FLASH);
    board.restart();
    expect(await runOn(shared(board))).toMatchObject(FROM_FLASH);
    const sent = await runOn(flashed());
    expect(sent).toMatchObject(OVER_LINE);
    expect(first.bytesSent).toBeLessThan(sent.bytesSent - 2 * list.length);
  });

  it('should be sent where another network was', async () => {
    using board = flashed(image);
    expect(await runOn(shared(board), networkOfSeed(7))).toMatchObject(OVER_LINE);
    // It is held now, but for its segments.
    expect(await runOn(shared(board), networkOfSeed(7))).toMatchObject({ networkHeld: true, segmentsFromFlash: false });
    expect(await runOn(shared(board))).toMatchObject(OVER_LINE);
  });

  it('should end the run where they are damaged, and be sent in the next', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * (list.length - 1) - 1), async (place) => {
        const flash = image.slice();
        flash[SEGMENTS_OFFSET + (place >> 3)]! ^= 1 << (place & 7);
        using board = flashed(flash);
        await expect(runOn(shared(board))).rejects.toThrow(/^Expected the board at /);
        expect(await runOn(shared(board))).toMatchObject(OVER_LINE);
      }),
      { numRuns: 8 },
    );
  });

  it('should say so where words are damaged', async () => {
    const flash = image.slice();
    flash[SEGMENTS_OFFSET + 12]! ^= 4;
    using board = flashed(flash);
    await expect(runOn(shared(board))).rejects.toThrow('but it reports a packet that is too long');
    expect(await runOn(shared(board))).toMatchObject(OVER_LINE);
  });

  it('should not begin by themselves', () => {
    expect(mark % 2).not.toBe(FEEDS);
  });
});
