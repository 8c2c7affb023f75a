// SPDX-License-Identifier: Apache-2.0
// Energy of an inference: event counts times published energy per event, in nJ per image, as a band over the
// tables, with the multiplier twin of the same array beside it.
//
// Not counted, for want of a sourced figure: the clock tree, leakage, control and the program buffer.

import type { Configuration } from '../compile/index.ts';
import type { LayerEvents } from '../cycles/index.ts';
import { addSplits, type Band, bandOver, type EnergySplit, scaleSplit } from './band.ts';
import { type BoundaryBytes, type EnergyTables, boundaryEnergy, layerEnergy, twinEvents } from './layer-energy.ts';
import { type Cell, twinOf } from './operation.ts';
import type { EnergySource } from './table.ts';
import * as published from './tables/index.ts';

/** What was counted of a layer. */
export interface CountedLayer {
  readonly name: string;
  readonly events: LayerEvents;
  /** Absolute differences or products that it is, however many passes it takes. @defaultValue the events' `sads` */
  readonly operations?: number;
  /** Folds that a total is made of besides its planes, where weights are held. @defaultValue 1 */
  readonly folds?: number;
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

/** Energy per image in nJ. */
export interface EnergyEstimate {
  readonly unit: 'nJ';
  readonly layers: readonly PricedLayer[];
  /** Moving the network (shared by the images of the run), the image and its result. */
  readonly host: EnergySplit;
  readonly perImage: EnergySplit;
  /** The same with a multiply-accumulate in each cell, which takes one pass: an estimate from the same tables. */
  readonly multiplierTwin: EnergySplit;
  /** The twin's energy over the adder's, arithmetic alone and everything counted. */
  readonly multiplierRatio: { readonly compute: Band; readonly total: Band };
  /** Names of the tables behind each part. */
  readonly sources: Readonly<Record<'compute' | 'registers' | 'buffers' | 'offChip', readonly string[]>>;
}

/** The published tables that estimates use. */
export const publishedTables: EnergyTables = {
  arithmetic: [published.aladdin1ns, published.aladdin5ns, published.horowitzArithmetic],
  registers: [published.aladdinRegister],
  memories: [published.cactiMemory, published.horowitzMemory],
  offChip: [published.lpddr4, published.horowitzDramLow, published.horowitzDramHigh],
};

type Priced = Pick<EnergyEstimate, 'layers' | 'host' | 'perImage' | 'multiplierTwin'>;

function price(run: CountedRun, tables: EnergyTables): Priced {
  const { configuration } = run;
  const toImage = 1e-3 / run.images;
  const { dataBits, accBits, sumBits } = configuration;
  const adder: Cell = { kind: 'adder', dataBits, accBits, sumBits };
  const priced = (cell: Cell): PricedLayer[] =>
    run.layers.map(({ name, events, operations = events.sads, folds }) => {
      const taken = cell.kind === 'adder' ? events : twinEvents(events, operations, folds);
      return { name, energy: scaleSplit(layerEnergy(taken, cell, configuration, tables), toImage) };
    });
  const layers = priced(adder);
  const host = scaleSplit(boundaryEnergy(run.host, configuration, adder, tables), toImage);
  const total = (parts: readonly PricedLayer[]): EnergySplit => addSplits([...parts.map((part) => part.energy), host]);
  return { layers, host, perImage: total(layers), multiplierTwin: total(priced(twinOf(adder))) };
}

/** Twin over adder with one table of each kind at a time: both sides of a ratio are from the same tables. */
function multiplierRatio(run: CountedRun, tables: EnergyTables): EnergyEstimate['multiplierRatio'] {
  const compute: number[] = [];
  const total: number[] = [];
  for (const arithmetic of tables.arithmetic) {
    for (const memory of tables.memories) {
      for (const offChip of tables.offChip) {
        const one = { ...tables, arithmetic: [arithmetic], memories: [memory], offChip: [offChip] };
        const { perImage, multiplierTwin } = price(run, one);
        compute.push(multiplierTwin.compute.typical / perImage.compute.typical);
        total.push(multiplierTwin.total.typical / perImage.total.typical);
      }
    }
  }
  return { compute: bandOver(compute), total: bandOver(total) };
}

function namesOf(tables: readonly EnergySource[]): string[] {
  return tables.map((table) => table.id);
}

/** Estimates the energy of an inference. */
export function estimateEnergy(run: CountedRun, tables: EnergyTables = publishedTables): EnergyEstimate {
  if (!(run.images >= 1)) {
    throw new RangeError(`Expected images to be at least 1, but received ${run.images}.`);
  }
  return {
    unit: 'nJ',
    ...price(run, tables),
    multiplierRatio: multiplierRatio(run, tables),
    sources: {
      compute: namesOf(tables.arithmetic),
      registers: namesOf(tables.registers),
      buffers: namesOf(tables.memories),
      offChip: namesOf(tables.offChip),
    },
  };
}
