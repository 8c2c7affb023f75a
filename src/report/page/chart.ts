// SPDX-License-Identifier: Apache-2.0
// What the page's charts share: a frame that scales with its column, texts, marks that say what they are.

import { escaped, pixel } from '../escaped.ts';

/** Width of every chart in its own units: with text of 12 units it is readable on a phone and fits a column of two. */
export const WIDTH = 380;

/** A chart as an SVG element; its colours come from the page. */
export function chart(title: string, height: number, parts: readonly string[]): string {
  return [
    `<svg class="chart" viewBox="0 0 ${WIDTH} ${Math.ceil(height)}" role="img" aria-label="${escaped(title)}">`,
    ...parts,
    '</svg>',
  ].join('\n');
}

/** A line of text. */
export function text(x: number, y: number, content: string, kind = ''): string {
  const classes = kind === '' ? '' : ` class="${kind}"`;
  return `<text${classes} x="${pixel(x)}" y="${pixel(y)}">${escaped(content)}</text>`;
}

/** A filled box, with what a pointer shows over it. */
export function box(
  x: number,
  y: number,
  width: number,
  height: number,
  kind: string,
  tip?: string,
  opacity?: number,
): string {
  const size = `x="${pixel(x)}" y="${pixel(y)}" width="${pixel(width)}" height="${pixel(height)}"`;
  const faint = opacity === undefined ? '' : ` fill-opacity="${Math.round(opacity * 1000) / 1000}"`;
  const says = tip === undefined ? '' : `<title>${escaped(tip)}</title>`;
  return `<rect class="${kind}" ${size}${faint}>${says}</rect>`;
}

/** A path without a filling. */
export function path(d: string, kind: string): string {
  return `<path class="${kind}" d="${d}"/>`;
}

/** Names of series beside their colours, on lines as long as the chart. */
export function legend(names: readonly string[], top: number): { readonly parts: string[]; readonly height: number } {
  const parts: string[] = [];
  let [x, y] = [0, top];
  names.forEach((name, index) => {
    const width = 30 + name.length * 7;
    if (x + width > WIDTH && x > 0) [x, y] = [0, y + 18];
    parts.push(box(x, y + 2, 12, 12, `fill${index}`), text(x + 17, y + 12, name));
    x += width;
  });
  return { parts, height: y + 18 - top };
}
