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
  passBits,
  totalBits,
} from '../../src/compile/index.ts';
import { checkNetwork, lenet5, layerGeometry, type QuantizedNetwork, twinOf } from '../../src/network/index.ts';
import { networkOf, quantizedOf } from '../support/layer-of.ts';

function blankLenet(network = lenet5): QuantizedNetwork {
  const layers = network.layers.map((layer) =>
    quantizedOf(layer, { weights: new Uint8Array(layerGeometry(layer).taps * layer.filters) }),
  );
  return { ...networkOf(network.name, layers), network };
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
  it('should all run lenet5, or where cells multiply its twin', () => {
    for (const name of configurationNames()) {
      const configuration = loadConfiguration(name);
      const network = configuration.cell === 'product' ? twinOf(lenet5) : lenet5;
      expect(() => compileNetwork(blankLenet(network), configuration), name).not.toThrow();
    }
  });

  it('should list the names when one is unknown', () => {
    expect(() => loadConfiguration('huge')).toThrow(
      /^Expected configuration to be one of tiny, tiny-pipelined, default, wide.*, but received huge\.$/,
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
        [
          JSON.stringify({ ...own, cell: 1 }),
          `cell in ${path} to be one of distance, minimum, product, but received 1.`,
        ],
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
    [{ sumBits: 18 }, 'Expected sumBits to exceed accBits (18), but received 18.'],
    [{ padDepth: 4097 }, 'Expected padDepth to be an integer from 1 to 4096, but received 4097.'],
    [{ weightDepth: Number.NaN }, 'Expected weightDepth to be an integer from 1 to 8388608, but received NaN.'],
    [{ weightSegments: 0 }, 'Expected weightSegments to be an integer from 1 to 2, but received 0.'],
    [{ foldClocks: 0 }, 'Expected foldClocks to be an integer from 1 to 4, but received 0.'],
    [{ foldClocks: 2, partialDepth: 64 }, 'Expected foldClocks to be 1 with partialDepth 64, but received 2.'],
    [{ planes: 2 }, 'Expected planes to be an integer from 0 to 1, but received 2.'],
    [{ weightPorts: 3 }, 'Expected weightPorts to be an integer from 1 to 2, but received 3.'],
    [{ cell: 'sum' as 'minimum' }, 'Expected cell to be one of distance, minimum, product, but received "sum".'],
    [
      { cell: 'minimum', accBits: 9 },
      'Expected accBits to be at least dataBits + 2 (10) with cells of minima, but received 9.',
    ],
    [
      { cell: 'product', accBits: 15 },
      'Expected accBits to be at least twice dataBits (16) with cells of products, but received 15.',
    ],
    [{ reach: 0 }, 'Expected reach to be an integer from 1 to 64, but received 0.'],
    [{ reach: 1.5 }, 'Expected reach to be an integer from 1 to 64, but received 1.5.'],
    [
      { rows: 3, columns: 5, reach: 6 },
      'Expected reach to be at most the larger of rows and columns (5), but received 6.',
    ],
    [{ reach: 2, pipelined: 1 }, 'Expected reach to be 1 with pipelined 1, but received 2.'],
    [{ reach: 2, partialDepth: 64 }, 'Expected reach to be 1 with partialDepth 64, but received 2.'],
    [{ tapsPerClock: 0 }, 'Expected tapsPerClock to be an integer from 1 to 4, but received 0.'],
    [{ tapsPerClock: 3 }, 'Expected tapsPerClock to be 1, 2 or 4, but received 3.'],
    [{ tapsPerClock: 8 }, 'Expected tapsPerClock to be an integer from 1 to 4, but received 8.'],
    [{ tapsPerClock: 2, pipelined: 1 }, 'Expected tapsPerClock to be 1 with pipelined 1, but received 2.'],
    [{ tapsPerClock: 4, partialDepth: 64 }, 'Expected tapsPerClock to be 1 with partialDepth 64, but received 4.'],
    [{ tapsPerClock: 2, weightPorts: 1 }, 'Expected tapsPerClock to be 1 with weightPorts 1, but received 2.'],
    [{ pipelined: 2 }, 'Expected pipelined to be an integer from 0 to 1, but received 2.'],
    [{ pipelined: 1, partialDepth: 64 }, 'Expected pipelined to be 0 with partialDepth 64, but received 1.'],
    [
      { pipelined: 1, cell: 'product', accBits: 16 },
      'Expected pipelined to be 0 with cells of products, but received 1.',
    ],
    [{ cell: 'product', partialDepth: 64 }, 'Expected partialDepth to be 0 with cells of products, but received 64.'],
  ])('should refuse %j', (change, message) => {
    expect(() => checkConfiguration({ ...base, ...change })).toThrow(message);
  });

  it.each<[Partial<Configuration>, string]>([
    [{ accBits: 16 }, 'Expected accBits to be at least 17 bits for layer fc1 (400 taps), but received 16.'],
    [
      { activationDepth: 1000 },
      'Expected activationDepth to be at least 1176 words for the maps at the time of layer conv1, but received 1000.',
    ],
    [
      { weightDepth: 1000 },
      // Six records: conv1 and fc3 stay (35 + 84), fc1 is two segments of 1600 words, conv2 and fc2 are smaller ones.
      'Expected weightDepth to be at least 3319 words for the weights of lenet5 in segments, most of them of layer fc1, ' +
        'but received 1000.',
    ],
    [
      { weightDepth: 4000, weightPorts: 1 },
      'Expected weightDepth to be at least 4189 words for the weights of lenet5, all at once, as the buffer has one port ' +
        '(weightPorts), most of them of layer fc1, but received 4000.',
    ],
    [{ foldDepth: 235 }, 'Expected foldDepth to be at least 236 words for the folds of lenet5, but received 235.'],
    [{ resultDepth: 9 }, 'Expected resultDepth to be at least 10 words for the output of layer fc3, but received 9.'],
    [
      { programDepth: 199 },
      'Expected programDepth to be at least 200 words for the program of lenet5, but received 199.',
    ],
    [{ dataBits: 6 }, 'Expected dataBits to be at least 8, the bits of the pictures, but received 6.'],
  ])('should say what lenet5 needs when it does not fit %j', (change, message) => {
    expect(() => compileNetwork(blankLenet(), { ...base, ...change })).toThrow(message);
  });

  it('should say what multiplying weights and padding codes need', () => {
    // 18 x 255 in a pass, 7 times that in all three.
    const layer = {
      input: { height: 3, width: 3, channels: 2 },
      kernelHeight: 3,
      kernelWidth: 3,
      padding: 1,
      name: 'm',
    };
    const net = networkOf('n', [
      quantizedOf(
        { ...layer, cell: 'multiply' },
        { weights: Int16Array.from({ length: 18 }, (_, tap) => (tap % 8) - 4), padCodes: Uint8Array.of(3, 4) },
      ),
    ]);
    const small = { ...base, accBits: 13, sumBits: 16, padDepth: 2, resultDepth: 9 };
    expect(() => compileNetwork(net, small)).not.toThrow();
    expect(() => compileNetwork(net, { ...small, sumBits: 15 })).toThrow(
      'Expected sumBits to be at least 16 bits for layer m (18 taps, 3 planes), but received 15.',
    );
    expect(() => compileNetwork(net, { ...small, padDepth: 1 })).toThrow(
      'Expected padDepth to be at least 2 codes for the padding of n, but received 1.',
    );
  });

  it('should ask for one bank of pictures where two do not fit', () => {
    // Two banks and beside them what conv2 writes: 2 x 784 + 8 words short of conv1's map and conv2's.
    const addresses = (activationDepth: number): readonly number[] =>
      compileNetwork(blankLenet(), { ...base, activationDepth }).images.addresses;
    expect(addresses(1576)).toEqual([0, 784]);
    expect(addresses(1575)).toEqual([0]);
    expect(addresses(1176)).toEqual([0]);
  });
});

describe('bits of sums', () => {
  it.each([
    [1, 8],
    [2, 9],
    [25, 13],
    [256, 16],
    [257, 17],
    [400, 17],
  ])('should hold %i taps of 8 bits in %i bits', (taps, bits) => {
    expect(passBits(8, taps)).toBe(bits);
    expect(taps * 255).toBeLessThan(2 ** bits);
  });

  it.each([
    [25, 1, 14],
    [25, 7, 21],
    [256, 2, 19],
  ])('should hold totals of %i taps and %i planes in %i bits, with a sign', (taps, planes, bits) => {
    expect(totalBits(8, taps, planes)).toBe(bits);
    const largest = taps * 255 * (2 ** planes - 1);
    expect(largest).toBeLessThan(2 ** (bits - 1));
    expect(largest).toBeGreaterThanOrEqual(2 ** (bits - 2));
  });
});

describe('a network that the array does not compute', () => {
  const base = loadConfiguration('default');
  const input = { height: 20, width: 20, channels: 2 };

  it.each<[string, QuantizedNetwork, string]>([
    [
      'pools large windows',
      networkOf('n', [quantizedOf({ name: 'a', input, pool: 17 }, { weights: new Uint8Array(2) })]),
      'Expected layer a of n to pool windows of at most 16x16 on the array, but received 17x17.',
    ],
    [
      'has wide codes',
      networkOf('n', [quantizedOf({ name: 'a' }, { bits: 9 })]),
      'Expected layer a of n to have codes of at most 8 bits (dataBits) on the array, but received 9.',
    ],
    [
      'has wide averages',
      networkOf('n', [
        quantizedOf({ name: 'a', input, poolKind: 'average', pool: 3 }, { weights: new Uint8Array(2), poolShift: 3 }),
      ]),
      'Expected layer a of n to average to codes of at most 8 bits (dataBits) on the array, but received 9.',
    ],
    [
      'has many layers',
      networkOf(
        'n',
        Array.from({ length: 65 }, (_, i) => quantizedOf({ name: `l${i}`, source: i === 0 ? 'image' : `l${i - 1}` })),
      ),
      'Expected n to have at most 64 layers, but received 65.',
    ],
  ])('should be refused by name if it %s', (_, net, message) => {
    expect(() => compileNetwork(net, base)).toThrow(message);
  });

  it('should be refused by name if it takes several passes where arrays are built for one', () => {
    const weights = Int16Array.from([3, -1]);
    const passes = (cell: 'adder' | 'multiply'): QuantizedNetwork =>
      networkOf('n', [quantizedOf({ name: 'a', cell, input: { height: 1, width: 1, channels: 2 } }, { weights })]);
    expect(() => compileNetwork(passes('multiply'), { ...base, planes: 0 })).toThrow(
      'Expected layer a of n to take one pass over its taps (planes) on the array, but received 2.',
    );
    expect(() => compileNetwork(passes('multiply'), base)).not.toThrow();
    expect(() => compileNetwork(passes('adder'), { ...base, planes: 0 })).not.toThrow();
  });

  it('should be refused by name if it adds a map where arrays are built without', () => {
    const net = networkOf('n', [
      quantizedOf({ name: 'a' }),
      quantizedOf({ name: 'b', source: 'a' }),
      quantizedOf({ name: 'c', source: 'b', shortcut: 'a' }, { shortcutMul: new Int32Array(1) }),
    ]);
    expect(() => compileNetwork(net, { ...base, shortcuts: 0 })).toThrow(
      'Expected layer c of n to add no map (shortcuts) on the array, but received that of a.',
    );
    expect(() => compileNetwork(net, base)).not.toThrow();
  });

  it('should be refused by name if it pools averages where arrays are built without', () => {
    const pooled = (poolKind: 'max' | 'average'): QuantizedNetwork =>
      networkOf('n', [
        quantizedOf(
          { name: 'a', input: { height: 2, width: 2, channels: 1 }, pool: 2, poolKind },
          { poolShift: poolKind === 'average' ? 2 : 0 },
        ),
      ]);
    expect(() => compileNetwork(pooled('average'), { ...base, averages: 0 })).toThrow(
      'Expected layer a of n to pool no averages (averages) on the array, but received those of 2x2.',
    );
    expect(() => compileNetwork(pooled('max'), { ...base, averages: 0 })).not.toThrow();
    expect(() => compileNetwork(pooled('average'), base)).not.toThrow();
  });

  it.each([
    ['reaches over rows around its map', { height: 28, width: 20 }, 3, '34x26'],
    ['has a wide map', { height: 4, width: 33 }, 0, '4x33'],
    ['has a map whose width takes a bit more than its columns', { height: 4, width: 32 }, 0, '4x32'],
  ])('should be refused by name where rows and columns have 5 bits if it %s', (_, size, padding, received) => {
    const kernel = 2 * padding + 1;
    const layer = { name: 'a', input: { ...size, channels: 1 }, kernelHeight: kernel, kernelWidth: kernel, padding };
    const net = networkOf('n', [quantizedOf(layer, { weights: new Uint8Array(kernel ** 2) })]);
    const deep = { ...base, activationDepth: 2048, resultDepth: 2048 };
    expect(() => compileNetwork(net, { ...deep, sideBits: 5 })).toThrow(
      `Expected layer a of n to reach over at most 31 rows and columns (sideBits) on the array, but received ${received}.`,
    );
    expect(() => compileNetwork(net, { ...deep, sideBits: 6 })).not.toThrow();
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
