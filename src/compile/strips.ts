// SPDX-License-Identifier: Apache-2.0
// Runs a network's leading layers depth-first in strips of rows, so that only strips of their maps are on chip.
//
// A strip begins with rows of the last of these layers' maps, and asks backwards for the rows that they are made of:
// rows at its edges (halos) are asked for by the next strip again, and computed again. Maps that later layers read are
// whole: their rows stay, and each is computed once. Every row of every map is computed, also one that nothing reads.

import { type Layer, layerGeometry, picture } from '../network/index.ts';

/** Rows of a map, from one up to another. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** Rows that a record has to do with. */
export interface RecordRows {
  /** Rows of its layer's map that it writes. */
  readonly output: RowRange;
  /** Rows on chip of the map that it reads. */
  readonly source: RowRange;
  /** First row on chip of the map that it adds, and of its layer's. */
  readonly shortcutFrom: number;
  readonly destFrom: number;
}

/** A layer, or rows of it. */
export interface Step {
  readonly layer: number;
  readonly rows: RecordRows;
}

/** How many layers run in strips, and in how many. */
export interface Cut {
  readonly layers: number;
  readonly strips: number;
}

/** Leading layers in strips. */
export interface Strips extends Cut {
  /** What runs one after the other: strips of the leading layers, then the others whole. */
  readonly steps: readonly Step[];
  /** For each leading layer the rows of its map on chip at once; null where it is whole. */
  readonly heights: readonly (number | null)[];
}

/** All rows of a layer. */
export function wholeRows(layer: Layer): RecordRows {
  return {
    output: { from: 0, to: layerGeometry(layer).output.height },
    source: { from: 0, to: layer.input.height },
    shortcutFrom: 0,
    destFrom: 0,
  };
}

/** Rows of a map of so many that there are from one to another; null for none. */
function onMap(first: number, last: number, height: number): RowRange | null {
  const range = { from: Math.max(first, 0), to: Math.min(last + 1, height) };
  return range.from < range.to ? range : null;
}

/** Rows of the convolved map that some of a layer's own are pooled from, those outside it too. */
function convolvedRows(
  { pool, poolStride, poolPadding }: Layer,
  { from, to }: RowRange,
): [first: number, last: number] {
  return [from * poolStride - poolPadding, (to - 1) * poolStride - poolPadding + pool - 1];
}

/** Rows of the map that a layer reads for some of its own; null for none. */
function rowsRead(layer: Layer, rows: RowRange): RowRange | null {
  const { stride, padding, kernelHeight, dilation, input } = layer;
  const [first, last] = convolvedRows(layer, rows);
  return onMap(first * stride - padding, last * stride - padding + (kernelHeight - 1) * dilation, input.height);
}

/** Rows of the map that a layer adds for some of its own; null for none. */
function rowsAdded(layer: Layer, rows: RowRange): RowRange | null {
  return onMap(...convolvedRows(layer, rows), layerGeometry(layer).convolved.height);
}

function hull(a: RowRange | null, b: RowRange | null): RowRange | null {
  if (a === null || b === null) return a ?? b;
  return { from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}

/** Cuts leading layers into strips, as if there were room for so many. */
export function stripsOf(layers: readonly Layer[], cut: Cut): Strips {
  const head = layers.slice(0, cut.layers);
  const heights = head.map((layer) => layerGeometry(layer).output.height);
  const reading = (name: string, among: readonly Layer[]): readonly Layer[] =>
    among.filter(({ source, shortcut }) => source === name || shortcut === name);
  // The network's last map is the results, which are whole.
  const whole = head.map(
    ({ name }, index) => index === layers.length - 1 || reading(name, layers.slice(cut.layers)).length > 0,
  );
  const readers = head.map(({ name }) => reading(name, head));
  const indexOf = new Map(head.map(({ name }, index) => [name, index]));
  const done = head.map(() => 0);
  const most = head.map(() => 0);
  const steps: Step[] = [];

  /** Rows of each map that a strip computes; null for none. */
  const rowsOfStrip = (strip: number): (RowRange | null)[] => {
    const rows: (RowRange | null)[] = head.map(() => null);
    const last = strip === cut.strips - 1;
    for (let index = head.length - 1; index >= 0; index--) {
      const { name } = head[index]!;
      const height = heights[index]!;
      const share = (end: number): number => Math.floor((height * end) / cut.strips);
      const asked =
        readers[index]!.length === 0
          ? onMap(share(strip), share(strip + 1) - 1, height)
          : readers[index]!.reduce<RowRange | null>((sum, reader) => {
              const wanted = rows[indexOf.get(reader.name)!]!;
              if (wanted === null) return sum;
              const read = reader.source === name ? rowsRead(reader, wanted) : null;
              return hull(hull(sum, read), reader.shortcut === name ? rowsAdded(reader, wanted) : null);
            }, null);
      const computed = done[index]!;
      const to = last ? height : (asked?.to ?? computed);
      // No row is left out between two strips; those that are still there are not computed again.
      const from = whole[index] ? computed : Math.min(asked?.from ?? computed, computed);
      rows[index] = from < to ? { from, to } : null;
      done[index] = Math.max(computed, to);
    }
    return rows;
  };

  for (let strip = 0; strip < cut.strips; strip++) {
    const rows = rowsOfStrip(strip);
    const held = (name: string | null, height: number): RowRange => {
      const index = name === null || name === picture ? undefined : indexOf.get(name);
      const all = { from: 0, to: height };
      return index === undefined || whole[index] ? all : (rows[index] ?? all);
    };
    head.forEach((layer, index) => {
      const output = rows[index] ?? null;
      if (output === null) return;
      if (!whole[index]) most[index] = Math.max(most[index]!, output.to - output.from);
      steps.push({
        layer: index,
        rows: {
          output,
          source: held(layer.source, layer.input.height),
          shortcutFrom: held(layer.shortcut, heights[index]!).from,
          destFrom: whole[index] ? 0 : output.from,
        },
      });
    });
  }
  return {
    ...cut,
    steps: [...steps, ...wholeSteps(layers).slice(cut.layers)],
    heights: most.map((rows, index) => (whole[index] ? null : rows)),
  };
}

/** Layers one after the other, each whole. */
export function wholeSteps(layers: readonly Layer[]): Step[] {
  return layers.map((layer, index) => ({ layer: index, rows: wholeRows(layer) }));
}
