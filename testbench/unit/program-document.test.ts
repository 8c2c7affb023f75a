// SPDX-License-Identifier: Apache-2.0
// docs/program.md is what the RTL takes, what src/compile makes, and what the host's driver loads and reads.

import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PROGRAM_WORDS } from '../../src/compile/index.ts';
import { packFolds } from '../../src/compile/pack-folds.ts';
import { LOAD_TARGETS } from '../support/core-ports.ts';
import { rtlSources } from '../../src/device/index.ts';
import { quantizedOf } from '../support/layer-of.ts';
import {
  documentTable,
  encodeFold,
  encodeLayerFields,
  FOLD_FIELDS,
  LAYER_FIELDS,
  LAYER_WORDS,
  layerField,
} from '../support/program-document.ts';
import { readFields } from '../support/program-fields.ts';

const rtl = new Map(rtlSources().map((path) => [basename(path), readFileSync(path, 'utf8')]));

/** Integer constants of the RTL's expressions. */
function constantsOf(text: string): Map<string, number> {
  const widths: [string, number][] = [
    ['W_COUNT', 16],
    ['W_SIDE', 16],
    ['WEIGHT_PORTS', 2],
    ['WEIGHT_SEGMENTS', 2],
    ['FOLD_CLOCKS', 1],
    ['PLANES', 1],
    ['SHORTCUT', 1],
    ['AVERAGES', 1],
    ['W_COLS', 7],
    ['W_ADDR', 24],
    ['W_WEIGHT', 24],
    ['W_DATA', 8],
  ];
  const local = [...text.matchAll(/\b([A-Z_]+) += (\d+)\b/g)].map(([, name, value]): [string, number] => [
    name!,
    Number(value),
  ]);
  return new Map([...local, ...widths]);
}

/** Value of an expression of sums and products. */
function valueOf(expression: string, constants: ReadonlyMap<string, number>): number {
  return expression
    .split('+')
    .map((term) =>
      term
        .split('*')
        .map((factor) => constants.get(factor.trim()) ?? Number(factor))
        .reduce((product, factor) => product * factor, 1),
    )
    .reduce((sum, term) => sum + term, 0);
}

/** Bits of a layer's words that a file of the RTL takes by themselves: their lowest bit, and their number. */
function slicesOf(file: string): { low: number; width: number }[] {
  const text = rtl.get(file)!;
  const constants = constantsOf(text);
  return [...text.matchAll(/\b(?:fields|taken)\[([^\]:]+?)(?: \+: ([^\]]+)|:([^\]]+))?\]/g)].map(
    ([, from, width, to]) => {
      const low = valueOf(to ?? from!, constants);
      return { low, width: to === undefined ? valueOf(width ?? '1', constants) : valueOf(from!, constants) - low + 1 };
    },
  );
}

describe("a layer's words in docs/program.md", () => {
  it('should have fields that share no bit, in order, in all words of the compiler', () => {
    const places = LAYER_FIELDS.map(({ word, low, width }) => ({ word, from: low, to: low + width }));
    for (const [index, { word, from, to }] of places.entries()) {
      expect(to).toBeLessThanOrEqual(32);
      const others = places.filter((other, at) => at !== index && other.word === word);
      expect(others.every((other) => other.to <= from || other.from >= to)).toBe(true);
    }
    expect([...new Set(places.map(({ word }) => word))]).toEqual(Array.from({ length: PROGRAM_WORDS }, (_, i) => i));
    expect(new Set(LAYER_FIELDS.map(({ name }) => name)).size).toBe(LAYER_FIELDS.length);
    expect(LAYER_WORDS).toBe(PROGRAM_WORDS);
  });

  it('should be those that the RTL takes', () => {
    const starts = new Map(LAYER_FIELDS.map(({ word, low, width, name }) => [32 * word + low, { width, name }]));
    const taken = ['feeder.v', 'tile_walker.v', 'writeback.v', 'adder_core.v'].flatMap(slicesOf);
    expect(taken.length).toBeGreaterThan(40);
    const covered = new Set<number>();
    for (const { low, width } of taken) {
      expect(starts.has(low), `a field that begins at bit ${low % 32} of word ${Math.floor(low / 32)}`).toBe(true);
      for (let bit = low; bit < low + width; bit++) covered.add(bit);
    }
    // The sequencer reads these from the program buffer itself.
    const early = new Set(['mark', 'segment', 'last_layer', 'more_runs']);
    const missed = [...starts].filter(([low, { name }]) => !covered.has(low) && !early.has(name));
    expect(missed.map(([, { name }]) => name)).toEqual([]);
    const sequencer = rtl.get('sequencer.v')!;
    const constants = constantsOf(sequencer);
    const place = (name: string): number => LAYER_FIELDS.find((field) => field.name === name)!.low;
    expect(sequencer).toContain('program_word[31:24] != MARK');
    const { word, low } = LAYER_FIELDS.find(({ name }) => name === 'more_runs')!;
    expect([constants.get('WEIGHT_BASE'), sequencer.includes(`program_word[29:${low}]`)]).toEqual([word, true]);
    expect([constants.get('LAST_LAYER'), constants.get('SEGMENT')]).toEqual([place('last_layer'), place('segment')]);
  });

  it('should be those of the words of any layer', () => {
    fc.assert(
      fc.property(fc.uint32Array({ minLength: PROGRAM_WORDS, maxLength: PROGRAM_WORDS }), (words) => {
        const value = (name: string, bits?: number): number => {
          const field = layerField(words, name);
          return bits === undefined ? field : (field << (32 - bits)) >> (32 - bits);
        };
        const read = readFields(words);
        expect(read).toMatchObject({
          magic: value('mark'),
          poolShift: value('pool_shift'),
          sumColumns: value('sum_columns') === 1,
          padsZero: value('pads_zero') === 1,
          padEach: value('pad_per_channel') === 1,
          readsPictures: value('reads_pictures') === 1,
          hasShortcut: value('shortcut') === 1,
          average: value('average') === 1,
          multiply: value('multiply') === 1,
          dest: value('dest'),
          source: value('source'),
          last: value('last_layer') === 1,
          origin: { address: value('addr_origin', 24), y: value('y_origin', 16), x: value('x_origin', 16) },
          input: { height: value('in_height'), width: value('in_width') },
          low: value('low'),
          high: value('high'),
          tileFilters: value('tile_filters'),
          lastFilters: value('last_filters'),
          convolved: {
            y: value('conv_y', 16),
            x: value('conv_x', 16),
            height: value('conv_height'),
            width: value('conv_width'),
            stepY: value('conv_step_7'),
            stepX: value('conv_step_6'),
          },
        });
        const step = (name: string, bits: number): number =>
          LAYER_FIELDS.some((field) => field.name === name) ? value(name, bits) : 0;
        expect(read.loops).toEqual(
          Array.from({ length: 10 }, (_, loop) => ({
            count: value(`limit_${loop}`) + 1,
            address: loop === 0 ? 1 : step(`addr_step_${loop}`, 24),
            y: step(`y_step_${loop}`, 32),
            x: loop === 0 ? value('row_run') : step(`x_step_${loop}`, 32),
          })),
        );
        // Words that are addresses and never negative.
        const low = (index: number): number => words[index]! & 0xffffff;
        expect([low(19), low(20), low(22), low(30)]).toEqual(
          ['weight_base', 'fold_base', 'pad_base', 'group_filters'].map((name) => value(name)),
        );
        expect([27, 28, 29, 31, 32].map(low)).toEqual(
          ['out_base', 'out_step_6', 'out_step_7', 'out_top', 'out_wrap'].map((name) => value(name)),
        );
        expect([33, 34, 35, 36, 37, 38, 39].map(low)).toEqual(
          ['base', 'step_4', 'step_5', 'step_6', 'step_7', 'top', 'wrap'].map((name) => value(`shortcut_${name}`)),
        );
      }),
    );
  });

  it('should be refused where a value has no field, or no room', () => {
    expect(() => encodeLayerFields({ marc: 1 })).toThrow('Expected a field of docs/program.md, but received marc.');
    expect(() => encodeLayerFields({ mark: 256 })).toThrow('Expected mark to fit 8 bits, but received 256.');
    expect([...encodeLayerFields({ mark: 0xad, y_origin: -1, x_origin: 2 })].slice(0, 18).filter(Boolean)).toEqual([
      0xad000000, 0xffff0002,
    ]);
  });
});

describe('docs/program.md', () => {
  it('should have the fields of a fold word, as the compiler packs them', () => {
    const fold = { mul: -3, add: -(2 ** 39) + 5, shift: 47, shortcut_mul: -(2 ** 23) + 1 };
    const quantized = quantizedOf(
      {},
      {
        mul: Int16Array.of(fold.mul),
        add: Float64Array.of(fold.add),
        shift: Uint8Array.of(fold.shift),
        shortcutMul: Int32Array.of(fold.shortcut_mul),
      },
    );
    const word = packFolds(quantized, 8, {}).reduceRight((all, part) => (all << 32n) | BigInt(part), 0n);
    expect(encodeFold(fold)).toBe(word);
    expect(FOLD_FIELDS.map(({ name }) => name)).toEqual(Object.keys(fold));
  });

  it('should have the targets that the driver loads', () => {
    const targets = documentTable('load_target', 'buffer', 'taken').map(([target, buffer]) => [buffer, Number(target)]);
    for (const [name, target] of Object.entries(LOAD_TARGETS)) {
      const words = name.replace(/\d/, ' $&');
      expect(targets.find(([buffer]) => String(buffer).includes(words))?.[1], name).toBe(target);
    }
  });

  it('should have the counters in the order of the RTL', () => {
    const [, list] = /Order of the counters: ([^.]*)\./.exec(
      rtl.get('layer_counters.v')!.replaceAll(/\n\/\/ ?/g, ' '),
    )!;
    const names = documentTable('index', 'counter', 'counts').map(([, counter]) => counter);
    expect(list!.split(',').map((name) => name.trim())).toEqual(names);
  });
});
