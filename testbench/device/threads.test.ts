// SPDX-License-Identifier: Apache-2.0
// A data set on several threads gives what one gives, and whatever ends a thread ends the run.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import { occupanciesOf } from '../../src/cycles/index.ts';
import { loadMnist } from '../../src/data/index.ts';
import { type CheckedRun, type CheckedRunOptions, DeviceFault, partSize, runChecked } from '../../src/device/index.ts';
import { runThreads } from '../../src/device/run-threads.ts';
import { packageRoot, readQuantized, shippedWeights } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { withBug } from '../support/planted-bug.ts';

const network = readQuantized(shippedWeights('lenet5'));
const COUNT = 42;
const options: CheckedRunOptions = {
  network,
  configuration: loadConfiguration('tiny'),
  level: 'rtl',
  checker: 'reference',
  verify: 'layer',
  images: loadMnist('test').images.slice(0, COUNT * 784),
  count: COUNT,
};

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berus threads '));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What does not depend on the clock on the wall. */
function counted(run: Awaited<ReturnType<typeof runChecked>>): Omit<CheckedRun, 'simulated'> & { cycles: number } {
  const { simulated, ...rest } = run as CheckedRun;
  return { ...rest, cycles: simulated!.cycles };
}

describe('runChecked', () => {
  it('should give with several threads what it gives with one', async () => {
    expect(COUNT).toBeGreaterThan(2 * partSize(options));
    const told = { ...options, zeros: true };
    const one = counted(await runChecked(told));
    expect(one.count).toBe(COUNT);
    const { maps } = inferReference(network, options.images, COUNT);
    expect(one.occupied).toEqual(occupanciesOf(network.network, options.configuration, options.images, maps, COUNT));
    expect(one.layers).toEqual(network.layers.map(() => ({ mismatches: 0 })));
    const done: number[] = [];
    const three = await runChecked({ ...told, threads: 3, onDone: (images) => done.push(images) });
    expect(counted(three)).toEqual(one);
    expect(done.at(-1)).toBe(COUNT);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });

  it('should carry a fault of the device from its thread', { timeout: 180_000 }, async () => {
    const hang = 'if (layer_done & layer[0]) begin\n        flushing';
    await withBug('sequencer.v', 'if (layer_done) begin\n        flushing', hang, async (rtl) => {
      const fault = await runChecked({ ...options, rtl, threads: 2 }).catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(DeviceFault);
      expect((fault as Error).message).toMatch(
        /^Expected the accelerator to run batch 0 of lenet5, but it reports a batch that takes too long; the last word is conv1's\.$/,
      );
    });
  });

  it('should stop at the wrong word of the first image that has one', async () => {
    await withBug('adder_row.v', ' - {W_LANE{difference[W_LANE-1]}}', '', async (rtl) => {
      const wrong = { ...options, rtl, verify: 'tile' as const };
      const one = await runChecked(wrong);
      expect(one).toMatchObject({ wrong: { layer: 'conv1', image: expect.any(Number) as number } });
      expect(await runChecked({ ...wrong, threads: 2 })).toEqual(one);
    });
  });

  it('should refuse what a thread refuses, as it would itself', async () => {
    const images = options.images.slice(1);
    await expect(runChecked({ ...options, images, threads: 2 })).rejects.toThrow(RangeError);
  });
});

describe('runThreads', () => {
  it('should fail when a thread ends before its work is done, and end the others', async () => {
    const file = join(folder, 'ends.mjs');
    writeFileSync(
      file,
      `import { parentPort, threadId } from 'node:worker_threads';
       parentPort.once('message', ({ first }) => { if (first === 1) process.exit(7); });
       setInterval(() => {}, 1000);`,
    );
    const parts = [0, 1, 2].map((first) => ({ first, count: 1 }));
    const run = runThreads(options, options.images, parts, 2, () => undefined, file);
    await expect(run).rejects.toThrow('A thread of the device ended before its work was done, with exit code 7.');
  });
});

describe('berus run', () => {
  it('should end at once when it is interrupted', async () => {
    const main = join(packageRoot(), 'dist', 'src', 'cli', 'main.js');
    const args = [main, 'run', 'lenet5', '--config', 'tiny', '--images', '10000', '--threads', '2'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    // Progress shows that the threads are at work.
    await new Promise((resolve) => child.stderr.once('data', resolve));
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    child.kill('SIGINT');
    expect(await ended).toBe('SIGINT');
  });
});
