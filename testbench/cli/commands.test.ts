// SPDX-License-Identifier: Apache-2.0
// The commands as they are typed: what they print, and one line and exit code 2 for every bad input.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { berus } from './berus.ts';
import { readQuantized, shippedWeights, writeQuantized } from '../../src/network/index.ts';
import type { RunReport } from '../../src/report/index.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berus cli '));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('berus run', () => {
  it('should print one JSON object, and nothing else, with --json', async () => {
    const { code, out } = await berus('run', 'lenet5', '--config', 'tiny', '--images', '5', '--json');
    expect(code).toBe(0);
    const report = JSON.parse(out) as RunReport;
    expect(report).toMatchObject({
      network: 'lenet5',
      config: 'tiny',
      device: 'rtl',
      images: 5,
      bitExact: true,
      mismatches: 0,
      batches: 2,
    });
    expect(report.layers.map(({ name, bitExact }) => [name, bitExact])).toEqual(
      ['conv1', 'conv2', 'fc1', 'fc2', 'fc3'].map((name) => [name, true]),
    );
    expect(report.layers.reduce((sum, layer) => sum + layer.sads, 0)).toBe(5 * 416_520);
    expect(report.energyPerImage!.low).toBeLessThan(report.energyPerImage!.high);
  });

  it('should print the report', async () => {
    const { code, out } = await berus('run', 'lenet5', '--device', 'reference', '--images', '3');
    expect(code).toBe(0);
    expect(out).toContain('lenet5 on device reference, images: 3\n');
    expect(out).toMatch(/^bit-exact +yes +it is the reference$/m);
    expect(out).not.toContain('config');
  });

  it('should take weights from a file', async () => {
    const file = join(folder, 'same.safetensors');
    writeQuantized(file, readQuantized(shippedWeights('lenet5')));
    const { code } = await berus('run', 'lenet5', '--device', 'reference', '--images', '1', '--weights', file);
    expect(code).toBe(0);
    expect(await berus('run', file, '--device', 'kernel', '--images', '1')).toMatchObject({ code: 0 });
  });
});

describe('berus eval', () => {
  it('should measure the accuracy', async () => {
    const { code, out } = await berus('eval', 'lenet5', '--images', '200', '--json');
    expect(code).toBe(0);
    const report = JSON.parse(out) as { correct: number; accuracy: number; confusion: number[][] };
    expect(report).toMatchObject({ network: 'lenet5', device: 'kernel', bits: 8, imageBits: 8, images: 200 });
    expect(report.correct).toBeGreaterThanOrEqual(196);
    expect(report.accuracy).toBe(report.correct / 200);
    expect(report.confusion.flat().reduce((sum, count) => sum + count)).toBe(200);
    expect(report.confusion.reduce((sum, row, label) => sum + row[label]!, 0)).toBe(report.correct);
  });
});

describe('help', () => {
  it.each(['run', 'train', 'eval'])('should give an example of berus %s', async (command) => {
    const { code, out } = await berus(command, '--help');
    expect(code).toBe(0);
    expect(out).toContain(`Usage: berus ${command} [options] <network>`);
    expect(out).toMatch(new RegExp(`Example:\\n  \\$ berus ${command} lenet5 `));
  });

  it('should list the commands', async () => {
    const { code, out } = await berus('--help');
    expect(code).toBe(0);
    const names = [...out.matchAll(/^  ([a-z]+) /gm)].map(([, name]) => name);
    expect(names).toEqual([
      'run',
      'train',
      'import',
      'export',
      'quantize',
      'eval',
      'cycles',
      'energy',
      'fpga',
      'flash',
      'report',
      'sim',
      'help',
    ]);
  });

  it('should give the version of the package', async () => {
    expect(await berus('--version')).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe('bad input', () => {
  it.each([
    [['run', 'vgg'], 'Expected NETWORK to be lenet5, lenet5-cnn, resnet20-cnn or a file, but received vgg.'],
    [['run'], 'Expected NETWORK after the command, but received nothing.'],
    [['fly'], 'Expected a command that --help lists, but received fly.'],
    [['run', 'lenet5', '--fast'], 'Expected an option that --help lists, but received --fast.'],
    [['run', 'lenet5', '--images'], 'Expected a value after --images <n>, but received nothing.'],
    [['run', 'lenet5', '--images', '10001'], 'Expected --images to be an integer from 1 to 10000, but received 10001.'],
    [['run', 'lenet5', '--images', '0'], 'Expected --images to be an integer from 1 to 10000, but received 0.'],
    [['run', 'lenet5', '--images', '1.5'], 'Expected --images to be an integer from 1 to 10000, but received 1.5.'],
    [
      ['run', 'lenet5', '--config', 'huge'],
      'Expected --config to be one of tiny, tiny-pipelined, default, wide, cifar, single, sparse, cifar-sparse, cifar-blocks, cifar-pairs, twin, cifar-twin, hx8k, icebreaker or a .json file, but received huge.',
    ],
    [
      ['run', 'lenet5', '--device', 'fpga'],
      'Expected --device to be one of reference, kernel, rtl, netlist, board, but received fpga.',
    ],
    [['run', 'lenet5', 'more'], 'Expected no further arguments, but received some: quote what has spaces.'],
    [['eval', 'lenet5', '--images', 'ten'], 'Expected --images to be an integer from 1 to 10000, but received ten.'],
    [['train', 'lenet5', '--epochs', '0'], 'Expected --epochs to be an integer from 1 to 1000, but received 0.'],
    [['train', 'lenet5', '--bits', '1'], 'Expected --bits to be an integer from 2 to 16, but received 1.'],
    [['run', 'lenet5', '--weights', ''], "Expected --weights to be a file, but received ''."],
    [['train', 'lenet5', '--out', 'src'], 'Expected --out to be a file, but received the folder src.'],
    [
      ['train', 'lenet5', '--out', 'no such folder/a'],
      'Expected --out to be in a folder that can be written, but received no such folder/a (ENOENT).',
    ],
  ])('should be told in one line: %j', async (args, line) => {
    expect(await berus(...args)).toEqual({ code: 2, out: '', err: `berus: ${line}\n` });
  });

  it('should be a command that is missing, with help', async () => {
    const { code, err } = await berus();
    expect(code).toBe(2);
    expect(err).toContain('Usage: berus');
  });

  /** Writes the shipped weights with some bytes changed. */
  function damaged(name: string, change: (bytes: Uint8Array) => Uint8Array): string {
    const file = join(folder, name);
    writeFileSync(file, change(Uint8Array.from(readFileSync(shippedWeights('lenet5')))));
    return file;
  }

  it.each([
    ['missing', () => join(folder, 'missing')],
    ['empty', () => damaged('empty', () => new Uint8Array(0))],
    ['cut short', () => damaged('short', (bytes) => bytes.subarray(0, -1000))],
    ['changed', () => damaged('changed', (bytes) => bytes.with(bytes.length - 1000, bytes.at(-1000)! ^ 1))],
    ['not weights', () => damaged('text', () => new TextEncoder().encode('hello '.repeat(100)))],
  ])('should be weights that are %s', async (_, file) => {
    const path = file();
    const { code, out, err } = await berus('run', 'lenet5', '--device', 'reference', '--weights', path);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^berus: Expected [^\n]*, but received [^\n]*\n$/);
    expect(err).toContain(path);
  });

  it('should be weights of another network', async () => {
    const net = readQuantized(shippedWeights('lenet5'));
    const file = join(folder, 'other.safetensors');
    writeQuantized(file, { ...net, network: { ...net.network, name: 'other' } });
    expect(await berus('eval', 'lenet5', '--weights', file)).toMatchObject({
      code: 2,
      err: `berus: Expected ${file} to hold network lenet5, but received other.\n`,
    });
  });

  it('should be a network that does not fit the array', async () => {
    const net = readQuantized(shippedWeights('lenet5'));
    const file = join(folder, 'narrow.safetensors');
    const layers = net.layers.map((layer) => ({
      ...layer,
      weights: Uint16Array.from(layer.weights),
      padCodes: Uint16Array.from(layer.padCodes),
      bits: 9,
    }));
    writeQuantized(file, { ...net, imageBits: 9, bits: 9, layers });
    const { code, err } = await berus('run', 'lenet5', '--weights', file);
    expect(code).toBe(2);
    expect(err).toMatch(/^berus: Expected dataBits to be at least 9, [^\n]* but received 8\.\n$/);
  });

  it('should be a compiler that is missing', async () => {
    vi.stubEnv('BERUS_CACHE_DIR', join(folder, 'empty cache'));
    vi.stubEnv('CXX', '/no/such/compiler');
    const { code, out, err } = await berus('run', 'lenet5', '--images', '1');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^berus: Expected CXX to name a C\+\+17 compiler, but received \/no\/such\/compiler\.\n$/m);
  });

  it('should be a cache folder that cannot be written', async () => {
    const file = join(folder, 'a file');
    writeFileSync(file, '');
    vi.stubEnv('BERUS_CACHE_DIR', join(file, 'cache'));
    const { code, out, err } = await berus('run', 'lenet5', '--images', '1');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^berus: Expected a cache folder that can be written, but received [^\n]*\n$/m);
  });
});
