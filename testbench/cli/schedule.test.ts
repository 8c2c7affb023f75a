// SPDX-License-Identifier: Apache-2.0
// `--schedule`: what stays in the cells, chosen by the number of images.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import type { Timeline } from '../../src/cycles/index.ts';
import { berus } from './berus.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus schedule '));
const both = join(folder, 'both.json');
writeFileSync(both, JSON.stringify({ ...loadConfiguration('tiny'), partialDepth: 1024 }));
afterAll(() => rmSync(folder, { recursive: true }));

interface Counted {
  readonly schedule: string;
  readonly batches: number;
  readonly cycles: { readonly layers: number };
}

async function counted(...args: string[]): Promise<Counted> {
  return JSON.parse((await berus('cycles', ...args, '--json')).out) as Counted;
}

describe('berus cycles --schedule', () => {
  it('should take the schedule with fewer clocks for the images', async () => {
    const chosen = async (images: number): Promise<string> =>
      (await counted('resnet20', '--config', 'single', '--images', String(images))).schedule;
    const found = [await chosen(1), await chosen(15), await chosen(16), await chosen(17), await chosen(32)];
    // 17 images are two batches of 9 and 8.
    expect(found).toEqual(['weight', 'layers', 'output', 'layers', 'output']);
  });

  it('should count the schedule that is named', async () => {
    const count = (schedule: string): Promise<Counted> =>
      counted('lenet5', '--config', both, '--images', '4', '--schedule', schedule);
    const [weight, output] = [await count('weight'), await count('output')];
    expect(weight).toMatchObject({ schedule: 'weight', batches: 4 });
    expect(output).toMatchObject({ schedule: 'output', batches: 1 });
    const one = await counted('lenet5', '--config', both, '--images', '1', '--schedule', 'weight');
    expect(weight.cycles.layers).toBe(4 * one.cycles.layers);
  });

  it('should say in the text that weights are held', async () => {
    const { out } = await berus('cycles', 'lenet5', '--config', both, '--images', '2', '--schedule', 'weight');
    expect(out).toContain('images: 2 in 2 batches of one, weights held');
    expect(out).not.toContain('how layers lie');
  });

  it('should count a schedule for each layer, and say which', async () => {
    const args = ['lenet5', '--config', 'single', '--images', '4', '--schedule', 'layers'];
    const report = JSON.parse((await berus('cycles', ...args, '--json')).out) as Counted & {
      batchSize: number;
      layers: readonly { name: string; stays: string }[];
    };
    expect(report).toMatchObject({ schedule: 'layers', batches: 1, batchSize: 4 });
    expect(report.layers.map(({ name, stays }) => `${name}: ${stays}`)).toEqual([
      'conv1: weight',
      'conv2: weight',
      'fc1: weight',
      'fc2: weight',
      'fc3: weight',
      'fc3-turned: to-images',
    ]);
    const { out } = await berus('cycles', ...args);
    expect(out).toContain('images: 4 in 1 batch of at most 4');
    expect(out).toContain('weights stay in: conv1, conv2, fc1, fc2, fc3; turned to words of all images: fc3-turned');
  });

  it('should draw maps that are turned on the timeline', async () => {
    const path = join(folder, 'turned.json');
    const args = ['lenet5', '--config', 'single', '--images', '3', '--schedule', 'layers', '--timeline', path];
    const { cycles } = await counted(...args);
    const { traceEvents } = JSON.parse(readFileSync(path, 'utf8')) as Timeline;
    const drawn = (track: string) => traceEvents.filter(({ cat }) => cat === track);
    expect(drawn('layers').map(({ name }) => name)).toContain('fc3-turned');
    const clocks = (track: string): number => drawn(track).reduce((sum, { dur = 0 }) => sum + dur, 0);
    expect(clocks('layers')).toBe(cycles.layers);
    expect(clocks('sequencer')).toBe(cycles.layers);
    expect(drawn('sequencer').map(({ name }) => name)).toContain('stream block 0');
  });

  it('should draw folds on the timeline', async () => {
    const path = join(folder, 'folds.json');
    await counted('lenet5', '--config', both, '--images', '1', '--schedule', 'weight', '--timeline', path);
    const { traceEvents, otherData } = JSON.parse(readFileSync(path, 'utf8')) as Timeline;
    expect(otherData).toMatchObject({ schedule: 'weight', batches: 1 });
    expect(traceEvents.map(({ name }) => name)).toContain('push fold 0');
  });

  it('should keep sums in the cells where nothing else is built', async () => {
    expect(await counted('lenet5', '--config', 'tiny', '--images', '1')).toMatchObject({ schedule: 'output' });
    const { out } = await berus('cycles', 'lenet5', '--config', 'tiny', '--images', '1', '--schedule', 'weight');
    expect(out).toMatch(/partialDepth/);
  });

  it.each([
    [
      ['lenet5', '--schedule', 'rows'],
      'Expected --schedule to be one of auto, output, weight, layers, but received rows.',
    ],
  ])('should refuse %j', async (args, message) => {
    const { code, err } = await berus('cycles', ...args);
    expect(code).not.toBe(0);
    expect(err).toContain(message);
  });
});
