// SPDX-License-Identifier: Apache-2.0
// Verilator's coverage data -> points. A line is `C '<fields>' <count>`; a field
// is \x01, a key, \x02, a value. Bytes that do not print are written as %XX, and
// those above 7F as %FFFFFFXX, since Verilator prints a signed char.

import { describe } from '../values.ts';
import type { CoverageKind, CoveragePoint } from './point.ts';

/** First line of the only form there is. */
const header = '# SystemC::Coverage-3';

const kinds: Readonly<Record<string, CoverageKind>> = {
  line: 'line',
  branch: 'branch',
  expr: 'expression',
  toggle: 'toggle',
  user: 'user',
};

/**
 * Reads coverage data as Verilator writes it; `sim.coverage()` gives the points of a simulation without that.
 * @throws {SyntaxError} for a line that is none of coverage data; names its number.
 */
export function parseCoverage(text: string): CoveragePoint[] {
  const [first = '', ...lines] = text.split(/\r?\n/);
  if (first.trimEnd() !== header) {
    throw new SyntaxError(`Expected coverage data to start with "${header}", but received ${shorten(first)}.`);
  }
  const points: CoveragePoint[] = [];
  for (const [i, line] of lines.entries()) {
    if (line === '' || line.startsWith('#')) continue;
    const point = parsePoint(line);
    if (point === undefined) {
      throw new SyntaxError(`Expected line ${i + 2} of coverage data to be a point, but received ${shorten(line)}.`);
    }
    points.push(point);
  }
  return points;
}

function parsePoint(line: string): CoveragePoint | undefined {
  const [, body, count] = /^C '(.*)' (\d+)$/.exec(line) ?? [];
  if (body === undefined) return undefined;
  const fields = new Map<string, string>();
  for (const field of body.split('\x01').slice(1)) {
    const [key = '', value = ''] = field.split('\x02');
    fields.set(decode(key), decode(value));
  }
  const get = (key: string): string => fields.get(key) ?? '';
  const row = Number(get('l'));
  if (get('f') === '' || !Number.isInteger(row)) return undefined;
  const [page = '', ...module] = get('page').split('/');
  return {
    kind: kinds[page.replace(/^v_/, '')] ?? 'other',
    file: get('f'),
    line: row,
    column: Number(get('n')),
    name: get('o'),
    module: module.join('/'),
    hierarchy: get('h'),
    lines: parseLines(get('S')),
    count: Number(count),
  };
}

/** `3,5-7` -> 3, 5, 6, 7. */
function parseLines(text: string): number[] {
  if (text === '') return [];
  return text.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  const bytes: number[] = [];
  for (const [all, high, low] of text.matchAll(/%(?:FFFFFF([89A-F][0-9A-F])|([0-9A-F]{2}))|[^]/gu)) {
    const code = high ?? low;
    bytes.push(...(code === undefined ? Buffer.from(all) : [Number.parseInt(code, 16)]));
  }
  return Buffer.from(bytes).toString();
}

function shorten(text: string): string {
  return describe(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
