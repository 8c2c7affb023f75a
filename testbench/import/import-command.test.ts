// SPDX-License-Identifier: Apache-2.0
// `berus import` and `berus export` as they are typed.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ImportCommandReport } from '../../src/cli/import-command.ts';
import { stateDict } from '../../src/import/index.ts';
import { readFloat, writeFloat } from '../../src/network/index.ts';
import { singles } from '../../src/network/tensor.ts';
import { berus } from '../cli/berus.ts';
import { scratchFolder, smallModel } from './models.ts';
import { legacyBytes, torchZipBytes } from './torch-writer.ts';

const folder = scratchFolder();
const at = (name: string): string => join(folder, name);
const model = smallModel();
const scaling = ['--mean', '0.5, 0.25', '--deviation', '0.2,0.1'];

/** The small network as a user writes it down. */
const form = {
  name: 'small',
  input: { height: 3, width: 3, channels: 2 },
  layers: [
    { name: 'conv1', kernel: [2, 3], filters: 4, relu: false },
    { name: 'fc', cell: 'multiply', kernel: 'full', filters: 3, relu: false },
  ],
};

const entries = (): Record<string, { shape: readonly number[]; values: Float32Array }> => ({
  ...Object.fromEntries(
    [...stateDict(model)].map(([name, tensor]) => [name, { shape: tensor.shape, values: singles(tensor) }]),
  ),
  'aux.weight': { shape: [1], values: Float32Array.of(5) },
  'bn1.num_batches_tracked': { shape: [], values: Float32Array.of(9) },
});

beforeAll(() => {
  writeFileSync(at('small.json'), JSON.stringify(form));
  writeFileSync(at('small.pth'), legacyBytes(entries()));
  writeFileSync(at('small.pt'), torchZipBytes(entries()));
  writeFileSync(at('text.pth'), 'no weights');
});

async function bad(...args: string[]): Promise<string> {
  const { code, out, err } = await berus(...args);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(/^berus: Expected [^\n]*\.\n$/);
  return err.replaceAll(folder, 'FOLDER');
}

describe('berus import', () => {
  it.each(['small.pth', 'small.pt'])('should write the float model of %s and say where it came from', async (file) => {
    const { code, out } = await berus(
      'import',
      at(file),
      '--network',
      at('small.json'),
      '--out',
      at('out'),
      ...scaling,
    );
    expect(code).toBe(0);
    expect(out).toContain('2 layers by name, 100 numbers\n');
    expect(out).toMatch(/^conv1 +conv1\.adder +F32 \[4, 2, 2, 3\] +bn1\.weight, bias, running_mean, running_var$/m);
    expect(out).toContain('ignored: 1 of num_batches_tracked\n');
    expect(out).toContain('warning: conv1 has 1 channels of zero variance\n');
    expect(out).toContain('warning: no layer took aux.weight\n');
    const { provenance, layers } = readFloat(at('out'));
    expect(provenance).toMatchObject({ source: file, matched: 'names' });
    expect(layers.map(({ weights }) => weights)).toEqual(model.layers.map(({ weights }) => weights));
  });

  it('should print one JSON object with --json', async () => {
    const { code, out } = await berus(
      'import',
      at('small.pt'),
      '--network',
      at('small.json'),
      '--out',
      at('out'),
      '--json',
      ...scaling,
    );
    expect(code).toBe(0);
    const report = JSON.parse(out) as ImportCommandReport;
    expect(report).toMatchObject({
      network: 'small',
      format: 'torch-zip',
      by: 'names',
      extra: ['aux.weight'],
      out: at('out'),
    });
    expect(report.input).toEqual({ mean: [0.5, 0.25], deviation: [0.2, 0.1], padding: 'zero' });
  });

  it('should print no control characters of a file', async () => {
    const evil = '\u001b[2Jname\n'.repeat(30);
    writeFileSync(at('evil.pt'), torchZipBytes({ ...entries(), [evil]: { shape: [1], values: Float32Array.of(1) } }));
    const { code, out } = await berus(
      'import',
      at('evil.pt'),
      '--network',
      at('small.json'),
      '--out',
      at('out'),
      ...scaling,
    );
    expect(code).toBe(0);
    expect(out).toMatch(/^[\n\x20-\x7e]*$/);
    expect(out).toMatch(/^warning: no layer took aux\.weight, \?\[2Jname.{60,90}\.\.\.$/m);
  });

  it('should take a mapping', async () => {
    writeFileSync(at('map.json'), JSON.stringify({ conv1: { norm: null } }));
    const args = ['--network', at('small.json'), '--out', at('out'), '--map', at('map.json'), ...scaling];
    expect((await berus('import', at('small.pt'), ...args)).out).toContain('2 layers by the mapping');
  });

  it.each<[string, string[], string]>([
    ['a file that is none', ['text.pth'], 'FOLDER/text.pth to be a PyTorch, safetensors or NPZ file'],
    ['no file', ['none.pth'], 'FOLDER/none.pth to be a file that can be read, but received ENOENT'],
    [
      'another network',
      ['small.pt', '--network', 'lenet5', '--mean', '0', '--deviation', '1'],
      'to hold all tensors of lenet5, but received it without conv2.adder or conv2.weight',
    ],
    ['an unknown network', ['small.pt', '--network', 'lenet6'], "a network's name (lenet5,"],
    ['left tensors and --strict', ['small.pt', '--strict'], 'nothing but the layers of small, but received aux.weight'],
    [
      'words for the mean',
      ['small.pt', '--mean', '1,x'],
      'Expected --mean to be numbers between commas, but received 1,x.',
    ],
    [
      'too few means',
      ['small.pt', '--mean', '1'],
      'Expected the mean to be finite numbers, one for each of 2 channels, but received 1.',
    ],
    [
      'a mapping that is none',
      ['small.pt', '--map', 'text.pth'],
      'FOLDER/text.pth to hold JSON, but received other text',
    ],
    ['a folder to write', ['small.pt', '--out', '.'], 'Expected --out to be a file, but received the folder'],
  ])('should end with one line for %s, the old file as it was', async (_, [file, ...rest], message) => {
    writeFileSync(at('kept'), 'before');
    const paths = rest.map((word) => (word === '.' || existing.has(word) ? at(word) : word));
    const own = ['--network', at('small.json'), '--out', at('kept'), ...scaling];
    expect(await bad('import', at(file!), ...own, ...paths)).toContain(message);
    expect(readFileSync(at('kept'), 'utf8')).toBe('before');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('should ask for the network', async () => {
    expect(await bad('import', at('small.pt'), '--out', at('out'))).toBe(
      'berus: Expected the option --network <network>, but received none.\n',
    );
  });
});

const existing = new Set(['text.pth']);

describe('berus export', () => {
  it('should write what import reads back', async () => {
    writeFloat(at('float'), model);
    const { code, out } = await berus('export', at('float'), '--out', at('torch.safetensors'));
    expect(code).toBe(0);
    expect(out).toContain('small: 10 tensors as a PyTorch state dict\n');
    const args = ['--network', at('small.json'), '--out', at('again'), '--strict', ...scaling];
    expect((await berus('import', at('torch.safetensors'), ...args)).code).toBe(0);
    const { provenance: _, ...again } = readFloat(at('again'));
    expect(again).toEqual(model);
    const json = await berus('export', at('float'), '--out', at('torch.safetensors'), '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      network: 'small',
      tensors: [{ name: 'conv1.adder', shape: [4, 2, 2, 3] }, {}, {}, {}, {}, {}, {}, {}, {}, {}],
    });
  });

  it('should refuse other files', async () => {
    expect(await bad('export', at('small.pth'), '--out', at('x'))).toContain('FOLDER/small.pth to hold');
    expect(await bad('import', at('float'), '--network', at('small.json'), '--out', at('x'))).toContain(
      'a file of this project (berus-float), which needs no import',
    );
  });
});
