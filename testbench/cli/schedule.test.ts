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
    // The 17th image would be a batch by itself.
    expect(found).toEqual(['weight', 'weight', 'output', 'weight', 'output']);
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
    [['lenet5', '--schedule', 'rows'], 'Expected --schedule to be one of auto, output, weight, but received rows.'],
  ])('should refuse %j', async (args, message) => {
    const { code, err } = await berus('cycles', ...args);
    expect(code).not.toBe(0);
    expect(err).toContain(message);
  });
});
