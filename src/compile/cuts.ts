// SPDX-License-Identifier: Apache-2.0
// Which layers' weights are loaded for each batch, and in how many segments, so that they fit beside those that stay and
// the program has room for the records.
//
// As many weights stay as can. Those of layers with few pixels stay first: they are used for the shortest time, and would
// be waited for.

import { layerGeometry } from '../network/index.ts';
import { type LayerPlan, weightWords } from './plan.ts';
import { isHeld } from './plan-stationary.ts';

/** Times that a record of the program is run one after the other at most. */
export const MOST_RUNS = 64;

/** How a layer may be cut: into so many pieces of so many weight words. */
export interface Pieces {
  readonly pieces: number;
  readonly words: number;
  /** Times that all of them are run for a batch: strips of rows. */
  readonly repeats: number;
  /** Tiles of output pixels that each weight word is used for, once it is there. */
  readonly uses: number;
  /** Whether parts that have as many tiles of as many filters may be one record of the program. */
  readonly mayRepeat: boolean;
  /** Whether the last piece has as many filters as the others. */
  readonly isLastFull: boolean;
  /** Whether its weights may be loaded for each batch: those of columns that are a part of their own stay. */
  readonly mayLoad: boolean;
}

export function piecesOf(plan: LayerPlan, repeats: number): Pieces {
  const pieces = plan.cutBy === 'tiles' ? plan.filterTiles : plan.layer.groups;
  return {
    pieces,
    words: weightWords(plan) / pieces,
    repeats,
    uses: (plan.windowColumns * layerGeometry(plan.layer).output.height * plan.layer.pool ** 2) / repeats,
    mayRepeat: plan.cutBy === 'tiles' && plan.layer.groups === 1 && !isHeld(plan),
    isLastFull: plan.lastFilters === plan.tileFilters,
    mayLoad: plan.rest === null,
  };
}

/** For each layer the number of its segments, 0 where its weights stay. */
export type Cuts = readonly number[];

/** What there is room for. */
export interface Room {
  /** Words of the weight buffer. */
  readonly depth: number;
  /** Records of the program. */
  readonly most: number;
  /** Segments that are on chip at once. */
  readonly held: number;
}

/** Segments of a layer, each of so many words at most; an odd or an even number where it may be. */
function segmentsOf({ pieces, words }: Pieces, half: number, odd?: boolean): number {
  const count = Math.ceil(pieces / Math.floor(half / words));
  return odd !== undefined && (count % 2 === 1) !== odd && count < pieces ? count + 1 : count;
}

/** Pieces in each of so many parts of a layer: where a record may be run again, as many in each, and in the last what is left. */
export function partSizes(pieces: number, count: number, held: number): number[] {
  const most = Math.ceil(pieces / count);
  const start = (part: number): number =>
    held === 1 ? Math.min(part * most, pieces) : Math.floor((part * pieces) / count);
  return Array.from({ length: count }, (_, part) => start(part + 1) - start(part));
}

/** Records of the program for so many segments of a layer, of one strip. */
function programmed({ pieces, mayRepeat, isLastFull }: Pieces, count: number, held: number): number {
  if (held !== 1 || !mayRepeat) return Math.max(count, 1);
  const sizes = partSizes(pieces, Math.max(count, 1), held);
  const alike = isLastFull && sizes.at(-1) === sizes[0] ? sizes.length : sizes.length - 1;
  return Math.ceil(alike / MOST_RUNS) + (alike < sizes.length ? 1 : 0);
}

/**
 * Cuts with room for the segments that are held, of so many words, beside what stays; null where there are none.
 * @param order layers, those first whose weights are to stay
 */
function cutsFor(
  layers: readonly Pieces[],
  order: readonly number[],
  half: number,
  { depth, most, held }: Room,
): Cuts | null {
  let room = depth - held * half;
  const cuts = layers.map(() => 0);
  const whole = (layer: number): number => layers[layer]!.pieces * layers[layer]!.words;
  // Of a map that is turned there is nothing to cut.
  const small = (layer: number): boolean =>
    layers[layer]!.mayLoad && layers[layer]!.words > 0 && layers[layer]!.words <= half;
  for (const layer of order) {
    if (!small(layer)) room -= whole(layer);
    if (room < 0) return null;
  }
  for (const layer of order) {
    if (!small(layer)) continue;
    if (whole(layer) <= room) room -= whole(layer);
    else cuts[layer] = segmentsOf(layers[layer]!, half);
  }
  if (held === 2 && cuts.reduce((sum, count, layer) => sum + count * layers[layer]!.repeats, 0) % 2 === 1) {
    // One more segment of a layer, or else an odd number of one that could have stayed.
    const odd = order.filter((layer) => layers[layer]!.repeats % 2 === 1);
    const more = odd.findLast((layer) => cuts[layer]! > 0 && cuts[layer]! < layers[layer]!.pieces);
    const other = odd.findLast(
      (layer) => cuts[layer] === 0 && small(layer) && segmentsOf(layers[layer]!, half, true) % 2 === 1,
    );
    if (more !== undefined) cuts[more]!++;
    else if (other !== undefined) cuts[other] = segmentsOf(layers[other]!, half, true);
    else return null;
  }
  const records = cuts.reduce(
    (sum, count, layer) => sum + programmed(layers[layer]!, count, held) * layers[layer]!.repeats,
    0,
  );
  return records <= most ? cuts : null;
}

/**
 * Cuts with which the fewest words are loaded for each batch; null where there are none.
 * @param any whether any cuts will do
 */
export function bestCuts(layers: readonly Pieces[], room: Room, any = false): Cuts | null {
  const { depth, held } = room;
  const order = layers.map((_, layer) => layer).sort((a, b) => layers[a]!.uses - layers[b]!.uses || a - b);
  const halves = new Set<number>();
  for (const { pieces, words } of layers) {
    for (let count = 1; count <= pieces && held * count * words <= depth; count++) halves.add(count * words);
  }
  const all = layers.reduce((sum, { pieces, words }) => sum + pieces * words, 0);
  let best: Cuts | null = null;
  let fewest = Infinity;
  const loadedBy = (cuts: Cuts): number =>
    layers.reduce((sum, { pieces, words, repeats }, layer) => sum + (cuts[layer] ? pieces * words * repeats : 0), 0);
  for (const half of [...halves].sort((a, b) => a - b)) {
    // The larger segments are, the less can stay beside those that are held.
    if (all - (depth - held * half) >= fewest) break;
    const cuts = cutsFor(layers, order, half, room);
    if (cuts === null) continue;
    if (any) return cuts;
    const loaded = loadedBy(cuts);
    if (loaded < fewest) {
      best = cuts;
      fewest = loaded;
    }
  }
  return best;
}

/** Cuts for the smallest buffer above one that is too small; null where it is one for all words. */
export function leastCuts(layers: readonly Pieces[], room: Room, all: number): Cuts | null {
  let [low, high] = [room.depth, all];
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    if (bestCuts(layers, { ...room, depth: middle }, true) === null) low = middle;
    else high = middle;
  }
  return high === all ? null : bestCuts(layers, { ...room, depth: high });
}
