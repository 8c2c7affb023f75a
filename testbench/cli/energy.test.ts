// SPDX-License-Identifier: Apache-2.0
// `berus energy` as it is typed: the same estimate as that of a run, laws of the comparison, and one line for bad input.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EnergyCommandReport, RunReport } from '../../src/report/index.ts';
import { berus } from './berus.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berus energy '));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function energy(...args: string[]): Promise<EnergyCommandReport> {
  const { code, out, err } = await berus('energy', ...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as EnergyCommandReport;
}

describe('berus energy', () => {
  it('should be what berus run estimates from the counters of the RTL', async () => {
    const args = ['lenet5', '--config', 'tiny', '--images', '5'];
    const ran = (JSON.parse((await berus('run', ...args, '--json')).out) as RunReport).energyPerImage!;
    const form = await energy(...args);
    const { sources: _, multiplierTwin, multiplierRatio, ...adder } = ran;
    expect(form.energyPerImage).toEqual(adder);
    expect(form.twin.energyPerImage).toEqual(multiplierTwin);
    expect(form.multiplierRatio).toEqual(multiplierRatio);
  });

  it('should add up, and cost the twin only more arithmetic and longer sums', async () => {
    const { layers, host, energyPerImage, twin, sources } = await energy('lenet5');
    for (const { layers: parts, host: moved, energyPerImage: total } of [{ layers, host, energyPerImage }, twin]) {
      const sum = parts.reduce((before, { energy: part }) => before + part.typical, moved.typical);
      expect(sum / total.typical).toBeCloseTo(1, 10);
    }
    expect(twin.energyPerImage.offChip).toEqual(energyPerImage.offChip);
    expect(twin.energyPerImage.compute.typical).toBeGreaterThan(energyPerImage.compute.typical);
    expect(layers.reduce((before, { operations }) => before + operations, 0)).toBe(416_520);
    for (const source of Object.values(sources).flat()) {
      expect(Object.values(source).every((text) => text.length > 0)).toBe(true);
    }
  });

  it('should cost more with a worse memory off chip, and where the network is loaded for each batch', async () => {
    const { offChip, batches } = await energy('lenet5', '--images', '160');
    expect(batches).toBe(10);
    const bits = offChip.types.map(({ picojoulesPerBit }) => picojoulesPerBit);
    expect(bits).toEqual(bits.toSorted((a, b) => a - b));
    for (const { loadedOnce, loadedEachBatch, picojoulesPerBit } of offChip.types) {
      // Nine more loads of the network for 160 images, off chip and into its buffers.
      const more = loadedEachBatch.adder - loadedOnce.adder;
      const moved = (9 * offChip.networkBytes * 8 * picojoulesPerBit * 1e-3) / 160;
      expect(more).toBeGreaterThan(moved);
      expect(more).toBeLessThan(1.3 * moved + 20);
      expect(loadedEachBatch.ratio).toBeLessThan(loadedOnce.ratio);
    }
  });

  it('should print what it says in JSON, within 110 columns but for sources', async () => {
    const { code, out } = await berus('energy', 'lenet5', '--schedule', 'output');
    expect(code).toBe(0);
    const [report] = out.split('Estimated:');
    expect(Math.max(...report!.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    expect(report).toMatch(/^total +[\d,.]+ +[\d,.]+ +[\d,.]+ /m);
    expect(report).toMatch(/^64x64 /m);
  });

  it('should write the files of Accelergy, all of them', async () => {
    const out = join(folder, 'new', 'folder');
    await energy('lenet5', '--accelergy', out);
    expect(readdirSync(out).toSorted()).toEqual([
      'ERT.aladdin-40-nm-1-ns.yaml',
      'ERT.aladdin-40-nm-5-ns.yaml',
      'ERT.horowitz-45-nm.yaml',
      'ERT.jouppi-7-nm.yaml',
      'action_counts.yaml',
    ]);
  });

  it.each([
    [['resnet20'], 'Expected NETWORK to be lenet5 or a file, but received resnet20.'],
    [['lenet5', '--images', '0'], 'Expected --images to be an integer from 1 to 1000000, but received 0.'],
    [['lenet5', '--accelergy', ''], "Expected --accelergy to be a folder that can be made, but received ''."],
    [['lenet5', '--config', 'huge'], /^Expected --config to be one of .*, but received huge\.$/],
  ])('should refuse %j in one line', async (args, message) => {
    const { code, out, err } = await berus('energy', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.trimEnd().replace(/^berus: /, '')).toMatch(
      message instanceof RegExp ? message : new RegExp(`^${message.replace(/[.']/g, '\\$&')}$`),
    );
  });

  it('should refuse a folder that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, err } = await berus('energy', 'lenet5', '--accelergy', file);
    expect(code).toBe(2);
    expect(err).toBe(`berus: Expected --accelergy to be a folder that can be made, but received ${file} (EEXIST).\n`);
  });
});
