// SPDX-License-Identifier: Apache-2.0
// Energy of an inference: event counts times published energy per event, in nJ per image, as a band over the
// tables, with the multiplier twin of the same array beside it: a multiply-accumulate in each cell, which takes one
// pass over every layer, an estimate from the same tables.
//
// Not counted, for want of a sourced figure: the clock tree, leakage, control and the program buffer.

import type { Configuration } from '../compile/index.ts';
import type { LayerEvents } from '../cycles/index.ts';
import { type AnyAction, type BoundaryBytes, boundaryActions, layerActions } from './actions.ts';
import { addSplits, type Band, bandOver, type EnergySplit, scaleSplit } from './band.ts';
import { actionEnergy, type EnergyTables, type LayerPasses, twinEvents } from './layer-energy.ts';
import { type Cell, twinOf } from './operation.ts';
import type { EnergySource, OffChipTable } from './table.ts';
import * as published from './tables/index.ts';

/** What was counted of a layer. */
export interface CountedLayer extends LayerPasses {
  readonly name: string;
  readonly events: LayerEvents;
  /** Absolute differences or products that it is, however many passes it takes. @defaultValue the events' `sads` */
  readonly operations?: number;
  /** Taps in a clock that has any, on average; at least 1. @defaultValue as many as the configuration's cells can take */
  readonly tapsAClock?: number;
}

/** What was counted in a run. */
export interface CountedRun {
  readonly configuration: Configuration;
  /** Images over which the events were counted; at least 1. */
  readonly images: number;
  readonly layers: readonly CountedLayer[];
  readonly host: BoundaryBytes;
}

/** Energy of one part of an image's inference. */
export interface PricedLayer {
  readonly name: string;
  readonly energy: EnergySplit;
}

/** Energy per image in nJ, with cells of one kind. */
export interface CellEstimate {
  readonly layers: readonly PricedLayer[];
  /** Moving the network (shared by the images of the run), the image and its result. */
  readonly host: EnergySplit;
  readonly perImage: EnergySplit;
}

/** Energy per image in nJ. */
export interface EnergyEstimate extends CellEstimate {
  readonly unit: 'nJ';
  readonly twin: CellEstimate;
  /** The twin's energy over the adder's, arithmetic alone and everything counted. */
  readonly multiplierRatio: EnergyRatio;
  /** Names of the tables behind each part. */
  readonly sources: Readonly<Record<'compute' | 'registers' | 'buffers' | 'offChip', readonly string[]>>;
}

/** The published tables that estimates use. */
export const publishedTables: EnergyTables = {
  arithmetic: [published.aladdin1ns, published.aladdin5ns, published.horowitzArithmetic, published.jouppiArithmetic],
  registers: [published.aladdinRegister],
  memories: [published.cactiMemory, published.horowitzMemory, published.jouppiMemory],
  offChip: [published.lpddr4, published.horowitzDramLow, published.horowitzDramHigh],
};

/** Memories off chip by type, from the least energy a bit to the most. */
export const dramTypes: readonly OffChipTable[] = [
  published.jouppiHbm2,
  published.lpddr4,
  published.gddr5,
  published.jouppiDdr4,
  published.lpddr,
  published.ddr3,
];

/** The cells that a configuration has, which add in all but the twin's own, or the twin's. */
export type CellKind = 'adder' | 'multiplier';

const OWN_KINDS = { distance: 'adder', minimum: 'minimum', product: 'multiplier' } as const;

/** A configuration's cells, or the twin's. An array of products is its own twin. */
export function cellOf({ dataBits, accBits, sumBits, cell = 'distance' }: Configuration, kind: CellKind): Cell {
  const own: Cell = { kind: OWN_KINDS[cell], dataBits, accBits, sumBits };
  return kind === 'adder' || cell === 'product' ? own : twinOf(own);
}

/** Everything that is done in a run on an array of such cells: each layer, and last the host. */
export function runActions(
  { configuration, layers, host }: CountedRun,
  kind: CellKind,
): readonly { readonly name: string; readonly actions: readonly AnyAction[] }[] {
  const cell = cellOf(configuration, kind);
  return [
    ...layers.map(({ name, events, operations = events.sads, tapsAClock, ...passes }) => ({
      name,
      actions: layerActions(
        kind === 'adder' ? events : twinEvents(events, operations, passes),
        cell,
        configuration,
        passes.folds !== undefined,
        tapsAClock,
      ),
    })),
    { name: 'host', actions: boundaryActions(host, configuration, cell) },
  ];
}

function price(run: CountedRun, kind: CellKind, tables: EnergyTables): CellEstimate {
  const parts = runActions(run, kind).map(({ name, actions }) => ({
    name,
    energy: scaleSplit(actionEnergy(actions, tables), 1e-3 / run.images),
  }));
  return {
    layers: parts.slice(0, -1),
    host: parts.at(-1)!.energy,
    perImage: addSplits(parts.map(({ energy }) => energy)),
  };
}

/** Both arrays' energy per image in nJ. */
export function priceBoth(run: CountedRun, tables: EnergyTables): { adder: EnergySplit; twin: EnergySplit } {
  return { adder: price(run, 'adder', tables).perImage, twin: price(run, 'multiplier', tables).perImage };
}

/** One array's energy over another's, of arithmetic alone and of everything counted. */
export interface EnergyRatio {
  readonly compute: Band;
  readonly total: Band;
}

/** What an array takes by some tables. */
type Priced = (tables: EnergyTables) => EnergySplit;

/** A ratio with one table of each kind at a time: both its sides are from the same tables. */
function ratioOver(below: Priced, above: Priced, tables: EnergyTables): EnergyRatio {
  const compute: number[] = [];
  const total: number[] = [];
  for (const arithmetic of tables.arithmetic) {
    for (const memory of tables.memories) {
      for (const offChip of tables.offChip) {
        const one = { ...tables, arithmetic: [arithmetic], memories: [memory], offChip: [offChip] };
        const [ours, theirs] = [below(one), above(one)];
        compute.push(theirs.compute.typical / ours.compute.typical);
        total.push(theirs.total.typical / ours.total.typical);
      }
    }
  }
  return { compute: bandOver(compute), total: bandOver(total) };
}

/**
 * The energy of another array for the same images over a run's, each with the cells that its configuration has.
 * @example
 * arrayRatio(runOfDistances, runOfMinima).total.typical; // Below 1 where minima take less.
 */
export function arrayRatio(run: CountedRun, other: CountedRun, tables: EnergyTables = publishedTables): EnergyRatio {
  const priced =
    (one: CountedRun): Priced =>
    (some) =>
      price(one, 'adder', some).perImage;
  return ratioOver(priced(run), priced(other), tables);
}

/**
 * Whether memory hides more than half of what arithmetic gains.
 * @param compute the twin's arithmetic over the adder's
 * @param total the same of everything counted
 */
export function isHidden(compute: number, total: number): boolean {
  return total - 1 < (compute - 1) / 2;
}

function namesOf(tables: readonly EnergySource[]): string[] {
  return tables.map((table) => table.id);
}

/**
 * Estimates the energy of an inference.
 * @throws {RangeError} when there are no images
 */
export function estimateEnergy(run: CountedRun, tables: EnergyTables = publishedTables): EnergyEstimate {
  if (!(run.images >= 1)) {
    throw new RangeError(`Expected images to be at least 1, but received ${run.images}.`);
  }
  return {
    unit: 'nJ',
    ...price(run, 'adder', tables),
    twin: price(run, 'multiplier', tables),
    multiplierRatio: ratioOver(
      (one) => price(run, 'adder', one).perImage,
      (one) => price(run, 'multiplier', one).perImage,
      tables,
    ),
    sources: {
      compute: namesOf(tables.arithmetic),
      registers: namesOf(tables.registers),
      buffers: namesOf(tables.memories),
      offChip: namesOf(tables.offChip),
    },
  };
}
