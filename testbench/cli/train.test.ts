// SPDX-License-Identifier: Apache-2.0
// `berus train` as it is typed, on a small data set of IDX files: what it prints and writes, and one line for bad input.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadMnist, subset } from '../../src/data/index.ts';
import { fileKind, lenet5, readFloat, readQuantized, writeFloat } from '../../src/network/index.ts';
import { initModel } from '../../src/train/model.ts';
import { berus } from './berus.ts';

let folder = '';
const at = (name: string): string => join(folder, name);

/** An IDX file of bytes. */
function idx(path: string, shape: readonly number[], values: Uint8Array): void {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.writeUInt32BE(0x800 + shape.length);
  shape.forEach((length, axis) => head.writeUInt32BE(length, 4 + 4 * axis));
  writeFileSync(path, Buffer.concat([head, values]));
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berus train '));
  mkdirSync(at('data'));
  for (const [part, count] of [
    ['train', 640],
    ['test', 100],
  ] as const) {
    const { images, labels } = subset(loadMnist(part), count);
    idx(at(`data/${part}-images`), [count, 28, 28], images);
    idx(at(`data/${part}-labels`), [count], labels);
  }
  const network = {
    name: 'tiny',
    input: { height: 28, width: 28, channels: 1 },
    layers: [
      { name: 'conv', kernel: 5, filters: 4, stride: 2, pool: 2 },
      { name: 'fc', kernel: 'full', cell: 'multiply', filters: 10, relu: false },
    ],
  };
  writeFileSync(at('tiny.json'), JSON.stringify(network));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const small = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
  berus('train', ...args, '--data', at('data'), '--epochs', '2');

describe('berus train', () => {
  it('should train a network of a user, and write integers, float model and curve', async () => {
    const files = ['--out', at('q'), '--float', at('f'), '--curve', at('c.svg')];
    const { code, out } = await small(at('tiny.json'), ...files, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(out) as Record<string, unknown>;
    expect(report).toMatchObject({
      network: 'tiny',
      bits: 8,
      epochs: 2,
      testImages: 100,
      out: at('q'),
      float: at('f'),
    });
    expect(report['history']).toHaveLength(2);
    expect(fileKind(at('f'))).toBe('float');
    expect(readFloat(at('f')).network.layers.map(({ cell }) => cell)).toEqual(['adder', 'multiply']);
    expect(readQuantized(at('q')).provenance).toMatchObject({ seed: 1, epochs: 2, accuracy: report['accuracy'] });
    expect(readFileSync(at('c.svg'), 'utf8')).toContain('<title>tiny: loss of training images</title>');
  });

  it('should train the twin that multiplies, without integers where only a float model is asked for', async () => {
    const { code, out } = await small('lenet5', '--twin', '--float', at('twin'));
    expect(code).toBe(0);
    expect(out).toMatch(/^lenet5-cnn: [\d.]+ % in floating point \(100 test images\), \d+ s\nwrote [^\n]*twin\n$/);
    expect(readFloat(at('twin')).network.layers.every(({ cell }) => cell === 'multiply')).toBe(true);
  });

  it('should go on from a checkpoint, and fine-tune a float model', async () => {
    const run = (...more: string[]) => small('lenet5', '--checkpoint', at('k'), '--float', at('g'), ...more);
    expect((await run()).code).toBe(0);
    const first = readFileSync(at('g'));
    expect((await run('--resume')).code).toBe(0);
    expect(readFileSync(at('g')).equals(first)).toBe(true);
    const tuned = ['--from', at('g'), '--fine-tune', '--bits', '2', '--out', at('q2'), '--json'];
    const { code, out } = await small('lenet5', ...tuned);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ bits: 2, epochs: 2 });
    expect(readQuantized(at('q2')).bits).toBe(2);
  });
});

describe('bad input of berus train', () => {
  it.each([
    [['vgg'], /Expected a network's name \(lenet5, [^)]*\)[^,]*, but received vgg\./],
    [['no.json'], /Expected no\.json to be a file that can be read, but received ENOENT\./],
    [['lenet5', '--rate', '0'], /Expected --rate to be a number of at least 1e-9, but received 0\./],
    [['lenet5', '--momentum', '1.5'], /Expected --momentum to be a number from 0 to 1, but received 1\.5\./],
    [['lenet5', '--momentum', '1'], /Expected momentum to be a number from 0 to below 1, but received 1\./],
    [['lenet5', '--eta', 'x'], /Expected --eta to be a number of at least 0, but received x\./],
    [['lenet5', '--batch', '100'], /Expected batch to be a multiple of 16, but received 100\./],
    [
      ['lenet5', '--augment', 'blur'],
      /Expected --augment to be one of none, shift, affine, crop-flip, but received blur\./,
    ],
    [['lenet5', '--power-from', '3'], /Expected --power-from to be a number from 1 to 2, but received 3\./],
    [
      ['lenet5', '--power-from', '2', '--power-epochs', '2'],
      /Expected powerEpochs to be an integer from 0 to 1, but received 2\./,
    ],
    [['lenet5', '--fine-tune'], /Expected --fine-tune to have --from with a float model, but received none\./],
    [['lenet5', '--resume'], /Expected --resume to have --checkpoint with the file to go on from, but received none\./],
    [['lenet5', '--from', 'no'], /Expected no to be a file that can be read, but received ENOENT\./],
    [['lenet5', '--checkpoint', 'no', '--resume'], /Expected no to be a file that can be read, but received ENOENT\./],
    [['lenet5', '--curve', 'src'], /Expected --curve to be a file, but received the folder src\./],
    [
      ['lenet5', '--float', 'no/f'],
      /Expected --float to be in a folder that can be written, but received no\/f \(ENOENT\)\./,
    ],
    [['lenet5-cnn', '--twin'], /Expected --twin with a network that adds, but received lenet5-cnn\./],
    [['cifar-small'], /Expected data set .* to hold pictures of 32x32x3 for cifar-small, but received 28x28x1\./],
  ])('should be told in one line: %j', async (args, line) => {
    const { code, out, err } = await small(...args, '--out', at('none'));
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(new RegExp(`^berus: ${line.source}\n$`));
    expect(existsSync(at('none'))).toBe(false);
  });

  it('should be a float model of another network', async () => {
    const network = { ...lenet5, name: 'other' };
    writeFloat(at('other'), initModel(network, { mean: [0.1], deviation: [0.3], padding: 'black' }, 1));
    const { code, err } = await small('lenet5', '--from', at('other'), '--fine-tune', '--out', at('none'));
    expect(code).toBe(2);
    expect(err).toBe(`berus: Expected ${at('other')} to hold network lenet5, but received other.\n`);
  });

  it('should leave nothing behind', () => {
    expect(readdirSync(folder).filter((name) => name.includes('tmp'))).toEqual([]);
  });
});
