// SPDX-License-Identifier: Apache-2.0
// Whether memory hides what arithmetic gains: by the type of the memory off chip, by how often the network is loaded
// from it, and by the size of the array, which is how often a word that is read on chip is used.

import { type Configuration, sizeNeeds } from '../compile/index.ts';
import { networkCounters } from '../cycles/index.ts';
import type { QuantizedNetwork } from '../network/index.ts';
import { countedLayers } from './counted-layers.ts';
import { type CountedRun, dramTypes, isHidden, priceBoth, publishedTables } from './estimate.ts';
import type { EnergyTables } from './layer-energy.ts';

/** Both arrays' energy an image in nJ (middle tables), and the twin's over the adder's. */
export interface Comparison {
  readonly adder: number;
  readonly twin: number;
  readonly ratio: number;
  /** Whether memory hides more than half of what arithmetic gains. */
  readonly hidden: boolean;
}

/** A type of memory off chip. */
export interface DramUse {
  readonly name: string;
  readonly picojoulesPerBit: number;
  /** The network is loaded once for the images of the run. */
  readonly loadedOnce: Comparison;
  /** The network is loaded for every batch: no weights are kept on chip. */
  readonly loadedEachBatch: Comparison;
  /** Images for which the network is loaded once, at least, so that memory does not hide the gain; null: it does for any. */
  readonly imagesALoad: number | null;
}

/** An array of as many rows as columns, with buffers as large as the network needs; off-chip memory aside. */
export interface ArraySizeUse extends Comparison {
  readonly side: number;
}

/** A comparison, with the twin's arithmetic over the adder's. */
function compared(run: CountedRun, tables: EnergyTables): { found: Comparison; compute: number } {
  const split = priceBoth(run, tables);
  const [adder, twin] = [split.adder.total.typical, split.twin.total.typical];
  const compute = split.twin.compute.typical / split.adder.compute.typical;
  return { found: { adder, twin, ratio: twin / adder, hidden: isHidden(compute, twin / adder) }, compute };
}

function compare(run: CountedRun, tables: EnergyTables): Comparison {
  return compared(run, tables).found;
}

/** The fewest images a load after which memory does not hide the gain, from what both take without loading and with. */
function imagesALoad(run: CountedRun, tables: EnergyTables): number | null {
  const { host, images } = run;
  const { found: without, compute } = compared({ ...run, host: { ...host, networkBytes: 0 } }, tables);
  const ratio = (compute + 1) / 2;
  // One load an image.
  const once = compare({ ...run, host: { ...host, networkBytes: host.networkBytes * images } }, tables);
  const spare = without.twin - ratio * without.adder;
  // (twin + load / n) / (adder + load / n) reaches the ratio.
  return spare <= 0 ? null : Math.max(1, Math.ceil(((ratio - 1) * (once.adder - without.adder)) / spare));
}

/**
 * What each type of memory off chip costs.
 * @param batches of the run
 */
export function dramUses(run: CountedRun, batches: number, tables: EnergyTables = publishedTables): DramUse[] {
  return dramTypes.map((type) => {
    const one = { ...tables, offChip: [type] };
    const anew = { ...run.host, networkBytes: run.host.networkBytes * batches };
    return {
      name: type.id,
      picojoulesPerBit: type.picojoulesPerBit,
      loadedOnce: compare(run, one),
      loadedEachBatch: compare({ ...run, host: anew }, one),
      imagesALoad: imagesALoad(run, one),
    };
  });
}

/** Sides of the arrays that are compared. */
const SIDES = [4, 8, 16, 32, 64];

/** A square array whose buffers hold just what the network needs. */
function squareOf(network: QuantizedNetwork, configuration: Configuration, side: number): Configuration {
  // Weights that all stay.
  const reach = Math.min(configuration.reach ?? 1, side);
  const roomy = { ...configuration, rows: side, columns: side, reach, weightDepth: 2 ** 23, activationDepth: 2 ** 23 };
  const depths = sizeNeeds(network.network, roomy, network.layers).filter(({ unit }) => unit !== 'bits');
  return { ...roomy, ...Object.fromEntries(depths.map(({ name, needed }) => [name, needed])), partialDepth: 0 };
}

/** What the size of the array does, each with a batch that fills its rows. */
export function arraySizeUses(
  network: QuantizedNetwork,
  configuration: Configuration,
  tables: EnergyTables = publishedTables,
): ArraySizeUse[] {
  return SIDES.map((side) => {
    const square = squareOf(network, configuration, side);
    const run: CountedRun = {
      configuration: square,
      images: side,
      layers: countedLayers(network, square, side, networkCounters(network, square, side), 'output'),
      host: { networkBytes: 0, imageBytes: 0, resultBytes: 0 },
    };
    return { side, ...compare(run, tables) };
  });
}
