// SPDX-License-Identifier: Apache-2.0
// Charts, read back from their text.

import fc from 'fast-check';
import { parse, type TNode } from 'txml/txml';
import { describe, expect, it } from 'vitest';
import { chartColumn, lineChart } from '../../src/report/index.ts';

const labels = { title: 'Loss <of> "two" & more', xLabel: 'epoch', yLabel: 'loss (nats)' };
const two = [
  {
    name: 'train',
    points: [
      [1, 0.5],
      [2, 0.25],
      [3, 0.125],
    ],
  },
  {
    name: 'test',
    points: [
      [1, 0.6],
      [3, 0.2],
    ],
  },
] as const;

/** Every element of a text, after checking that it is one tree. */
function elements(text: string): TNode[] {
  const found: TNode[] = [];
  const visit = (node: string | TNode): void => {
    if (typeof node === 'string') return;
    found.push(node);
    node.children.forEach(visit);
  };
  const roots = parse(text, { selfClosingTags: [] }) as (string | TNode)[];
  roots.forEach(visit);
  expect(roots.filter((root) => typeof root !== 'string').map((root) => (root as TNode).tagName)).toEqual(['svg']);
  return found;
}

function ofClass(text: string, tag: string, pattern: RegExp): TNode[] {
  return elements(text).filter((node) => node.tagName === tag && pattern.test(String(node.attributes['class'])));
}

/** Corners of a path of straight lines. */
function corners(node: TNode): number[][] {
  return String(node.attributes['d'])
    .slice(1)
    .split('L')
    .map((pair) => pair.split(',').map(Number));
}

function textsOf(nodes: readonly TNode[]): string[] {
  return nodes.map(({ children }) => String(children[0]));
}

describe('line charts', () => {
  it('should draw every point of every line where its numbers put it', () => {
    const chart = lineChart({ ...labels, series: two, yRange: [0, 1] });
    const lines = ofClass(chart, 'path', /^line /).filter(({ attributes }) => String(attributes['d']).includes('L'));
    expect(lines.map(corners)).toEqual([
      [
        [68, 196],
        [384, 272],
        [700, 310],
      ],
      [
        [68, 165.6],
        [700, 287.2],
      ],
    ]);
    expect(ofClass(chart, 'circle', /^fill/)).toHaveLength(5);
  });

  it('should name axes, lines and marks, with signs of XML written out', () => {
    const chart = lineChart({ ...labels, series: two, xTicks: [1, 2, 3] });
    expect(textsOf(ofClass(chart, 'text', /label/))).toEqual(['epoch', 'loss (nats)']);
    expect(textsOf(ofClass(chart, 'text', /legend/))).toEqual(['train', 'test']);
    expect(textsOf(ofClass(chart, 'text', /tick x/))).toEqual(['1', '2', '3']);
    expect(textsOf(ofClass(chart, 'text', /tick y/))).toEqual(['0.1', '0.2', '0.3', '0.4', '0.5', '0.6']);
    expect(chart).toContain('<title>Loss &lt;of&gt; &quot;two&quot; &amp; more</title>');
  });

  it('should have colours for light and for dark, and a pattern for each line', () => {
    const chart = lineChart({ ...labels, series: two });
    expect(chart).toContain('@media(prefers-color-scheme:dark){');
    const [first, second] = ofClass(chart, 'path', /^line /);
    expect(first!.attributes['stroke-dasharray']).toBeUndefined();
    expect(second!.attributes['stroke-dasharray']).toBe('7 3');
  });

  it('should space a logarithmic axis by factors', () => {
    const points = [
      [0, 1],
      [1, 10],
      [2, 100],
    ] as const;
    const chart = lineChart({ ...labels, series: [{ name: 'a', points }], yScale: 'log' });
    expect(corners(ofClass(chart, 'path', /^line /)[0]!).map(([, y]) => y)).toEqual([348, 196, 44]);
  });

  it('should stay inside its frame and be one tree, whatever the numbers', () => {
    const value = fc.double({ noNaN: true, min: -1e12, max: 1e12 });
    const line = fc.record({
      name: fc.string(),
      points: fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 9 }),
    });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), fc.string(), (series, title) => {
        const chart = lineChart({ ...labels, title, series });
        for (const { attributes } of ofClass(chart, 'circle', /^fill/)) {
          expect(Number(attributes['cx'])).toBeGreaterThanOrEqual(68);
          expect(Number(attributes['cx'])).toBeLessThanOrEqual(700);
          expect(Number(attributes['cy'])).toBeGreaterThanOrEqual(44);
          expect(Number(attributes['cy'])).toBeLessThanOrEqual(348);
        }
        expect(chart).not.toMatch(/NaN|Infinity|undefined/);
      }),
      { numRuns: 100 },
    );
  });

  it('should stand one above the other in one file', () => {
    const one = lineChart({ ...labels, series: two });
    const chart = chartColumn([one, lineChart({ ...labels, series: two, height: 300 })]);
    const [whole, ...inner] = elements(chart).filter(({ tagName }) => tagName === 'svg');
    expect(whole!.attributes).toMatchObject({ width: '720', height: '700' });
    expect(inner.map(({ attributes }) => attributes['y'])).toEqual(['0', '400']);
  });

  it.each([
    [
      'no points',
      { series: [{ name: 'a', points: [] }] },
      'Expected a chart of at least one point, but received 1 lines',
    ],
    ['a number that is none', { series: [{ name: 'a', points: [[1, NaN]] }] }, 'finite numbers, but received NaN.'],
    ['zero on a logarithmic axis', { series: [{ name: 'a', points: [[1, 0]] }], yScale: 'log' }, 'above 0 on a'],
    ['a frame without room', { series: two, width: 20 }, 'Expected width to be at least 200, but received 20.'],
  ] as const)('should refuse %s', (_, rest, message) => {
    expect(() => lineChart({ ...labels, ...rest })).toThrow(message);
  });
});
