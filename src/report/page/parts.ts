// SPDX-License-Identifier: Apache-2.0
// What the page's sections share.

import { escaped } from '../escaped.ts';

/** A part of the page under a title. */
export function section(title: string, parts: readonly string[], wide = false): string {
  return [`<section${wide ? ' class="wide"' : ''}>`, `<h2>${escaped(title)}</h2>`, ...parts, '</section>'].join('\n');
}

/** A chart with its caption. */
export function figure(drawn: string, caption: string): string {
  return `<figure>${drawn}<figcaption>${escaped(caption)}</figcaption></figure>`;
}

/**
 * A table of figures.
 * @param texts columns that are text
 */
export function table(
  head: readonly string[],
  lines: readonly (readonly string[])[],
  texts: readonly number[] = [],
): string {
  const kind = (index: number): string => (texts.includes(index) ? ' class="text"' : '');
  const cell = (content: string, index: number): string => `<td${kind(index)}>${escaped(content)}</td>`;
  return [
    '<div class="table"><table>',
    `<thead><tr>${head.map((name, index) => `<th scope="col"${kind(index)}>${escaped(name)}</th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...lines.map((line) => `<tr>${line.map(cell).join('')}</tr>`),
    '</tbody></table></div>',
  ].join('\n');
}
