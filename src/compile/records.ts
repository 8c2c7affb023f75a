// SPDX-License-Identifier: Apache-2.0
// Cuts a network into program records: one a layer where all weights fit.
//
// Where they do not, some layers keep their weights on chip and the others' are loaded for each batch, in segments:
// while one is in use, the next is loaded beside it. A record uses one segment, so that a layer whose weights are more
// than a segment is several records, each with some of the tiles of filters, or some of the groups where a group is one
// tile or its words are blocks of channels. Segments lie by turns in two halves; for the first of a batch not to lie
// where the last of the one before does, their number is even. A layer that runs in strips of rows is as many records for
// each of them, and its segments are sent again for each.
//
// With `weightSegments` 1 all segments lie in the same words, and the next is loaded when a record is done with its own.
// Records of a layer that differ in nothing but their filters are then one in the program, which is run time and again.
//
// Columns of a map that are a part of their own (plan.ts) are a record more, with weights that stay.
//
// Which layers, and in how many segments, is for cuts.ts to choose.

import type { Configuration } from './configuration.ts';
import { bestCuts, type Cuts, leastCuts, MOST_RUNS, partSizes, type Pieces, piecesOf } from './cuts.ts';
import { bases } from './joined.ts';
import { columnParts, type LayerPlan, weightWords } from './plan.ts';
import { isTurn, turnParts } from './plan-turn.ts';
import { PROGRAM_WORDS } from './program-words.ts';
import { type RecordRows, type Step, wholeSteps } from './strips.ts';

/** Layers, and records, that a program may have. */
export const PROGRAM_LAYERS = 64;

/** Segments of weights that are on chip at once. */
export function segmentsHeld({ weightSegments = 2 }: Pick<Configuration, 'weightSegments'>): number {
  return weightSegments;
}

/** A part of a layer that is run as one. */
export interface LayerRecord<Plan extends LayerPlan = LayerPlan> {
  /** Index of its layer. */
  readonly layer: number;
  /** What it does as a layer by itself: of some of the filters, or of some of the groups. */
  readonly plan: Plan;
  readonly firstTile: number;
  readonly firstGroup: number;
  readonly rows: RecordRows;
  /** Address of its weights. */
  readonly weightBase: number;
  /** Whether they are a segment, loaded for each batch. */
  readonly segment: boolean;
  /** Whether the program has the record before for it, which is run once more, with the next segment and filters. */
  readonly again: boolean;
}

/** How often each record of the program is run one after the other, in their order. */
export function runsOf(records: readonly Pick<LayerRecord, 'again'>[]): number[] {
  const runs: number[] = [];
  for (const { again } of records) {
    if (again) runs[runs.length - 1]!++;
    else runs.push(1);
  }
  return runs;
}

/** The records that the program has words of: those that are not another's run once more. */
export function programRecords<Record extends Pick<LayerRecord, 'again'>>(records: readonly Record[]): Record[] {
  return records.filter(({ again }) => !again);
}

/** Records of a network, and where their weights are. */
export interface RecordPlan<Plan extends LayerPlan = LayerPlan> {
  readonly records: readonly LayerRecord<Plan>[];
  /** Words that are loaded once, from address 0 on. */
  readonly residentWords: number;
  /** Words of the segments, loaded for each batch. */
  readonly segmentWords: number;
  /** Words of the weight buffer in use. */
  readonly depth: number;
}

/** The part of a layer with some of its pieces, as a layer by itself. */
function partOf<Plan extends LayerPlan>(
  plan: Plan,
  first: number,
  pieces: number,
): Pick<LayerRecord<Plan>, 'plan' | 'firstTile' | 'firstGroup'> {
  const { layer, filterTiles, tileFilters, lastFilters, cutBy } = plan;
  const { groups, filters, input } = layer;
  if (cutBy === 'tiles') {
    const last = first + pieces === filterTiles ? lastFilters : tileFilters;
    const part = { ...layer, filters: groups * ((pieces - 1) * tileFilters + last) };
    return { plan: { ...plan, layer: part, filterTiles: pieces, lastFilters: last }, firstTile: first, firstGroup: 0 };
  }
  const channels = (input.channels / groups) * pieces;
  const part = { ...layer, groups: pieces, filters: (filters / groups) * pieces, input: { ...input, channels } };
  return { plan: { ...plan, layer: part }, firstTile: 0, firstGroup: first };
}

function recordsOf<Plan extends LayerPlan>(
  plans: readonly Plan[],
  layers: readonly Pieces[],
  cuts: Cuts,
  steps: readonly Step[],
  held: number,
): RecordPlan<Plan> {
  const partsOf = plans.map((plan, layer) => {
    const { pieces } = layers[layer]!;
    const count = Math.max(cuts[layer]!, 1);
    if (count === 1) return [{ layer, segment: cuts[layer] !== 0, plan, firstTile: 0, firstGroup: 0 }];
    let first = 0;
    return partSizes(pieces, count, held).map((size) => {
      first += size;
      return { layer, segment: cuts[layer] !== 0, ...partOf(plan, first - size, size) };
    });
  });
  const parts = steps.flatMap(({ layer, rows }) => partsOf[layer]!.map((part) => ({ ...part, rows })));
  // Weights that stay are there once, whatever number of strips uses them.
  const residentBases = bases(plans.map((plan, layer) => (cuts[layer] === 0 ? weightWords(plan) : 0)));
  const residentWords = residentBases.at(-1)!;
  const sizes = parts.filter(({ segment }) => segment).map(({ plan }) => weightWords(plan));
  const largest = (turn: number): number =>
    sizes.reduce((most, size, at) => (at % held === turn ? Math.max(most, size) : most), 0);
  let segments = 0;
  let runs = 0;
  const records = parts.map((part, index): LayerRecord<Plan> => {
    const before = parts[index - 1];
    const again =
      held === 1 &&
      before?.layer === part.layer &&
      before.rows === part.rows &&
      layers[part.layer]!.mayRepeat &&
      isAlike(before.plan, part.plan) &&
      runs < MOST_RUNS;
    runs = again ? runs + 1 : 1;
    const weightBase = part.segment ? residentWords + (segments++ % held) * largest(0) : residentBases[part.layer]!;
    return { ...part, weightBase, again };
  });
  const segmentWords = sizes.reduce((sum, size) => sum + size, 0);
  return { records, residentWords, segmentWords, depth: residentWords + largest(0) + (held === 2 ? largest(1) : 0) };
}

/** Whether two parts of a layer have as many tiles of as many filters. */
function isAlike(a: LayerPlan, b: LayerPlan): boolean {
  return a.filterTiles === b.filterTiles && a.lastFilters === b.lastFilters;
}

/** Records where all weights stay. */
function residentRecords<Plan extends LayerPlan>(plans: readonly Plan[], steps: readonly Step[]): RecordPlan<Plan> {
  const starts = bases(plans.map(weightWords));
  const depth = starts.at(-1)!;
  return {
    records: steps.map(({ layer, rows }) => ({
      layer,
      plan: plans[layer]!,
      firstTile: 0,
      firstGroup: 0,
      rows,
      weightBase: starts[layer]!,
      segment: false,
      again: false,
    })),
    residentWords: depth,
    segmentWords: 0,
    depth,
  };
}

/** Records that a program of so many words may have. */
export function mostRecords({ programDepth }: Pick<Configuration, 'programDepth'>): number {
  return Math.min(PROGRAM_LAYERS, Math.floor(programDepth / PROGRAM_WORDS));
}

/**
 * Records of a network. Where its weights do not fit however they are cut, it is cut for the smallest buffer that will
 * do, and its `depth` is more than there is. A buffer of one port takes no segments: nothing is cut for it.
 * @param steps what runs one after the other, by default each layer whole; there is at least one record for each
 */
export function planRecords<Plan extends LayerPlan>(
  plans: readonly Plan[],
  configuration: Pick<Configuration, 'weightDepth' | 'weightPorts' | 'weightSegments' | 'programDepth'>,
  steps: readonly Step[] = wholeSteps(plans.map(({ layer }) => layer)),
): RecordPlan<Plan> {
  const all = plans.reduce((sum, plan) => sum + weightWords(plan), 0);
  const { weightDepth, weightPorts = 2 } = configuration;
  if (all <= weightDepth || weightPorts === 1) return parted(residentRecords(plans, steps));
  const layers = plans.map((plan, layer) => piecesOf(plan, steps.filter((step) => step.layer === layer).length));
  // Maps that are turned, and columns that are a part of their own, take records besides those of their steps.
  const more = steps.reduce((sum, { layer }) => sum + partsOfRecord(plans[layer]!).length - 1, 0);
  const most = Math.max(steps.length, mostRecords(configuration) - more);
  const room = { depth: weightDepth, most, held: segmentsHeld(configuration) };
  const cuts = bestCuts(layers, room) ?? leastCuts(layers, room, all);
  return parted(cuts === null ? residentRecords(plans, steps) : recordsOf(plans, layers, cuts, steps, room.held));
}

/** What takes a record each: full blocks and the last one of a map that is turned, columns that are a part of their own. */
function partsOfRecord<Plan extends LayerPlan>(
  plan: Plan,
): readonly (Pick<LayerRecord<Plan>, 'plan'> & Partial<Pick<LayerRecord<Plan>, 'firstTile'>>)[] {
  // Parts of such a plan are of its kind.
  if (isTurn(plan)) return turnParts(plan) as unknown as { plan: Plan; firstTile: number }[];
  return columnParts(plan).map((part) => ({ plan: part }));
}

/** Records of which some are of parts: each has its weights behind those of the one before. */
function parted<Plan extends LayerPlan>(made: RecordPlan<Plan>): RecordPlan<Plan> {
  if (!made.records.some(({ plan }) => isTurn(plan) || plan.rest !== null)) return made;
  const records = made.records.flatMap((record) => {
    let { weightBase } = record;
    return partsOfRecord(record.plan).map((part) => {
      const one = { ...record, ...part, weightBase };
      weightBase += weightWords(part.plan);
      return one;
    });
  });
  return { ...made, records };
}
