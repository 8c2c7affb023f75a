// SPDX-License-Identifier: Apache-2.0
// A roofline (Williams, Waterman and Patterson, CACM 2009): what a layer reaches, below what cells and buffers allow.

import { scaleLog } from 'd3-scale';
import { decimal } from '../columns.ts';
import { escaped, pixel } from '../escaped.ts';
import { chart, path, text, WIDTH } from './chart.ts';

/** One layer. */
export interface RooflinePoint {
  readonly name: string;
  /** Operations for each byte that the buffers read. */
  readonly intensity: number;
  /** Operations a clock. */
  readonly rate: number;
}

/** What {@link roofline} draws. */
export interface Roofline {
  readonly title: string;
  /** Operations a clock that cells can do, and bytes that buffers can read. */
  readonly peak: number;
  readonly bandwidth: number;
  readonly points: readonly RooflinePoint[];
}

const LEFT = 42;
const RIGHT = WIDTH - 12;
const TOP = 12;
const BOTTOM = 230;
/** Room of a name. */
const NAME_WIDTH = 80;
const NAME_HEIGHT = 12;

/** Names beside their points, as far as they do not lie on each other; a pointer shows all. */
function named(places: readonly { readonly name: string; readonly x: number; readonly y: number }[]): string[] {
  const written: { readonly x: number; readonly y: number }[] = [];
  return places.flatMap(({ name, x, y }) => {
    if (written.some((one) => Math.abs(one.x - x) < NAME_WIDTH && Math.abs(one.y - y) < NAME_HEIGHT)) return [];
    written.push({ x, y });
    return [text(x - 8, y + 4, name, 'end tick')];
  });
}

/** Draws the roofs, and a point for each layer. */
export function roofline({ title, peak, bandwidth, points }: Roofline): string {
  const ridge = peak / bandwidth;
  const intensities = points.map(({ intensity }) => intensity);
  const rates = points.map(({ rate }) => rate);
  const x = scaleLog([Math.min(ridge, ...intensities) / 2, Math.max(ridge, ...intensities) * 2], [LEFT, RIGHT]);
  const y = scaleLog([Math.min(peak, ...rates) / 2, peak * 2], [BOTTOM, TOP]);
  const [first, last] = x.domain() as [number, number];
  // Where the slope enters the chart: at its left edge or at its bottom.
  const low = y.domain()[0]!;
  const start = Math.max(first, low / bandwidth);
  const roof = `M${pixel(x(start))},${pixel(y(start * bandwidth))}L${pixel(x(ridge))},${pixel(y(peak))}H${pixel(x(last))}`;
  const ticks = (values: readonly number[]): number[] =>
    values.filter((value, _, all) => all.length < 9 || /^[125]/.test(String(value).replace(/^[0.]+/, '')));
  return chart(title, BOTTOM + 40, [
    ...ticks(y.ticks(6)).flatMap((value) => [
      path(`M${LEFT},${pixel(y(value))}H${RIGHT}`, 'grid'),
      text(LEFT - 6, y(value) + 4, decimal(value, value < 1 ? 1 : 0), 'end tick'),
    ]),
    ...ticks(x.ticks(6)).map((value) => text(x(value), BOTTOM + 16, decimal(value, value < 1 ? 1 : 0), 'middle tick')),
    path(`M${LEFT},${TOP}V${BOTTOM}H${RIGHT}`, 'axis'),
    path(roof, 'roof'),
    text(RIGHT - 4, y(peak) - 6, `${decimal(peak)} a clock: every cell`, 'end tick'),
    ...points.map(({ name, intensity, rate }) => {
      const tip = `${name}: ${decimal(rate, 1)} a clock, ${decimal(intensity, 2)} a byte`;
      const at = `cx="${pixel(x(intensity))}" cy="${pixel(y(rate))}"`;
      return `<circle class="fill0" ${at} r="4"><title>${escaped(tip)}</title></circle>`;
    }),
    ...named(points.map(({ name, intensity, rate }) => ({ name, x: x(intensity), y: y(rate) }))),
    text((LEFT + RIGHT) / 2, BOTTOM + 34, 'taps a byte that the buffers read', 'middle'),
  ]);
}
