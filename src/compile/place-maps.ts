// SPDX-License-Identifier: Apache-2.0
// Finds every map of a network a place in the two activation buffers.
//
// A buffer has one read port, so that the map a layer adds may not be in the buffer of the one it reads. Maps that
// such layers tie together are coloured as one, and each such set takes the colours in which its first map lies
// lowest. Where two colours do not suffice, the smaller of two maps that clash lies in both buffers, at one address. A
// map then takes the lowest place that is free from the layer that writes it to the last that reads it. A layer that
// adds a map which nothing reads later, and does not pool, writes over it: each value is read some clocks before it is
// written.
//
// Where leading layers run in strips, all that stays from one strip to the next lives as long as any of these layers
// runs: the pictures, and maps that are whole. Strips live as whole maps do otherwise, and have one place.

import { type Layer, layerGeometry, type MapShape, picture } from '../network/index.ts';
import type { LayerPlacement } from './program.ts';
import type { Strips } from './strips.ts';

/** Maps that a layer reads, writes and adds. */
export type LayerMaps = Pick<LayerPlacement, 'source' | 'dest' | 'shortcut'>;

/** Where a network's maps are. */
export interface MapPlaces {
  /** The first bank of pictures; a second follows it at once. */
  readonly pictures: { readonly buffer: Buffer; readonly base: number };
  /** Banks of pictures: with two, the next batch is loaded while one runs. */
  readonly banks: 1 | 2;
  /** Of each layer; the last one writes the result buffer. */
  readonly places: readonly LayerMaps[];
  /** Words that each buffer needs. */
  readonly depth: number;
  /** The layer at whose time so many are needed. */
  readonly deepest: Layer;
}

/** Words that maps take. */
export interface MapWords {
  /** Of a map between layers, or so many rows of it: that of the layer of an index. */
  readonly wordsOf: (map: MapShape, layer: number) => number;
  /** Of the pictures of a batch. */
  readonly pictureWords: number;
  /** Of an activation buffer's those that maps may have. */
  readonly mapDepth: number;
}

/** An activation buffer. */
type Buffer = 0 | 1;

/** A map while it is being placed. Times are indices of layers; pictures come before all. */
interface Placing {
  readonly size: number;
  /** The layer that writes it; -1 for the pictures. */
  readonly writer: number;
  readonly from: number;
  to: number;
  /** Maps of a set with one side are in one buffer, those with the other in the other. */
  readonly set: number;
  readonly side: Buffer;
  /** Whether it lies in both. */
  readonly both: boolean;
  place: { readonly buffers: readonly Buffer[]; readonly base: number } | null;
}

/** Maps that a layer reads and adds: 0 are the pictures, i + 1 is that of layer i. */
interface Reads {
  readonly source: number;
  readonly shortcut: number | null;
}

function readsOf(layers: readonly Layer[]): Reads[] {
  const written = new Map(layers.map(({ name }, index) => [name, index + 1]));
  return layers.map(({ source, shortcut }) => ({
    source: source === picture ? 0 : written.get(source)!,
    shortcut: shortcut === null ? null : written.get(shortcut)!,
  }));
}

type Ties = Pick<Placing, 'set' | 'side' | 'both'>[];

/** Ties maps that must be in two buffers, as far as they are not in both; stops at a layer whose two maps then clash. */
function tieMaps(reads: readonly Reads[], both: ReadonlySet<number>): { ties: Ties; clash: Reads | undefined } {
  const ties: Ties = Array.from({ length: reads.length + 1 }, (_, map) => ({ set: map, side: 0, both: both.has(map) }));
  const clash = reads.find(({ source, shortcut }) => {
    if (shortcut === null || both.has(source) || both.has(shortcut)) return false;
    const one = ties[source]!;
    const other = ties[shortcut]!;
    if (one.set === other.set) return one.side === other.side;
    const turn = one.side === other.side;
    ties.forEach((tie, map) => {
      if (tie.set !== other.set) return;
      ties[map] = { ...tie, set: one.set, side: turn ? opposite(tie.side) : tie.side };
    });
    return false;
  });
  return { ties, clash };
}

function opposite(buffer: Buffer): Buffer {
  return buffer === 0 ? 1 : 0;
}

/** Ties maps, and puts into both buffers what would clash. Pictures are in one. */
function colourMaps(reads: readonly Reads[], sizes: readonly number[]): Ties {
  const both = new Set<number>();
  for (;;) {
    const { ties, clash } = tieMaps(reads, both);
    if (clash === undefined) return ties;
    const { source, shortcut } = clash as { source: number; shortcut: number };
    both.add(source === 0 || sizes[shortcut]! <= sizes[source]! ? shortcut : source);
  }
}

/** Maps that lie in one of the buffers while a map lives, by address. */
function beside(maps: readonly Placing[], map: Placing, buffers: readonly Buffer[]): { from: number; to: number }[] {
  return maps
    .filter(({ place, from, to }) => place !== null && from <= map.to && map.from <= to)
    .filter(({ place }) => place!.buffers.some((buffer) => buffers.includes(buffer)))
    .map(({ place, size }) => ({ from: place!.base, to: place!.base + size }))
    .sort((a, b) => a.from - b.from);
}

/** Lowest address in some buffers with room for a map. */
function lowest(maps: readonly Placing[], map: Placing, buffers: readonly Buffer[]): number {
  let base = 0;
  for (const { from, to } of beside(maps, map, buffers)) {
    if (base + map.size <= from) break;
    base = Math.max(base, to);
  }
  return base;
}

/** Whether a map may be written over another that lives no longer, as far as others go. */
function fitsOver(maps: readonly Placing[], map: Placing, over: Placing, buffers: readonly Buffer[]): boolean {
  const { base, buffers: its } = over.place!;
  const others = maps.filter((other) => other !== over);
  return (
    its.some((buffer) => buffers.includes(buffer)) &&
    beside(others, map, buffers).every(({ from, to }) => to <= base || base + map.size <= from)
  );
}

/**
 * Places the maps of a network.
 * @param banks banks of pictures; one is free again after the last layer that reads it
 */
function placeWith(
  layers: readonly Layer[],
  banks: 1 | 2,
  { wordsOf, pictureWords }: MapWords,
  strips: Strips | null,
): MapPlaces {
  const reads = readsOf(layers);
  const inStrips = strips?.layers ?? 0;
  const isStrip = (layer: number): boolean => layer >= 0 && layer < inStrips && strips!.heights[layer] !== null;
  const sizes = [
    banks * pictureWords,
    ...layers.map((layer, index) => {
      const { output } = layerGeometry(layer);
      return wordsOf({ ...output, height: strips?.heights[index] ?? output.height }, index);
    }),
  ];
  const ties = colourMaps(reads, sizes);
  const maps = sizes.map((size, map): Placing => {
    const writer = map - 1;
    const from = writer >= 0 && writer < inStrips && !isStrip(writer) ? 0 : writer;
    return { size, writer, from, to: writer, ...ties[map]!, place: null };
  });
  reads.forEach(({ source, shortcut }, layer) => {
    maps[source]!.to = layer;
    if (shortcut !== null) maps[shortcut]!.to = layer;
  });
  for (const map of maps) {
    if (map.writer < inStrips && !isStrip(map.writer)) map.to = Math.max(map.to, inStrips - 1);
  }
  if (banks === 2) maps[0]!.to = layers.length;

  /** For each set, the buffer of its side 0. */
  const first = new Map<number, Buffer>();
  let depth = 0;
  let deepest = 0;
  for (const map of maps.slice(0, -1)) {
    const { writer } = map;
    const { source, shortcut } = reads[writer] ?? { source: 0, shortcut: null };
    // What is also the source is read by later pixels, too.
    const added = shortcut === null || shortcut === source ? undefined : maps[shortcut];
    const free = added?.to === writer && (writer >= inStrips || (isStrip(writer) && isStrip(added.writer)));
    const over = free && layers[writer]!.pool === 1 ? added : undefined;
    const start = first.get(map.set);
    const one = start === undefined ? null : map.side === 0 ? start : opposite(start);
    const options: readonly (readonly Buffer[])[] = map.both ? [[0, 1]] : one === null ? [[0], [1]] : [[one]];
    const placed = options.map((buffers) => ({
      buffers,
      base: over && fitsOver(maps, map, over, buffers) ? over.place!.base : lowest(maps, map, buffers),
    }));
    map.place = placed.reduce((best, option) => (option.base < best.base ? option : best));
    const [buffer] = map.place.buffers as [Buffer];
    if (!map.both) first.set(map.set, map.side === 0 ? buffer : opposite(buffer));
    if (map.place.base + map.size > depth) {
      depth = map.place.base + map.size;
      deepest = Math.max(writer, 0);
    }
  }
  return {
    pictures: { buffer: maps[0]!.place!.buffers[0]!, base: maps[0]!.place!.base },
    banks,
    places: reads.map((_, layer) => layerMaps(maps, reads, layer)),
    depth,
    deepest: layers[deepest]!,
  };
}

function layerMaps(maps: readonly Placing[], reads: readonly Reads[], layer: number): LayerMaps {
  const { source, shortcut } = reads[layer]!;
  const read = maps[source]!.place!;
  const added = shortcut === null ? null : maps[shortcut]!.place!;
  const written = maps[layer + 1]!.place;
  // What lies in both is read from the one that the other is not in.
  const from = read.buffers.find((buffer) => added?.buffers.length !== 1 || added.buffers[0] !== buffer)!;
  return {
    // Where pictures begin comes with each batch.
    source: { buffer: from, base: source === 0 ? 0 : read.base },
    dest:
      written === null
        ? { buffer: 2, base: 0 }
        : { buffer: written.buffers.length === 2 ? 3 : written.buffers[0]!, base: written.base },
    ...(added && { shortcut: { buffer: opposite(from), base: added.base } }),
  };
}

/**
 * Places the maps of a network: with two banks of pictures where buffers of that depth hold them, else with one.
 * @param strips leading layers of which only strips are there; null where all maps are whole
 */
export function placeMaps(layers: readonly Layer[], words: MapWords, strips: Strips | null): MapPlaces {
  const two = placeWith(layers, 2, words, strips);
  return two.depth <= words.mapDepth ? two : placeWith(layers, 1, words, strips);
}
