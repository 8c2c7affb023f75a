// SPDX-License-Identifier: Apache-2.0
// Text in SVG and HTML.

const NAMES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text that means itself in an element and in an attribute with double quotes. */
export function escaped(text: string): string {
  // Control characters have no place in XML at all.
  return text.replace(/[&<>"]/g, (sign) => NAMES[sign]!).replace(/[\p{Cc}]/gu, ' ');
}

/** Two decimals are enough for a pixel. */
export function pixel(value: number): number {
  return Math.round(value * 100) / 100;
}
