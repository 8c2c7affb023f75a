// SPDX-License-Identifier: Apache-2.0
// The whole way from a command to a board: the serialport package, the operating system's serial port, and behind it the
// Verilated board.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPort } from '../../src/device/board-port.ts';
import { BAUD, createDevice, DeviceFault } from '../../src/device/index.ts';
import { writeQuantized } from '../../src/network/index.ts';
import type { RunReport } from '../../src/report/index.ts';
import { berus } from '../cli/berus.ts';
import { plugIn, type PtyBoard } from '../fpga/board/pty-board.ts';
import { BOARD_CONFIGURATION } from '../fpga/board/simulated-board.ts';
import { networkOf, quantizedOf } from '../support/layer-of.ts';
import { shouldMatchReference } from '../support/should-match.ts';

const configuration = BOARD_CONFIGURATION;

/** Numbers that look random and are the same everywhere. */
function scrambled(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24);
}

/** A network for digits that few words hold. */
const network = networkOf('small', [
  quantizedOf(
    {
      name: 'first',
      input: { height: 28, width: 28, channels: 1 },
      kernelHeight: 4,
      kernelWidth: 4,
      stride: 8,
    },
    { weights: scrambled(16), shift: Uint8Array.of(4) },
  ),
  quantizedOf(
    {
      name: 'second',
      source: 'first',
      input: { height: 4, width: 4, channels: 1 },
      kernelHeight: 4,
      kernelWidth: 4,
      filters: 10,
    },
    { weights: scrambled(160), add: new Float64Array(10).fill(-1000), shift: new Uint8Array(10).fill(2) },
  ),
]);
const COUNT = 3;
const images = scrambled(COUNT * 28 * 28);

let folder = '';
let board: PtyBoard;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berus board '));
  board = await plugIn();
  writeQuantized(join(folder, 'small.safetensors'), network);
  writeFileSync(join(folder, 'small.json'), JSON.stringify(configuration));
});

afterAll(() => {
  board.unplug();
  rmSync(folder, { recursive: true, force: true });
});

describe('a board on a serial port', () => {
  it('should give the results of the reference', async () => {
    using device = await createDevice('board', network, { configuration, port: board.path });
    const found = device.infer(images, COUNT);
    shouldMatchReference({ network, images, count: COUNT }, found);
    expect(found.maps[1]!.some((code) => code > 0 && code < 255)).toBe(true);
  });

  it('should be missed where it is pulled out in mid-inference, and not waited for', async () => {
    using other = await plugIn();
    const port = openPort(other.path, BAUD);
    let left = 30;
    const pulled = {
      name: port.name,
      baud: port.baud,
      write: (bytes: Uint8Array): void => {
        if (--left === 0) other.unplug();
        port.write(bytes);
      },
      read: (milliseconds: number): Uint8Array => port.read(milliseconds),
      [Symbol.dispose]: (): void => port[Symbol.dispose](),
    };
    const run = async (): Promise<void> => {
      using device = await createDevice('board', network, { configuration, port: pulled });
      device.infer(images, COUNT);
    };
    await expect(run()).rejects.toThrow(DeviceFault);
    expect(() => port.read(1)).toThrow(`Expected the board at ${other.path} to stay connected, but it is gone (`);
  });
});

describe('berus run --device board', () => {
  const run = (...more: string[]): ReturnType<typeof berus> =>
    berus(
      'run',
      join(folder, 'small.safetensors'),
      '--config',
      join(folder, 'small.json'),
      '--device',
      'board',
      ...more,
    );

  it('should compare what the board computes', async () => {
    const { code, out } = await run('--port', board.path, '--images', '3', '--json');
    const report = JSON.parse(out) as RunReport;
    expect(report).toMatchObject({
      ...{ network: 'small', device: 'board', images: 3, batches: 1 },
      ...{ bitExact: true, mismatches: 0, countersEqual: true, simulatedCyclesPerSecond: null },
    });
    expect(report.layers.map(({ bitExact }) => bitExact)).toEqual([null, true]);
    // A busy machine may keep the board's process waiting.
    expect(report.link!.repeats).toBeLessThan(report.link!.requests / 2);
    expect(report.link!.bytesSent).toBeGreaterThan(3 * 28 * 28);
    expect(code).toBe(0);
  });

  it('should say what was compared, and what the line cost', async () => {
    const { code, out } = await run('--port', board.path, '--images', '1');
    expect(out).toContain('every code of the results equals the reference');
    expect(out).toMatch(/requests +\d+ +[\d,]+ bytes sent, [\d,]+ received; \d+ repeated, \d+ stray bytes/);
    expect(code).toBe(0);
  });

  it('should say one line where the board holds something else', async () => {
    const { code, err } = await berus('run', 'lenet5', '--device', 'board', '--port', board.path, '--config', 'tiny');
    expect(err).toMatch(
      /^berus: Expected the bitstream of the board at \S+ to have rows 4, columns 4, .*received rows 3, columns 5, .*\n$/,
    );
    expect(code).toBe(1);
  });

  it.each([
    [[], 'Expected --port to be the serial port of the board, but received none.'],
    [['--port', '/dev/berus-none'], 'Expected --port to be a serial port, but received /dev/berus-none ('],
    [['--port', '/dev/null'], 'Expected --port to be a serial port, but received /dev/null ('],
    [['--port', 'x', '--baud', '7'], 'Expected --baud to be an integer from 300 to 12000000, but received 7.'],
    [['--port', 'x', '--verify', 'tile'], 'Expected --device to be rtl with --verify, but received board.'],
  ])('should refuse %j', async (options, message) => {
    const { code, out, err } = await run(...options);
    expect(err).toContain(`berus: ${message}`);
    expect(err.trimEnd()).not.toContain('\n');
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  it('should refuse a port for another device', async () => {
    const { err } = await berus('run', 'lenet5', '--device', 'kernel', '--port', board.path);
    expect(err).toBe('berus: Expected --device to be board with --port, but received kernel.\n');
  });
});
