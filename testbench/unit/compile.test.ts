// SPDX-License-Identifier: Apache-2.0
// The compiler's words and its refusals.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkConfiguration,
  compileNetwork,
  type Configuration,
  configurationNames,
  getLane,
  loadConfiguration,
  packImages,
  partsOf,
  sumBits,
} from '../../src/compile/index.ts';
import { checkNetwork, lenet5, layerGeometry, type QuantizedNetwork } from '../../src/network/index.ts';
import { networkOf, quantizedOf } from '../support/layer-of.ts';

function blankLenet(): QuantizedNetwork {
  const layers = lenet5.layers.map((layer) =>
    quantizedOf(layer, { weights: new Uint8Array(layerGeometry(layer).taps * layer.filters) }),
  );
  return { ...networkOf('lenet5', layers), network: lenet5 };
}

describe('lenet5', () => {
  it('should do 416,520 absolute differences an image', () => {
    expect(lenet5.layers.map((layer) => layerGeometry(layer).sads)).toEqual([117_600, 240_000, 48_000, 10_080, 840]);
  });

  it('should be a valid network', () => {
    expect(() => checkNetwork(lenet5)).not.toThrow();
  });
});

describe('checkNetwork', () => {
  it('should name both layers and both shapes when they disagree', () => {
    const [conv1, conv2] = lenet5.layers;
    const layers = [conv1!, { ...conv2!, input: { height: 14, width: 14, channels: 8 } }];
    expect(() => checkNetwork({ name: 'n', layers })).toThrow(
      'Expected layer conv2 to read the 14x14x6 map that conv1 writes, but its input is 14x14x8.',
    );
  });

  it.each([
    [{ stride: 0 }, 'Expected conv1.stride to be an integer from 1 to 1024, but received 0.'],
    [{ filters: 1.5 }, 'Expected conv1.filters to be an integer from 1 to 65535, but received 1.5.'],
    [{ padding: -1 }, 'Expected conv1.padding to be an integer from 0 to 1024, but received -1.'],
    [{ kernelHeight: 40 }, 'Expected layer conv1 to leave at least 2x2 pixels, but received 0x28'],
  ])('should refuse %j', (change, message) => {
    expect(() => checkNetwork({ name: 'n', layers: [{ ...lenet5.layers[0]!, ...change }] })).toThrow(message);
  });
});

describe('configurations', () => {
  it('should all run lenet5', () => {
    expect(configurationNames()).toContain('default');
    for (const name of configurationNames()) {
      expect(() => compileNetwork(blankLenet(), loadConfiguration(name))).not.toThrow();
    }
  });

  it('should list the names when one is unknown', () => {
    expect(() => loadConfiguration('huge')).toThrow(
      /^Expected configuration to be one of tiny, default, wide.*, but received huge\.$/,
    );
    expect(() => loadConfiguration('toString')).toThrow('but received toString.');
  });

  it("should be read from a file of one's own, checked", () => {
    const folder = mkdtempSync(join(tmpdir(), 'berus configuration '));
    const path = join(folder, 'mine.json');
    const read = (text: string) => () => {
      writeFileSync(path, text);
      return loadConfiguration(path);
    };
    try {
      const own = { ...loadConfiguration('tiny'), rows: 7 };
      expect(read(JSON.stringify(own))()).toEqual(own);
      for (const [text, message] of [
        [JSON.stringify({ ...own, rows: 0 }), `rows in ${path} to be an integer from 1 to 64, but received 0.`],
        [JSON.stringify({ ...own, rows: '16' }), `rows in ${path} to be an integer from 1 to 64, but received "16".`],
        [JSON.stringify({ ...own, rows: undefined }), 'but received no rows.'],
        [JSON.stringify({ ...own, cells: 3 }), 'but received an unknown cells.'],
        ['[]', `Expected ${path} to be JSON with rows, columns, `],
        ['{', `Expected ${path} to be JSON with rows, columns, `],
      ] as const) {
        expect(read(text)).toThrow(message);
      }
      expect(() => loadConfiguration(join(folder, 'none.json'))).toThrow('but received ENOENT.');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  const base = loadConfiguration('default');
  it.each<[Partial<Configuration>, string]>([
    [{ rows: 0 }, 'Expected rows to be an integer from 1 to 64, but received 0.'],
    [{ columns: 65 }, 'Expected columns to be an integer from 1 to 64, but received 65.'],
    [{ dataBits: 1 }, 'Expected dataBits to be an integer from 2 to 16, but received 1.'],
    [{ accBits: 8 }, 'Expected accBits to exceed dataBits (8), but received 8.'],
    [{ weightDepth: Number.NaN }, 'Expected weightDepth to be an integer from 1 to 8388608, but received NaN.'],
  ])('should refuse %j', (change, message) => {
    expect(() => checkConfiguration({ ...base, ...change })).toThrow(message);
  });

  it.each<[Partial<Configuration>, string]>([
    [{ accBits: 16 }, 'Expected accBits to be at least 17 bits for layer fc1 (400 taps), but received 16.'],
    [
      { activationDepth: 1000 },
      'Expected activationDepth to be at least 1176 words for the output of layer conv1, but received 1000.',
    ],
    [
      { weightDepth: 4178 },
      'Expected weightDepth to be at least 4179 words for the weights of lenet5, but received 4178.',
    ],
    [{ foldDepth: 235 }, 'Expected foldDepth to be at least 236 words for the folds of lenet5, but received 235.'],
    [
      { programDepth: 164 },
      'Expected programDepth to be at least 165 words for the program of lenet5, but received 164.',
    ],
    [{ dataBits: 6 }, "Expected dataBits to be 8, the bits of lenet5's codes, but received 6."],
  ])('should say what lenet5 needs when it does not fit %j', (change, message) => {
    expect(() => compileNetwork(blankLenet(), { ...base, ...change })).toThrow(message);
  });
});

describe('sumBits', () => {
  it.each([
    [1, 8],
    [2, 9],
    [25, 13],
    [256, 16],
    [257, 17],
    [400, 17],
  ])('should hold %i taps of 8 bits in %i bits', (taps, bits) => {
    expect(sumBits(8, taps)).toBe(bits);
    expect(taps * 255).toBeLessThan(2 ** bits);
  });
});

describe('packImages', () => {
  it('should put value i of image l into lane l of word i, for any width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 16 }), fc.integer({ min: 1, max: 9 }), fc.gen(), (bits, count, g) => {
        const size = 5;
        const images = Uint16Array.from({ length: size * count }, () => g(fc.nat, 2 ** bits - 1));
        const stride = partsOf(count * bits);
        const parts = packImages(images, count, size, bits, stride);
        for (let image = 0; image < count; image++) {
          for (let i = 0; i < size; i++) {
            expect(getLane(parts, i * stride, image, bits)).toBe(images[image * size + i]);
          }
        }
      }),
    );
  });
});
