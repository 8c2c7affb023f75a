// SPDX-License-Identifier: Apache-2.0
// Bars that are sums, one below the other, on a common scale.

import { scaleLinear } from 'd3-scale';
import { decimal } from '../columns.ts';
import { box, chart, legend, text, WIDTH } from './chart.ts';

/** One bar. */
export interface StackedBar {
  readonly name: string;
  /** A part for each of the names, in their order. */
  readonly values: readonly number[];
}

/** What {@link stackedBars} draws. */
export interface StackedBars {
  readonly title: string;
  readonly unit: string;
  readonly names: readonly string[];
  readonly bars: readonly StackedBar[];
  /** Decimals of the figures. @defaultValue 0 */
  readonly digits?: number;
}

const LEFT = 122;
const RIGHT = WIDTH - 62;
const ROW = 18;

/** Draws the bars. */
export function stackedBars({ title, unit, names, bars, digits = 0 }: StackedBars): string {
  const totals = bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const x = scaleLinear([0, Math.max(...totals, Number.MIN_VALUE)], [LEFT, RIGHT]);
  const { parts, height } = legend(names, 0);
  const rows = bars.flatMap(({ name, values }, index) => {
    const y = height + 8 + index * ROW;
    let before = 0;
    const boxes = values.map((value, part) => {
      const from = before;
      before += value;
      if (value === 0) return '';
      const tip = `${name}: ${names[part]} ${decimal(value, digits)} ${unit}`;
      return box(x(from), y, x(before) - x(from), ROW - 4, `fill${part}`, tip);
    });
    return [
      text(LEFT - 6, y + 11, name, 'end tick'),
      ...boxes.filter((one) => one !== ''),
      text(x(before) + 5, y + 11, decimal(totals[index]!, digits), 'tick'),
    ];
  });
  return chart(title, height + 8 + bars.length * ROW + 2, [...parts, ...rows]);
}
