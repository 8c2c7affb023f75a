// SPDX-License-Identifier: Apache-2.0
// Topology files as SCALE-Sim's repository has them, with their faults, and texts that are no such file.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gemmOf, parseTopology, type Topology } from '../../src/cycles/index.ts';

const HEADINGS = 'Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,';

/** Reads lines under the headings of a convolution. */
function convolutions(lines: string, headings = HEADINGS): Topology {
  return parseTopology('net.csv', `${headings}\n${lines}`);
}

describe('a topology of convolutions', () => {
  it('should be read', () => {
    const { form, layers, warnings } = convolutions('Inc5b_3x3, 7, 7, 3, 3, 192, 384, 1,\n');
    expect({ form, warnings }).toEqual({ form: 'convolution', warnings: [] });
    expect(layers).toEqual([
      {
        name: 'Inc5b_3x3',
        height: 7,
        width: 7,
        filterHeight: 3,
        filterWidth: 3,
        channels: 192,
        filters: 384,
        strideHeight: 1,
        strideWidth: 1,
        copies: 1,
        padding: 0,
        line: 2,
      },
    ]);
  });

  it('should have blank lines, comments, tabs, a byte order mark and either end of line', () => {
    const text =
      `\uFEFF# a network\r\n\r\n${HEADINGS}\r\n\r\n` +
      'Conv1, 224, 224, 3, 3, 3, 32, 2,\r\n' +
      '# depthwise from here\n' +
      'Conv2_dw, 112, 112, 3, 3, 1, 1, 1,#dw\n' +
      '\tConv3,14,14,1,1,512,512,1,\n, ,\n';
    const { layers, warnings } = parseTopology('net.csv', text);
    expect(layers.map(({ name, line }) => [name, line])).toEqual([
      ['Conv1', 5],
      ['Conv2_dw', 7],
      ['Conv3', 8],
    ]);
    expect(warnings).toEqual([]);
  });

  it('should keep the value that SCALE-Sim loses without a comma at the end, and say so', () => {
    const one = convolutions('Conv11,28,28,1,1,256,256,2\n');
    expect(one.layers[0]).toMatchObject({ filters: 256, strideHeight: 2, strideWidth: 2 });
    expect(one.warnings).toEqual([
      'No comma ends line 2 of net.csv: SCALE-Sim would lose what comes last there, it is kept here.',
    ]);
    expect(convolutions('a,4,4,1,1,1,1,1,\nb,4,4,1,1,1,1,1\nc,4,4,1,1,1,1,1\n').warnings).toEqual([
      'No comma ends 2 lines of net.csv, the first of them line 3: SCALE-Sim would lose what comes last there, it is kept here.',
    ]);
  });

  it('should take padding from a column of that name', () => {
    const { layers } = convolutions(
      'a, 56, 56, 3, 3, 64, 64, 1, 1,\nb, 56, 56, 3, 3, 64, 64, 1,\n',
      `${HEADINGS} Padding,`,
    );
    expect(layers.map((layer) => [layer.height, layer.padding, gemmOf(layer).pixels])).toEqual([
      [58, 1, 56 * 56],
      [56, 0, 54 * 54],
    ]);
  });

  it('should take a stride along the width, and a sparsity that it does not count', () => {
    const headings = `${HEADINGS.replace('Strides', 'Stride Height')} Stride Width, Sparsity,`;
    const { layers, warnings } = convolutions(
      'a, 9, 9, 1, 1, 1, 1, 2, 4, 2:4,\nb, 9, 9, 1, 1, 1, 1, 2, 2, 1:1,\n',
      headings,
    );
    expect(layers.map((layer) => gemmOf(layer).pixels)).toEqual([5 * 3, 5 * 5]);
    expect(warnings).toEqual(['Sparsity is not counted, as of line 2 of net.csv: every tap is taken.']);
  });

  it('should be depthwise where the name says DP', () => {
    const { layers } = convolutions('DP1, 112, 112, 3, 3, 32, 1, 1,\n');
    expect(layers[0]).toMatchObject({ copies: 32, channels: 1, filters: 1 });
    expect(gemmOf(layers[0]!)).toEqual({ pixels: 110 * 110, filters: 1, taps: 9 });
  });
});

describe('a topology of products', () => {
  it('should be read', () => {
    const { form, layers, warnings } = parseTopology('net.csv', 'Layer Name, M, N, K,\nTest 1, 256, 128, 64,');
    expect({ form, warnings }).toEqual({ form: 'product', warnings: [] });
    expect(gemmOf(layers[0]!)).toEqual({ pixels: 256, filters: 128, taps: 64 });
  });

  it('should keep K without a comma at the end', () => {
    const { layers, warnings } = parseTopology('net.csv', 'Layer,M,N,K\nfc,1,10,84');
    expect(gemmOf(layers[0]!)).toEqual({ pixels: 1, filters: 10, taps: 84 });
    expect(warnings).toHaveLength(1);
  });
});

describe('bad input', () => {
  it.each([
    ['', 'Expected net.csv to have headings and a layer, but received nothing.'],
    [`${HEADINGS}\n\n# none\n`, 'Expected net.csv to have headings and a layer, but received headings alone.'],
    [
      'Conv1, 7, 7, 3, 3, 192, 384, 1,\nConv2, 7, 7, 3, 3, 192, 384, 1,\n',
      'Expected line 1 of net.csv to be the headings, which SCALE-Sim skips, but received the layer Conv1.',
    ],
    [
      `${HEADINGS}\na, 7, x7, 3, 3, 1, 1, 1,\n`,
      'Expected column 3 (IFMAP Width) of line 2 of net.csv to be an integer from 1 to 16777216, but received x7.',
    ],
    [
      `${HEADINGS}\na, 7, 7, 3, 3, 0, 1, 1,\n`,
      'Expected column 6 (Channels) of line 2 of net.csv to be an integer from 1 to 16777216, but received 0.',
    ],
    [
      `${HEADINGS}\na, 7, 7, 3, 3, , 1, 1,\n`,
      'Expected column 6 (Channels) of line 2 of net.csv to be an integer from 1 to 16777216, but received nothing.',
    ],
    [
      `${HEADINGS}\na, 7, 7, 3, 3, 1e3, 1, 1,\n`,
      'Expected column 6 (Channels) of line 2 of net.csv to be an integer from 1 to 16777216, but received 1e3.',
    ],
    [
      `${HEADINGS}\na, 7, 7, 3, 3, 1, ${'9'.repeat(400)}, 1,\n`,
      `Expected column 7 (Num Filter) of line 2 of net.csv to be an integer from 1 to 16777216, but received ${'9'.repeat(40)}… (400 characters).`,
    ],
    [
      `${HEADINGS}\n\na, 7, 7, 3, 3, 1,\n`,
      'Expected line 3 of net.csv to have 8 columns (Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides), but received 6.',
    ],
    [
      `${HEADINGS}\na, 7, 7, 3, 3, 1, 1, 1, 5,\n`,
      'Expected line 2 of net.csv to have at most 8 columns, as the headings do, but received 9.',
    ],
    [
      `${HEADINGS}\na, 7, 7, 3, 9, 1, 1, 1,\n`,
      'Expected line 2 of net.csv to have filters of at most 7x7, their map, but received 3x9.',
    ],
    [
      'Layer, M, N, K,\nfc, 16777216, 16777216, 2,\n',
      'Expected line 2 of net.csv to have at most 281474976710656 products, but received 562949953421312.',
    ],
    ['Layer, M, N, K,\nfc, 1, 2,\n', 'Expected line 2 of net.csv to have 4 columns (Layer, M, N, K), but received 3.'],
    [
      'Layer, M, N, K,\n, 1, 2, 3,\n',
      'Expected column 1 (Layer) of line 2 of net.csv to be a name of at most 100 printable characters, but received nothing.',
    ],
    [
      'Layer, M, N, K,\na?\u001b[2J, 1, 2, 3,\n',
      'Expected column 1 (Layer) of line 2 of net.csv to be a name of at most 100 printable characters, but received a??[2J.',
    ],
    [
      'Layer, M, N, K, Sparsity,\na, 1, 2, 3, half,\n',
      'Expected column 5 (Sparsity) of line 2 of net.csv to be a sparsity such as 2:4, but received half.',
    ],
    [
      `Layer, M, N, K,\n${'a, 1, 2, 3,\n'.repeat(4097)}`,
      'Expected net.csv to have at most 4096 layers, but received 4097.',
    ],
  ])('should be refused in one line, %#', (text, message) => {
    expect(() => parseTopology('net.csv', text)).toThrow(new RangeError(message));
  });

  it('should never be anything but a topology or one such line', () => {
    const cell = fc.oneof(
      { weight: 5, arbitrary: fc.integer({ min: 1, max: 300 }).map(String) },
      fc.constantFrom('0', '-1', '1.5', '', ' ', '#', 'DP', '2:4', '99999999999999999999', 'NaN', 'Infinity'),
      fc.string({ unit: 'binary', maxLength: 12 }),
    );
    const line = fc
      .tuple(fc.array(cell, { maxLength: 12 }), fc.constantFrom('', ',', ', ', ',#x'))
      .map(([cells, end]) => cells.join(',') + end);
    const headings = fc.constantFrom(
      HEADINGS,
      `${HEADINGS} Sparsity, Padding,`,
      'Layer, M, N, K,',
      'Layer, M, N, K',
      '',
    );
    const file = fc
      .tuple(headings, fc.array(line, { maxLength: 6 }), fc.constantFrom('\n', '\r\n', '\r'))
      .map(([head, lines, end]) => [head, ...lines].join(end));
    fc.assert(
      fc.property(fc.oneof(file, fc.string({ unit: 'binary', maxLength: 300 })), (text) => {
        let read: Topology;
        try {
          read = parseTopology('net.csv', text);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect((error as Error).message).toMatch(/^Expected \P{Cc}* but received \P{Cc}*\.$/u);
          return;
        }
        expect(read.layers.length).toBeGreaterThan(0);
        for (const layer of read.layers) {
          const { pixels, filters, taps } = gemmOf(layer);
          for (const value of [pixels, filters, taps]) expect(Number.isSafeInteger(value) && value > 0).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
