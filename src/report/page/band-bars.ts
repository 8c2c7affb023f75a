// SPDX-License-Identifier: Apache-2.0
// Bands, each a line from its low to its high end with a mark at the middle, in groups, on a common scale from 0.

import { scaleLinear } from 'd3-scale';
import type { Band } from '../../energy/index.ts';
import { decimal } from '../columns.ts';
import { pixel } from '../escaped.ts';
import { box, chart, legend, path, text, WIDTH } from './chart.ts';

/** Bands of one thing, one of each series. */
export interface BandGroup {
  readonly name: string;
  readonly bands: readonly Band[];
}

/** What {@link bandBars} draws. */
export interface BandBars {
  readonly title: string;
  readonly unit: string;
  readonly names: readonly string[];
  readonly groups: readonly BandGroup[];
}

const LEFT = 72;
const RIGHT = WIDTH - 16;
const ROW = 16;

/** Draws the bands. */
export function bandBars({ title, unit, names, groups }: BandBars): string {
  const highest = Math.max(...groups.flatMap(({ bands }) => bands.map(({ high }) => high)), Number.MIN_VALUE);
  const x = scaleLinear([0, highest], [LEFT, RIGHT]).nice();
  const { parts, height } = legend(names, 0);
  const groupHeight = names.length * ROW + 10;
  const bottom = height + groups.length * groupHeight;
  const rows = groups.flatMap(({ name, bands }, group) => {
    const top = height + 8 + group * groupHeight;
    return [
      text(LEFT - 8, top + (names.length * ROW) / 2 + 4, name, 'end'),
      ...bands.flatMap(({ low, typical, high }, index) => {
        const y = top + index * ROW;
        const figures = [low, typical, high].map((value) => decimal(value, 1)).join(' to ');
        return [
          box(
            x(low),
            y + 3,
            Math.max(x(high) - x(low), 1),
            ROW - 8,
            `fill${index}`,
            `${name}, ${names[index]}: ${figures} ${unit}`,
            0.45,
          ),
          box(x(typical) - 1.5, y, 3, ROW - 2, `fill${index}`),
        ];
      }),
    ];
  });
  const ticks = x
    .ticks(5)
    .flatMap((value) => [
      path(`M${pixel(x(value))},${height + 4}V${bottom + 2}`, 'grid'),
      text(x(value), bottom + 16, decimal(value), 'middle tick'),
    ]);
  return chart(title, bottom + 36, [
    ...parts,
    ...ticks,
    ...rows,
    text((LEFT + RIGHT) / 2, bottom + 32, unit, 'middle'),
  ]);
}
