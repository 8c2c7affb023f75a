// SPDX-License-Identifier: Apache-2.0
// `berus flash`: the file, the command that programs it, and one line for bad input.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import { flashImage } from '../../src/device/index.ts';
import { readQuantized, shippedWeights } from '../../src/network/index.ts';
import { berus } from './berus.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berus flash '));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('berus flash', () => {
  it('should write the network, and say how to program it', async () => {
    const out = join(folder, "it's.bin");
    const result = await berus('flash', 'icebreaker', '--out', out);
    const { bytes } = flashImage(readQuantized(shippedWeights('lenet5')), {
      configuration: loadConfiguration('icebreaker'),
    });
    expect(readFileSync(out).equals(bytes)).toBe(true);
    expect(result).toEqual({
      ...{ code: 0, err: '' },
      out:
        `lenet5 for the flash of icebreaker: ${bytes.length} bytes\nwrote ${out}\n` +
        `program it with: iceprog -o 1024k '${out.replace("'", String.raw`'\''`)}'\n`,
    });
  });

  it('should have a mark, and bytes, that differ by configuration', async () => {
    const small = join(folder, 'small.json');
    writeFileSync(small, JSON.stringify({ ...loadConfiguration('icebreaker'), sideBits: 7 }));
    const [one, two] = await Promise.all(
      ['icebreaker', small].map(async (config) => {
        const out = join(folder, `${config === small ? 'two' : 'one'}.bin`);
        const result = await berus('flash', 'tinyfpga-bx', '--config', config, '--out', out, '--json');
        return JSON.parse(result.out) as { mark: number; config: string; command: string };
      }),
    );
    expect(one!.mark).not.toBe(two!.mark);
    expect(two).toMatchObject({ config: small, offset: 0x50000, network: 'lenet5' });
    expect(one!.command).toBe(`tinyprog --program-userdata '${join(folder, 'one.bin')}'`);
  });

  it.each([
    [
      ['upduino', '--out', 'a'],
      'Expected BOARD to load networks from its flash, but received upduino, which does not.',
    ],
    [['icebreaker'], /^Expected .*--out/],
    [['icebreaker', '--out', ''], "Expected --out to be a file, but received ''."],
    [
      ['icebreaker', '--out', 'a', '--network', 'vgg'],
      /^Expected NETWORK to be lenet5, lenet5-cnn, resnet20-cnn or a file/,
    ],
    [['hx8k', '--out', 'a', '--network', 'lenet5-cnn'], /^Expected .* of lenet5-cnn to take one pass over its taps /],
    [['nothing', '--out', 'a'], /^Expected BOARD to be one of /],
  ])('should refuse %j, and write nothing', async (args, line) => {
    const before = readdirSync('.');
    const { code, out, err } = await berus('flash', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const [, said] = /^berus: ([^\n]*)\n$/.exec(err)!;
    if (typeof line === 'string') expect(said).toBe(line);
    else expect(said).toMatch(line);
    expect(readdirSync('.')).toEqual(before);
  });

  it('should refuse a network that the flash has no room for', async () => {
    const own = join(folder, 'own');

    mkdirSync(own);
    writeFileSync(
      join(own, 'board.json'),
      JSON.stringify({
        ...{ name: 'own', family: 'ice40', device: 'up5k', package: 'sg48', configuration: 'icebreaker', clockMHz: 18 },
        flash: { offset: 65536, bytes: 131072, program: 'write FILE OFFSET' },
      }),
    );
    const { code, err } = await berus('flash', own, '--out', join(folder, 'large.bin'));
    expect(err).toMatch(
      /^berus: Expected the network to take at most the 65536 bytes that the flash of own has for it, but received \d+\.\n$/,
    );
    expect(code).toBe(2);
    expect(readdirSync(folder)).not.toContain('large.bin');
  });
});
