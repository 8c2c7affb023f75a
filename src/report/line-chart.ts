// SPDX-License-Identifier: Apache-2.0
// A chart of lines as the text of one SVG file, without scripts or fonts of
// its own. Colours follow the reader's light or dark setting by a media query;
// every line has a dash pattern besides, for print and for the colour-blind.

import { scaleLinear, scaleLog } from 'd3-scale';
import { line } from 'd3-shape';
import { escaped, pixel } from './escaped.ts';

/** One line of a chart. */
export interface ChartSeries {
  readonly name: string;
  /** Finite pairs, drawn in the order given. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What {@link lineChart} draws. */
export interface LineChart {
  readonly title: string;
  /** What is along x, with its unit. */
  readonly xLabel: string;
  /** What is along y, with its unit. */
  readonly yLabel: string;
  readonly series: readonly ChartSeries[];
  /** @defaultValue 'linear' */
  readonly yScale?: 'linear' | 'log';
  /** Bounds of y. @defaultValue those of the points, widened to round numbers */
  readonly yRange?: readonly [low: number, high: number];
  /** Marks along x at these places only. @defaultValue round numbers */
  readonly xTicks?: readonly number[];
  /** Size in pixels, at least 200 each. @defaultValue 720 x 400 */
  readonly width?: number;
  readonly height?: number;
}

/** Colours of the lines: Okabe and Ito's for white paper, lightened for black. */
export const light: readonly string[] = [
  '#0072b2',
  '#d55e00',
  '#007a5a',
  '#a8508a',
  '#8a6d00',
  '#2f7fb5',
  '#444444',
  '#b8860b',
];
export const dark: readonly string[] = [
  '#56b4e9',
  '#ff8c42',
  '#2fd6a6',
  '#e79bc9',
  '#f0e442',
  '#9bd2f5',
  '#dddddd',
  '#e6b85c',
];
const dashes = ['', '7 3', '2 3', '9 3 2 3', '12 4', '4 2', '1 2', '6 2 2 2'];

const margin = { top: 44, right: 20, bottom: 52, left: 68 };
/** Height of one line of the legend. */
const legendLine = 18;
/** Most points that are marked one by one. */
const markedPoints = 60;

/**
 * Draws lines over common axes.
 * @returns a whole SVG file
 * @throws {RangeError} when there is nothing to draw, or a number is not finite, or not above 0 on a logarithmic axis.
 * @example
 * lineChart({ title: 'Loss', xLabel: 'epoch', yLabel: 'nats', series: [{ name: 'train', points: [[1, 0.5], [2, 0.2]] }] });
 */
export function lineChart(chart: LineChart): string {
  check(chart);
  const { title, xLabel, yLabel, series, yScale = 'linear', width = 720, height = 400 } = chart;
  const plot = { left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom };
  const points = series.flatMap((one) => one.points);
  const x = scaleLinear(bounds(points.map(([value]) => value)), [plot.left, plot.right]);
  const yBounds = chart.yRange ?? bounds(points.map(([, value]) => value));
  const y = (yScale === 'log' ? scaleLog : scaleLinear)(yBounds, [plot.bottom, plot.top]);
  if (chart.yRange === undefined) y.nice();
  const xFormat = chart.xTicks === undefined ? x.tickFormat(8) : String;
  const xTicks = (chart.xTicks ?? x.ticks(8)).map((value) => [value, x(value), xFormat(value)] as const);
  const yFormat = yScale === 'log' ? y.tickFormat(6, '~g') : y.tickFormat(6);
  const yTicks = y.ticks(6).map((value) => [value, y(value), yFormat(value)] as const);
  const draw = line<readonly [number, number]>(
    ([value]) => pixel(x(value)),
    ([, value]) => pixel(y(value)),
  );
  const lines = series.map((one, index) => seriesText(one, index, draw, ([a, b]) => [pixel(x(a)), pixel(y(b))]));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style(series.length)}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    `<text class="title" x="${width / 2}" y="24">${escaped(title)}</text>`,
    ...yTicks.map(([, at]) => `<path class="grid" d="M${plot.left},${pixel(at)}H${plot.right}"/>`),
    `<path class="axis" d="M${plot.left},${plot.top}V${plot.bottom}H${plot.right}"/>`,
    ...xTicks.map(
      ([, at, text]) => `<text class="tick x" x="${pixel(at)}" y="${plot.bottom + 18}">${escaped(text)}</text>`,
    ),
    ...yTicks.map(
      ([, at, text]) => `<text class="tick y" x="${plot.left - 8}" y="${pixel(at + 4)}">${escaped(text)}</text>`,
    ),
    `<text class="label" x="${(plot.left + plot.right) / 2}" y="${height - 12}">${escaped(xLabel)}</text>`,
    `<text class="label" transform="translate(18 ${(plot.top + plot.bottom) / 2}) rotate(-90)">${escaped(yLabel)}</text>`,
    ...lines,
    ...legend(series, lowestCorner(series, y.domain() as [number, number]), plot),
    '</svg>',
    '',
  ].join('\n');
}

function check({ series, yScale, yRange, xTicks = [], width = 720, height = 400 }: LineChart): void {
  if (!series.some(({ points }) => points.length > 0)) {
    throw new RangeError(`Expected a chart of at least one point, but received ${series.length} lines without any.`);
  }
  for (const [name, size] of Object.entries({ width, height })) {
    if (!Number.isFinite(size) || size < 200) {
      throw new RangeError(`Expected ${name} to be at least 200, but received ${size}.`);
    }
  }
  const all = [...xTicks, ...(yRange ?? []), ...series.flatMap(({ points }) => points.flat())];
  const wrong = all.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new RangeError(`Expected a chart of finite numbers, but received ${wrong}.`);
  if (yScale !== 'log') return;
  const low = [...(yRange ?? []), ...series.flatMap(({ points }) => points.map(([, y]) => y))].find(
    (value) => value <= 0,
  );
  if (low !== undefined) throw new RangeError(`Expected numbers above 0 on a logarithmic axis, but received ${low}.`);
}

/** Smallest and largest; values that doubles hardly tell apart get room around them. */
function bounds(values: readonly number[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (high - low > 1e-9 * size && size > 1e-200) return [low, high];
  const room = size > 1e-200 ? size / 2 : 1;
  return [low - room, high + room];
}

function seriesText(
  { points }: ChartSeries,
  index: number,
  draw: (points: (readonly [number, number])[]) => string | null,
  place: (point: readonly [number, number]) => readonly [number, number],
): string {
  const dash = dashes[index % dashes.length];
  const path = draw([...points]) ?? '';
  const marks = points.length > markedPoints ? [] : points.map(place);
  const dots = marks.map(([cx, cy]) => `<circle class="fill${index}" cx="${cx}" cy="${cy}" r="2.5"/>`);
  return `<path class="line line${index}" d="${path}"${dash ? ` stroke-dasharray="${dash}"` : ''}/>${dots.join('')}`;
}

/** Whether the lines leave the upper or the lower right corner freer, by their last points. */
function lowestCorner(series: readonly ChartSeries[], [low, high]: readonly [number, number]): 'top' | 'bottom' {
  const ends = series.flatMap(({ points }) => points.slice(Math.floor(points.length / 2)).map(([, y]) => y));
  const middle = ends.reduce((sum, value) => sum + value, 0) / ends.length;
  return middle > (low + high) / 2 ? 'bottom' : 'top';
}

function legend(
  series: readonly ChartSeries[],
  corner: 'top' | 'bottom',
  plot: { readonly right: number; readonly top: number; readonly bottom: number },
): string[] {
  const first = corner === 'top' ? plot.top + 14 : plot.bottom - 10 - (series.length - 1) * legendLine;
  return series.map(({ name }, index) => {
    const at = first + index * legendLine;
    const dash = dashes[index % dashes.length];
    const pattern = dash ? ` stroke-dasharray="${dash}"` : '';
    return (
      `<path class="line line${index}" d="M${plot.right - 30},${at - 4}h26"${pattern}/>` +
      `<text class="legend" x="${plot.right - 36}" y="${at}">${escaped(name)}</text>`
    );
  });
}

function style(lines: number): string {
  const colours = (list: readonly string[]): string =>
    Array.from({ length: lines }, (_, index) => {
      const colour = list[index % list.length]!;
      return `.line${index}{stroke:${colour}}.fill${index}{fill:${colour}}`;
    }).join('');
  return (
    'text{font:13px system-ui,sans-serif;fill:#222}.title{font-size:16px;font-weight:600}' +
    '.title,.label,.x{text-anchor:middle}.y,.legend{text-anchor:end}.tick{font-size:12px}' +
    `.paper{fill:#fff}.grid{stroke:#ddd;fill:none}.axis{stroke:#555;fill:none}.line{fill:none;stroke-width:2}${colours(light)}` +
    `@media(prefers-color-scheme:dark){text{fill:#ddd}.paper{fill:#14171a}.grid{stroke:#30353a}.axis{stroke:#999}${colours(dark)}}`
  );
}

/**
 * Puts charts of {@link lineChart} one above the other.
 * @returns a whole SVG file, as wide as the widest
 */
export function chartColumn(charts: readonly string[]): string {
  let [width, height] = [0, 0];
  const placed = charts.map((chart) => {
    const size = /width="([\d.]+)" height="([\d.]+)"/.exec(chart);
    if (size === null) throw new RangeError('Expected charts with a size, but received other text.');
    const inner = chart.replace('<svg ', `<svg y="${height}" `);
    width = Math.max(width, Number(size[1]));
    height += Number(size[2]);
    return inner;
  });
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${placed.join('')}</svg>\n`;
}
