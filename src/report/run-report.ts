// SPDX-License-Identifier: Apache-2.0
// Makes the report of a run as plain data: counts, ratios, comparison with the reference, priced events.

import type { Configuration } from '../compile/index.ts';
import type { DeviceLevel, Inference, RunCounters } from '../device/index.ts';
import { type EnergyEstimate, type EnergySplit, estimateEnergy } from '../energy/index.ts';
import { type Codes, countCorrect, layerGeometry, type Network } from '../network/index.ts';
import { compareInference } from './compare.ts';
import type { EnergyReport, ImageEnergyReport, LayerReport, RunCyclesReport, RunReport } from './report-shape.ts';

/** What a report is made from. */
export interface RunResult {
  readonly network: Network;
  readonly configName: string;
  readonly configuration: Configuration;
  readonly device: DeviceLevel;
  readonly inference: Inference;
  /** Maps of the reference for the same images. */
  readonly expected: readonly Codes[];
  readonly labels: Uint8Array;
}

function energyReport({ total, ...parts }: EnergySplit): EnergyReport {
  return { unit: 'nJ', ...total, ...parts };
}

function imageEnergyReport(estimate: EnergyEstimate): ImageEnergyReport {
  return {
    ...energyReport(estimate.perImage),
    sources: estimate.sources,
    multiplierTwin: energyReport(estimate.multiplierTwin),
    multiplierRatio: estimate.multiplierRatio,
  };
}

function runCycles({ layers, host }: RunCounters): RunCyclesReport {
  return {
    layers: layers.reduce((sum, layer) => sum + layer.cycles.total, 0),
    imageLoad: host.imageLoadCycles,
    resultRead: host.readCycles,
    networkLoad: host.networkLoadCycles,
  };
}

function estimateRun({ network, configuration }: RunResult, counters: RunCounters, images: number): EnergyEstimate {
  const layers = network.layers.map(({ name }, index) => ({ name, events: counters.layers[index]!.events }));
  return estimateEnergy({ configuration, images, layers, host: counters.host });
}

function layerReports(result: RunResult, energy: EnergyEstimate | undefined): LayerReport[] {
  const { network, configuration, inference, expected } = result;
  const comparisons = compareInference(network, inference, expected);
  return network.layers.map((layer, index) => {
    const counted = inference.counters?.layers[index];
    const sads = counted?.events.sads ?? (layer.cell === 'adder' ? layerGeometry(layer).sads * inference.count : 0);
    const idealCycles = sads / (configuration.rows * configuration.columns);
    const { mismatches, first } = comparisons[index]!;
    return {
      name: layer.name,
      cycles: counted?.cycles.total ?? null,
      idealCycles: counted ? idealCycles : null,
      utilization: counted ? idealCycles / counted.cycles.total : null,
      sads,
      energy: energy ? energyReport(energy.layers[index]!.energy) : null,
      bitExact: mismatches === 0,
      mismatches,
      firstMismatch: first ?? null,
    };
  });
}

/** Makes the report of a run. */
export function makeRunReport(result: RunResult): RunReport {
  const { network, inference, labels } = result;
  const { count, counters, simulated } = inference;
  const energy = counters && estimateRun(result, counters, count);
  const layers = layerReports(result, energy);
  const mismatches = layers.reduce((sum, layer) => sum + layer.mismatches, 0);
  const correct = countCorrect(inference.maps.at(-1)!, labels, count);
  const cycles = counters ? runCycles(counters) : null;
  const ideal = layers.reduce((sum, layer) => sum + (layer.idealCycles ?? 0), 0);
  return {
    network: network.name,
    config: counters ? result.configName : null,
    configuration: counters ? result.configuration : null,
    device: result.device,
    images: count,
    correct,
    accuracy: correct / count,
    bitExact: mismatches === 0,
    mismatches,
    cyclesPerImage: cycles ? (cycles.layers + cycles.imageLoad + cycles.resultRead + cycles.networkLoad) / count : null,
    idealCyclesPerImage: cycles ? ideal / count : null,
    utilization: cycles ? ideal / cycles.layers : null,
    cycles,
    batches: counters?.batches ?? null,
    simulatedCyclesPerSecond: simulated ? Math.round(simulated.cycles / simulated.seconds) : null,
    energyPerImage: energy ? imageEnergyReport(energy) : null,
    layers,
  };
}
