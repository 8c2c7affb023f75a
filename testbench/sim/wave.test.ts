// SPDX-License-Identifier: Apache-2.0

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderWave, waveJson, type WaveOptions } from '../../sim/wave/index.ts';

const counting: WaveOptions = {
  clock: 'clk',
  cycles: [5, 6, 7, 8],
  signals: [
    { name: 'en', width: 1, values: [1, 1, 0, 0] },
    { name: 'count', width: 8, values: [0xfe, 0xff, 0, 0] },
    { name: 'wide', width: 72, values: [2n ** 71n, 2n ** 71n, 1n, 2n] },
    { name: 'level', width: 4, signed: true, values: [-8, 7, 7, -1] },
  ],
};

/** Throws unless tags nest and text is escaped. */
function checkXml(text: string): void {
  const open: string[] = [];
  const rest = text.replace(
    /<(\/?)([\w:-]+)((?: [\w:-]+="[^"<]*")*)(\/?)>/g,
    (_, end: string, name: string, __, empty) => {
      if (end !== '') expect(open.pop()).toBe(name);
      else if (empty === '') open.push(name);
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest.replace(/&(?:lt|gt|amp|quot);/g, '')).not.toMatch(/[<>&]/);
}

describe('waveJson', () => {
  it('should describe a hand-worked case', () => {
    expect(waveJson(counting)).toEqual({
      signal: [
        { name: 'clk', wave: 'p...' },
        { name: 'en', wave: '1.0.' },
        { name: 'count', wave: '===.', data: ['fe', 'ff', '0'] },
        { name: 'wide', wave: '=.==', data: ['800000000000000000', '1', '2'] },
        { name: 'level', wave: '==.=', data: ['-8', '7', '-1'] },
      ],
      head: { tock: 5 },
      // 18 digits in two cycles: 138 pixels of 80.
      config: { hscale: 2 },
    });
  });

  it('should keep the last cycles, and start each signal with a value', () => {
    const { signal, head } = waveJson({ ...counting, last: 1, title: 'the end' });
    expect(signal.map(({ wave }) => wave)).toEqual(['p', '0', '=', '=', '=']);
    expect(head).toEqual({ text: 'the end', tock: 8 });
    const cycles = Array.from({ length: 100 }, (_, i) => i);
    expect(waveJson({ cycles, signals: [{ name: 'a', width: 1, values: cycles.map(() => 0) }] })).toEqual({
      signal: [{ name: 'a', wave: `0${'.'.repeat(31)}` }],
      head: { tock: 68 },
      config: { hscale: 1 },
    });
  });

  it('should name cycles that do not follow each other', () => {
    const { signal, head } = waveJson({ cycles: [3, 9], signals: [{ name: 'a', width: 1, values: [1, 1] }] });
    expect(signal).toEqual([
      { name: 'cycle', wave: '==', data: ['3', '9'] },
      { name: 'a', wave: '1.' },
    ]);
    expect(head).toBeUndefined();
  });

  it('should tell values apart that have the same shortened label', () => {
    const values = [2n ** 255n, 2n ** 255n + 2n ** 100n];
    const { signal } = waveJson({ cycles: [0, 1], signals: [{ name: 'a', width: 256, values }] });
    expect(signal.slice(1)).toEqual([{ name: 'a', wave: '==', data: ['800000000…000000000', '800000000…000000000'] }]);
  });

  it('should take no cycles', () => {
    expect(waveJson({ clock: 'clk', cycles: [], signals: [] }).signal).toEqual([{ name: 'clk', wave: 'p' }]);
  });

  it('should give back each value from waves and labels', () => {
    const value = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(fc.array(fc.oneof(value, fc.constantFrom(0n, 1n)), { minLength: 1, maxLength: 32 }), (values) => {
        const cycles = values.map((_, i) => i);
        const { wave, data = [] } = waveJson({ cycles, signals: [{ name: 'a', width: 64, values }] }).signal.at(-1)!;
        let index = -1;
        expect([...wave].map((brick) => BigInt(`0x${data[brick === '=' ? ++index : index]!}`))).toEqual(values);
      }),
    );
  });

  it.each<[string, Partial<WaveOptions>, string]>([
    ['last', { last: 0 }, 'Expected last to be an integer of at least 1, but received 0.'],
    [
      'width',
      { signals: [{ name: 'a', width: 0, values: [0, 0, 0, 0] }] },
      'Expected width of a to be an integer of at least 1, but received 0.',
    ],
    [
      'values',
      { signals: [{ name: 'a', width: 1, values: [0] }] },
      'Expected a to have 4 values like cycles, but received 1.',
    ],
  ])('should refuse a wrong %s', (_, change, message) => {
    expect(() => waveJson({ ...counting, ...change })).toThrow(new RangeError(message));
  });
});

describe('renderWave', () => {
  it('should draw names, labels, cycles and the title', async () => {
    const svg = await renderWave({ ...counting, title: 'counter' });
    checkXml(svg);
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    const texts = [...svg.matchAll(/<tspan>([^<]*)<\/tspan>/g)].map((match) => match[1]);
    for (const text of ['clk', 'en', 'count', 'fe', 'ff', '800000000000000000', '-8', 'counter']) {
      expect(texts).toContain(text);
    }
    // Numbers of cycles are plain text elements.
    for (const cycle of counting.cycles as number[]) expect(svg).toMatch(new RegExp(`<text [^>]*>${cycle}</text>`));
  });

  it('should draw the same picture again after another one', async () => {
    const first = await renderWave(counting);
    await renderWave({ cycles: [1], signals: [{ name: 'other', width: 1, values: [1] }], title: 'x' });
    expect(await renderWave(counting)).toBe(first);
  });

  it('should draw any number of cycles', async () => {
    for (let length = 0; length <= 33; length++) {
      const cycles = Array.from({ length }, (_, i) => i + 1000);
      const svg = await renderWave({
        clock: 'clk',
        cycles,
        signals: [{ name: 'a', width: 12, values: cycles }],
        last: 33,
      });
      checkXml(svg);
      for (const cycle of cycles) expect(svg).toMatch(new RegExp(`>${cycle}</(?:text|tspan)>`));
    }
  });

  it('should draw any name as it is', async () => {
    const names = ['a<b>c</b>', '<script>alert("x")&amp;', `it's`, '\x1b[31m', '', 'zoë', '<sub'];
    const signals = names.map((name) => ({ name, width: 1, values: [1] }));
    const svg = await renderWave({ cycles: [0], signals, title: '</svg><o>' });
    checkXml(svg);
    expect(svg).toContain('&lt;\u200bscript&gt;alert(&quot;x&quot;)&amp;amp;');
    expect(svg).toContain('a&lt;\u200bb&gt;c&lt;\u200b/b&gt;');
    expect(svg).not.toContain('\x1b');
  });
});
