// SPDX-License-Identifier: Apache-2.0
// LeNet-5 with all its weights on a board for which they are large memories: the whole way from the command through a serial
// port to the Verilated top of the board, with the configuration that its bitstream has; and out of its flash.

import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBoard } from '../../fpga/index.ts';
import { loadConfiguration } from '../../src/compile/index.ts';
import type { RunReport } from '../../src/report/index.ts';
import { berus } from '../cli/berus.ts';
import { plugIn, type PtyBoard } from '../fpga/board/pty-board.ts';

const { id, configuration: config } = readBoard('icebreaker');
const configuration = loadConfiguration(config);

let board: PtyBoard;
let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berus lenet5 '));
  board = await plugIn({ board: id, configuration });
}, 300_000);

afterAll(() => {
  board.unplug();
  rmSync(folder, { recursive: true, force: true });
});

describe('LeNet-5 on the HX8K, whose weights come for each batch', () => {
  const { id: small, configuration: name, flash: hasFlash } = readBoard('hx8k');
  const run = (port: string): ReturnType<typeof berus> =>
    berus(...['run', 'lenet5', '--device', 'board', '--port', port, '--config', name, '--images', '3', '--json']);

  it('should give the integers of the reference, from the flash', { timeout: 300_000 }, async () => {
    const flash = join(folder, 'lenet5 hx8k.bin');
    const written = await berus('flash', small, '--network', 'lenet5', '--out', flash, '--json');
    expect(JSON.parse(written.out)).toMatchObject({ bytes: statSync(flash).size, offset: hasFlash!.offset });
    using flashed = await plugIn({ board: small, configuration: loadConfiguration(name) }, flash);
    for (const _session of ['first', 'second']) {
      const { code, out, err } = await run(flashed.path);
      expect(out, err).not.toBe('');
      const report = JSON.parse(out) as RunReport;
      expect(report).toMatchObject({ images: 3, bitExact: true, mismatches: 0, countersEqual: true });
      expect(report.link).toMatchObject({ networkHeld: true, segmentsFromFlash: true });
      expect(report.link!.bytesSent).toBeLessThan(12_000);
      // Two batches, whose weights come at four clocks a byte.
      expect(report.cycles!.layers).toBeLessThan(2 * 360_000);
      expect(code).toBe(0);
    }
  });

  it('should give them over the line', { timeout: 300_000 }, async () => {
    using plugged = await plugIn({ board: small, configuration: loadConfiguration(name) });
    const { code, out, err } = await run(plugged.path);
    expect(out, err).not.toBe('');
    const report = JSON.parse(out) as RunReport;
    expect(report).toMatchObject({ images: 3, bitExact: true, mismatches: 0, countersEqual: true });
    // Two batches.
    expect(report.link!.bytesSent).toBeGreaterThan(2 * 61_320);
    expect(report.link).toMatchObject({ networkHeld: false, segmentsFromFlash: false });
    expect(code).toBe(0);
  });
});

describe('LeNet-5 on the iCEBreaker', () => {
  it('should give the integers of the reference', { timeout: 300_000 }, async () => {
    const { code, out, err } = await berus(
      ...['run', 'lenet5', '--device', 'board', '--port', board.path, '--config', config, '--images', '1', '--json'],
    );
    expect(out, err).not.toBe('');
    const report = JSON.parse(out) as RunReport;
    expect(report).toMatchObject({ images: 1, bitExact: true, mismatches: 0, countersEqual: true });
    // All weights, once, each with its flag.
    expect(report.link!.bytesSent).toBeGreaterThan((61_470 * 9) / 8);
    expect(report.link!.networkHeld).toBe(false);
    expect(code).toBe(0);
  });

  it(
    'should give them with the network from its flash, where a host sends pictures alone',
    { timeout: 300_000 },
    async () => {
      const flash = join(folder, 'lenet5.bin');
      const written = await berus('flash', id, '--network', 'lenet5', '--out', flash, '--json');
      const { offset } = readBoard(id).flash!;
      expect(JSON.parse(written.out)).toMatchObject({
        ...{ board: id, network: 'lenet5', out: flash, bytes: statSync(flash).size, offset },
        command: `iceprog -o ${offset / 1024}k '${flash}'`,
      });
      using flashed = await plugIn({ board: id, configuration }, flash);
      const { code, out, err } = await berus(
        ...[
          'run',
          'lenet5',
          '--device',
          'board',
          '--port',
          flashed.path,
          '--config',
          config,
          '--images',
          '1',
          '--json',
        ],
      );
      expect(out, err).not.toBe('');
      const report = JSON.parse(out) as RunReport;
      expect(report).toMatchObject({ images: 1, bitExact: true, mismatches: 0, countersEqual: true });
      expect(report.link!.networkHeld).toBe(true);
      expect(report.link!.bytesSent).toBeLessThan(4000);
      expect(code).toBe(0);
    },
  );

  it('should be refused where its weights do not fit all at once, before anything is sent', async () => {
    const small = join(folder, 'small.json');
    writeFileSync(small, JSON.stringify({ ...configuration, weightDepth: 15_000 }));
    const { code, out, err } = await berus(
      ...['run', 'lenet5', '--device', 'board', '--port', board.path, '--config', small, '--images', '1'],
    );
    expect(err).toMatch(
      /^berus: Expected weightDepth to be at least \d+ words for the weights of lenet5, all at once, as the buffer has one port \(weightPorts\), most of them of layer fc1, but received 15000\.\n$/,
    );
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});
