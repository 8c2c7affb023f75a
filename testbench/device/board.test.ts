// SPDX-License-Identifier: Apache-2.0
// A board whose line is bad, that is switched off, or that holds something else: never a wrong result, never a hang, and
// one line that says what is wrong.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { compileNetwork } from '../../src/compile/index.ts';
import { BoardLink } from '../../src/device/board-link.ts';
import { REGISTERS } from '../../src/device/registers.ts';
import { type ByteChannel, createDevice, type Device, DeviceFault, type Inference } from '../../src/device/index.ts';
import { type Case, cases } from '../support/arbitraries.ts';
import { coreLimits } from '../support/core-property.ts';
import { shouldMatchReference } from '../support/should-match.ts';
import { boardDouble, type DoubleOptions } from '../fpga/board/board-double.ts';
import { BOARD_CONFIGURATION, buildBoard, type Noise, QUICK, startBoard } from '../fpga/board/simulated-board.ts';

const configuration = BOARD_CONFIGURATION;

/** The first random case of two batches for which something holds. */
function sample(where: (chosen: Case) => boolean): Case {
  const { rows } = configuration;
  const all = fc.sample(cases(coreLimits(configuration)), { numRuns: 200, seed: 1 });
  return all.find((one) => Math.ceil(one.count / rows) === 2 && where(one))!;
}

function segmentsOf({ network }: Case): number {
  return compileNetwork(network, configuration).segments.length;
}

const chosen = sample((one) => one.network.layers.length === 2 && segmentsOf(one) === 0);
const { network, images, count } = chosen;
let model: Model;

beforeAll(async () => {
  model = await buildBoard();
});

function deviceOn(port: ByteChannel, attempts = 10): Promise<Device> {
  return createDevice('board', network, { configuration, port, patience: { ...QUICK, attempts } });
}

/** What a fault says. */
async function faultOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(DeviceFault);
    expect((error as Error).message).not.toContain('\n');
    return (error as Error).message;
  }
  throw new Error('Expected a fault, but there was none.');
}

describe('a good line', () => {
  it('should cost no repeats', async () => {
    using device = await deviceOn(startBoard(model));
    const found = device.infer(images, count);
    shouldMatchReference(chosen, found);
    expect(found.link).toMatchObject({ repeats: 0, strayBytes: 0 });
    expect(found.counters!.batches).toBe(2);
  });

  it('should carry segments of weights, which wait until there is room', async () => {
    const many = sample((one) => segmentsOf(one) > 3);
    const port = startBoard(model);
    using device = await createDevice('board', many.network, { configuration, port, patience: QUICK });
    shouldMatchReference(many, device.infer(many.images, many.count));
    shouldMatchReference(many, device.infer(many.images, many.count));
  });
});

describe('a noisy line', () => {
  /** Damages about one byte in `rarity`: a bit, the byte lost, there twice, or noise before it. */
  const noisy = (seed: number, rarity: number): Noise => {
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    return (bytes) =>
      Uint8Array.from(
        [...bytes].flatMap((byte) => {
          if (random(rarity) > 0) return [byte];
          return [[byte ^ (1 << random(8))], [], [byte, byte], [random(256), byte]][random(4)]!;
        }),
      );
  };

  it('should give the right results all the same, and count its repeats', async () => {
    let repeats = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(2 ** 31), async (seed) => {
        using device = await deviceOn(startBoard(model, noisy(seed, 500)), 50);
        const found = device.infer(images, count);
        shouldMatchReference(chosen, found);
        repeats += found.link!.repeats;
      }),
      { numRuns: 4 },
    );
    expect(repeats).toBeGreaterThan(4);
  });

  it('should never give wrong results where too much is lost, and say so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2 ** 31), async (seed) => {
        let found: Inference | undefined;
        const message = await faultOf(async () => {
          using device = await deviceOn(startBoard(model, noisy(seed, 30)), 3);
          found = device.infer(images, count);
        });
        expect(message).toMatch(/^Expected the board at the simulated board to answer a request, but 3 attempts/);
        expect(found).toBeUndefined();
      }),
      { numRuns: 5 },
    );
  });
});

describe('a line that never rests', () => {
  it('should be given up, not listened to for ever', async () => {
    let reads = 0;
    const message = await faultOf(() =>
      deviceOn({
        name: 'something else',
        baud: 1_000_000,
        write: () => undefined,
        read: () => {
          if (++reads > 10_000) throw new Error('Expected the line to be given up.');
          return Uint8Array.from({ length: 64 }, (_, i) => reads + i);
        },
        [Symbol.dispose]: () => undefined,
      }),
    );
    expect(message).toMatch(/^Expected the board at something else to answer a request, but 10 attempts/);
  });
});

describe('a board', () => {
  it('should be found silent where nothing answers', async () => {
    const message = await faultOf(() =>
      deviceOn(
        startBoard(model, () => new Uint8Array(0)),
        4,
      ),
    );
    expect(message).toBe(
      'Expected the board at the simulated board to answer a request, but 4 attempts brought no whole answer: is it on, ' +
        'with a bitstream of this package, and is the baud rate its own?',
    );
  });

  it('should be found without its network where it was switched off, at any moment', async () => {
    const board = startBoard(model);
    let writes = 0;
    let off = Number.POSITIVE_INFINITY;
    const port: ByteChannel = {
      ...board,
      write: (bytes) => {
        if (++writes !== off) return board.write(bytes);
        // In the middle of a frame.
        board.write(bytes.subarray(0, bytes.length / 2));
        board.restart();
        board.write(bytes.subarray(bytes.length / 2));
      },
    };
    using device = await deviceOn(port);
    writes = 0;
    device.infer(images, count);
    const all = writes;
    for (const moment of [1, 0.2, 0.4, 0.6, 0.8]) {
      const message = await faultOf(async () => {
        using again = await deviceOn({ ...port, [Symbol.dispose]: () => undefined });
        [writes, off] = [0, Math.ceil(moment * (all - 1))];
        again.infer(images, count);
      });
      expect(message).toMatch(/it was reset, and has no network\.$/);
      off = Number.POSITIVE_INFINITY;
    }
  });

  it('should begin anew where the last host left it in the middle of anything', async () => {
    const board = startBoard(model);
    const port: ByteChannel = { ...board, [Symbol.dispose]: () => undefined };
    let left = Number.POSITIVE_INFINITY;
    const gone: ByteChannel = {
      ...port,
      write: (bytes) => {
        if (left-- <= 0) throw new DeviceFault('Expected a host, but it has gone.');
        board.write(bytes);
      },
    };
    for (const writes of [3, 11, 14, 15, 17, 19, 21]) {
      await faultOf(async () => {
        left = writes;
        using device = await deviceOn(gone);
        device.infer(images, count);
        device.infer(images, count);
      });
      using device = await deviceOn(port);
      shouldMatchReference(chosen, device.infer(images, count));
    }
    board[Symbol.dispose]();
  });

  it('should begin anew where the last host left a packet half sent', async () => {
    const board = startBoard(model);
    // The header of a program of two words, and one of them.
    const half = new BoardLink(board, QUICK).request(Uint8Array.of(3, 7, 1, 0, 0, 0, 0, 0, 0, 2, 5, 3, 0, 1, 5));
    expect([...half]).toEqual([0, 0]);
    using device = await deviceOn(board);
    shouldMatchReference(chosen, device.infer(images, count));
  });

  const holds = (options: Partial<DoubleOptions>): Promise<string> =>
    faultOf(() => deviceOn(boardDouble({ configuration, ...options })));

  it('should be refused with another version of the link', async () => {
    expect(await holds({ version: 1 })).toBe(
      'Expected the bitstream of the board at the double to have version 3 of the link, but received version 1.',
    );
  });

  it('should be refused with other registers', async () => {
    const major = REGISTERS.VERSION.value + 2 ** 16;
    const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;
    expect(await holds({ registers: { [REGISTERS.VERSION.offset]: major } })).toBe(
      'Expected the bitstream of the board at the double to have registers of 0x42455255 in version ' +
        `${hex(REGISTERS.VERSION.value)}, but received 0x42455255 in version ${hex(major)}.`,
    );
    expect(await holds({ registers: { [REGISTERS.ID.offset]: 7 } })).toContain('but received 0x00000007 in version');
  });

  it('should be refused with another configuration, each size named', async () => {
    expect(await holds({ configuration: { ...configuration, columns: 8, weightDepth: 512, cell: 'minimum' } })).toBe(
      'Expected the bitstream of the board at the double to have columns 5, weightDepth 80, cell distance, as the ' +
        'configuration has, but received columns 8, weightDepth 512, cell minimum.',
    );
  });

  it('should be let go where it is refused, or its network does not fit', async () => {
    let closed = 0;
    const port = { ...boardDouble({ configuration, version: 2 }), [Symbol.dispose]: () => void closed++ };
    await expect(createDevice('board', network, { configuration, port })).rejects.toThrow(DeviceFault);
    expect(closed).toBe(1);
    const tight = { ...configuration, activationDepth: 1 };
    await expect(createDevice('board', network, { configuration: tight, port })).rejects.toThrow(RangeError);
    expect(closed).toBe(2);
  });

  it('should be refused without a port', async () => {
    await expect(createDevice('board', network, { configuration })).rejects.toThrow(
      'Expected the port of a board, but received none.',
    );
  });
});
