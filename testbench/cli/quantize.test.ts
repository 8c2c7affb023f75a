// SPDX-License-Identifier: Apache-2.0
// `berus quantize` and `berus eval` of files, as they are typed.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMnist, subset } from '../../src/data/index.ts';
import { createPass, loadKernel } from '../../src/kernel/index.ts';
import { lenet5, readQuantized, shippedWeights, writeFloat } from '../../src/network/index.ts';
import { recalibrate } from '../../src/train/evaluate.ts';
import { randomModel } from '../kernel/models.ts';
import { berus } from './berus.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus quantize '));
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  const model = randomModel(lenet5, 1);
  recalibrate(createPass(await loadKernel(), lenet5, 128), model, subset(loadMnist('train'), 256));
  writeFloat(path('float'), model, { seed: 1 });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('berus quantize', () => {
  it('should write a file that berus eval reads, and say the same accuracy', async () => {
    const args = ['--bits', '6', '--out', path('six'), '--calibrate', '64', '--images', '50'];
    const { code, out } = await berus('quantize', path('float'), ...args, '--fold', 'shift-add', '--json');
    expect(code).toBe(0);
    const report = JSON.parse(out) as Record<string, unknown>;
    expect(report).toMatchObject({
      ...{ network: 'lenet5', bits: 6, imageBits: 8, scales: 'any', fold: 'shift-add', images: 50 },
      out: path('six'),
    });
    const net = readQuantized(path('six'));
    expect(net).toMatchObject({ bits: 6, imageBits: 8 });
    const { accuracy, floatAccuracy } = report;
    expect(net.provenance).toMatchObject({ seed: 1, fold: 'shift-add', testImages: 50, accuracy, floatAccuracy });
    const again = await berus('eval', path('six'), '--images', '50', '--float', path('float'), '--json');
    expect(JSON.parse(again.out)).toMatchObject({ network: 'lenet5', bits: 6, images: 50, accuracy, floatAccuracy });
  });

  it('should sweep over widths, into a table and a plot', async () => {
    const args = ['--sweep', '3-4', '--plot', path('plot.svg'), '--calibrate', '32', '--images', '30'];
    const { code, out } = await berus('quantize', path('float'), ...args);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^lenet5: \d+\.\d\d % in floating point \(30 test images\)\n\nbits +accuracy +points +correct\n +3 /,
    );
    expect(readFileSync(path('plot.svg'), 'utf8')).toMatch(/^<svg [^]*<\/svg>\s*$/);
    const json = await berus('quantize', path('float'), ...args, '--json');
    const report = JSON.parse(json.out) as { sweep: { bits: number; correct: number }[] };
    expect(report.sweep.map(({ bits }) => bits)).toEqual([3, 4]);
  });

  it.each<[string[], string]>([
    [['--bits', '1', '--out', 'x'], 'Expected --bits to be an integer from 2 to 16, but received 1.'],
    [['--bits', '8'], 'Expected --out with the file to write, but received none.'],
    [['--sweep', '2-17'], 'Expected --sweep to be a range of bits within 2-16, but received 2-17.'],
    [['--sweep', '8-2'], 'Expected --sweep to be a range of bits within 2-16, but received 8-2.'],
    [['--sweep', 'all'], 'Expected --sweep to be a range of bits within 2-16, but received all.'],
    [['--sweep', '2', '--out', 'x'], 'Expected --plot with --sweep, but received --out: no network is kept.'],
    [['--sweep', '2', '--bits', '4'], 'Expected one of --bits and --sweep, but received both.'],
    [['--plot', 'x', '--out', 'y'], 'Expected --plot with --sweep, but received it alone.'],
    [['--fold', 'mul', '--out', 'x'], 'Expected --fold to be one of any, shift-add, power-of-two, but received mul.'],
    [['--scales', '2', '--out', 'x'], 'Expected --scales to be one of any, power-of-two, but received 2.'],
    [
      ['--out', 'no such folder/x'],
      'Expected --out to be in a folder that can be written, but received no such folder/x (ENOENT).',
    ],
  ])('should tell bad input in one line: %j', async (args, line) => {
    expect(await berus('quantize', path('float'), ...args)).toEqual({ code: 2, out: '', err: `berus: ${line}\n` });
  });

  it('should refuse a file that is no float model, and leave none behind', async () => {
    const refused = async (file: string): Promise<string> => {
      const { code, out, err } = await berus('quantize', file, '--out', path('none'));
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/^berus: Expected [^\n]+\.\n$/);
      return err;
    };
    expect(await refused('missing')).toBe('berus: Expected FILE to be a file, but received missing.\n');
    expect(await refused(shippedWeights('lenet5'))).toMatch(
      /Expected FILE to hold a float model, but received the quantized/,
    );
    writeFileSync(path('cut'), readFileSync(path('float')).subarray(0, 1000));
    await refused(path('cut'));
    expect(existsSync(path('none'))).toBe(false);
  });
});

describe('berus eval', () => {
  it('should show what is taken for what', async () => {
    const { code, out } = await berus('eval', 'lenet5', '--images', '60', '--device', 'reference');
    expect(code).toBe(0);
    expect(out).toMatch(/^lenet5, 8-bit codes: [\d.]+ % \(\d+ of 60 images\)\n\nanswers, by label\nlabel +0 +1 /);
    expect(out.trim().split('\n')).toHaveLength(14);
  });

  it('should measure a float model alone, and every layer beside integers', async () => {
    const float = await berus('eval', path('float'), '--images', '20', '--json');
    expect(JSON.parse(float.out)).toMatchObject({ bits: null, images: 20, layers: [] });
    const both = await berus('eval', 'lenet5', '--float', path('float'), '--images', '20');
    expect(both.out).toMatch(/^lenet5, floating point: /m);
    expect(both.out).toMatch(/^layer +codes against float, dB\nconv1 /m);
  });

  it.each<[string[], string]>([
    [['vgg'], 'Expected NETWORK to be lenet5, lenet5-cnn, resnet20-cnn or a file, but received vgg.'],
    [['lenet5', '--device', 'rtl'], 'Expected --device to be one of kernel, reference, but received rtl.'],
    [['lenet5', '--float', 'none'], 'Expected --float to be a file, but received none.'],
  ])('should tell bad input in one line: %j', async (args, line) => {
    expect(await berus('eval', ...args)).toEqual({ code: 2, out: '', err: `berus: ${line}\n` });
  });

  it('should refuse options that do not go with a file', async () => {
    const refused = async (...args: string[]): Promise<string> => (await berus('eval', path('float'), ...args)).err;
    expect(await refused('--device', 'reference')).toBe(
      'berus: Expected --device to be kernel for a float model, but received reference.\n',
    );
    expect(await refused('--float', path('float'))).toBe(
      'berus: Expected --float beside a quantized network, but received it beside a float one.\n',
    );
    expect(await refused('--weights', 'x')).toMatch(
      /^berus: Expected --weights with one of lenet5, lenet5-cnn, resnet20-cnn alone, but received it with /,
    );
  });
});
