// SPDX-License-Identifier: Apache-2.0
// What a network costs on one array: what is asked, what is counted by the closed form, and its report.

import { compileNetwork, type Configuration, type Schedule } from '../compile/index.ts';
import { batchesOf, networkCounters } from '../cycles/index.ts';
import { trafficBytes } from '../device/index.ts';
import { type CellEstimate, countedLayers, type CountedRun, type EnergySplit } from '../energy/index.ts';
import type { QuantizedNetwork } from '../network/index.ts';
import type { EnergyReport } from './report-shape.ts';
import type { ImageZeros } from './zeros.ts';

/** One layer's energy an image. */
export interface EnergyLayerReport {
  readonly name: string;
  /** Absolute differences, or products, an image, without those of taps that are skipped. */
  readonly operations: number;
  readonly energy: EnergyReport;
}

/** What an array of one kind of cells costs an image. */
export interface ArrayEnergyReport {
  readonly energyPerImage: EnergyReport;
  /** Moving the network (shared by the images), the image and its result. */
  readonly host: EnergyReport;
  readonly layers: readonly EnergyLayerReport[];
}

/** Where the images' maps are 0, for cells of minima that are shown beside others; or why that is not known. */
export interface MinimaZeros {
  readonly zeros?: ImageZeros | undefined;
  readonly fault?: Error | undefined;
}

/** What energy is asked of. */
export interface EnergyQuestion {
  readonly network: QuantizedNetwork;
  readonly configName: string;
  readonly configuration: Configuration;
  readonly images: number;
  readonly schedule: Schedule;
  /** For cells of minima, where the images' maps are 0; undefined: nothing is. */
  readonly zeros?: ImageZeros | undefined;
  /** Zeros of the first batch, whatever the cells, by which they are chosen; undefined: nothing is. */
  readonly firstBatch?: ImageZeros | undefined;
  /** For cells of minima beside those of distances; undefined: nothing is 0. */
  readonly minima?: MinimaZeros | undefined;
}

/**
 * Everything that a run of so many images does, by the closed form.
 * @throws {RangeError} when the network does not fit the configuration
 */
export function countedRun({ network, configuration, images, schedule, zeros }: EnergyQuestion): CountedRun {
  const compiled = compileNetwork(network, configuration, { schedule });
  const batches = batchesOf(images, configuration, schedule);
  const counters = networkCounters(network, configuration, images, schedule, zeros?.occupied);
  const layers = countedLayers(network, configuration, images, counters, schedule);
  return { configuration, images, layers, host: trafficBytes(compiled, batches) };
}

function energyOf({ total, ...parts }: EnergySplit): EnergyReport {
  return { unit: 'nJ', ...total, ...parts };
}

/** The report of an array, from its counts and their price. */
export function arrayReport(
  { layers, host, perImage }: CellEstimate,
  { layers: counted, images }: CountedRun,
): ArrayEnergyReport {
  return {
    energyPerImage: energyOf(perImage),
    host: energyOf(host),
    layers: layers.map(({ name, energy }, index) => ({
      name,
      operations: counted[index]!.operations! / images,
      energy: energyOf(energy),
    })),
  };
}
