// SPDX-License-Identifier: Apache-2.0
// A placement as a picture: a rectangle for each cell where it lies, coloured by module.
//
// An iCE40's tile of logic has 8 cells, one above the other. Memories are two tiles high, multipliers five, and what
// is at the rim is a tile.

import type { Placement } from './place.ts';
import { groupOf, moduleGroups, TOP_GROUP } from './module-groups.ts';
import { placedPath } from './rtl-names.ts';

/** Units of a tile's side; one of 8 cells is this wide and an eighth high. */
const TILE = 16;
const MARGIN = 16;
const LEGEND = 260;
const LINE = 20;

/** Colours that stay apart for most eyes, on white and on black. */
const COLOURS = [
  ...['#4477aa', '#ee6677', '#228833', '#ccbb44', '#66ccee', '#aa3377'],
  ...['#e69f00', '#009e73', '#999933', '#882255', '#88ccee', '#bbbbbb'],
];

/** Tiles that parts are high, by the name of their place. */
const TALL: readonly (readonly [place: RegExp, tiles: number])[] = [
  [/^ram/, 2],
  [/^(dsp|mac16)/, 5],
];

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** A floorplan as SVG. */
export function floorplan({ cells, seed, fmaxMHz }: Placement, title: string): string {
  const placed = cells.flatMap((cell) => {
    const [, x, y, place] = /^X(\d+)\/Y(\d+)\/(.+)$/.exec(cell.bel) ?? [];
    return place === undefined ? [] : [{ path: placedPath(cell), x: Number(x), y: Number(y), place }];
  });
  const counts = new Map<string, number>();
  for (const { path } of placed) counts.set(path, (counts.get(path) ?? 0) + 1);
  const groups = moduleGroups(counts);
  const colourOf = new Map(groups.map((group, i) => [group, COLOURS[i % COLOURS.length]!]));
  const sizes = new Map<string, number>();
  const [right, top] = placed.reduce(([a, b], { x, y }) => [Math.max(a, x), Math.max(b, y)], [0, 0]);
  const height = (top + 1) * TILE;
  const shapes = placed.map(({ path, x, y, place }) => {
    const group = groupOf(path, groups);
    sizes.set(group, (sizes.get(group) ?? 0) + 1);
    const cell = /^lc(\d)$/.exec(place)?.[1];
    const tall = TALL.find(([pattern]) => pattern.test(place))?.[1] ?? 1;
    const part = cell === undefined ? TILE * tall : TILE / 8;
    const low = cell === undefined ? 0 : Number(cell) * part;
    const left = MARGIN + x * TILE;
    const above = MARGIN + height - y * TILE - low - part;
    return `<rect x="${left}" y="${above}" width="${TILE - 1}" height="${part - 0.5}" fill="${colourOf.get(group)}"/>`;
  });
  const legend = groups
    .filter((group) => sizes.has(group))
    .map((group, i) => {
      const [x, y] = [2 * MARGIN + (right + 1) * TILE, MARGIN + (2.5 + i) * LINE];
      const text = `${escaped(group === '' ? TOP_GROUP : group)}: ${sizes.get(group)}`;
      return `<rect x="${x}" y="${y}" width="12" height="12" fill="${colourOf.get(group)}"/><text x="${x + 18}" y="${y + 11}">${text}</text>`;
    });
  const width = 3 * MARGIN + (right + 1) * TILE + LEGEND;
  const all = Math.max(height, (legend.length + 3.5) * LINE) + 2 * MARGIN;
  const speed = `${fmaxMHz.toFixed(1)} MHz, seed ${seed}`;
  const heading = [title, speed].map(
    (text, i) => `<text x="${2 * MARGIN + (right + 1) * TILE}" y="${MARGIN + 12 + i * LINE}">${escaped(text)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${all}" font-family="sans-serif" font-size="12">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" fill="white"/>
<rect x="${MARGIN}" y="${MARGIN}" width="${(right + 1) * TILE}" height="${height}" fill="#f4f4f4" stroke="#888"/>
${[...shapes, ...heading, ...legend].join('\n')}
</svg>
`;
}
