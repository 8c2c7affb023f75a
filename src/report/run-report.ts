// SPDX-License-Identifier: Apache-2.0
// Makes the report of a run as plain data: counts, ratios, comparison with the reference, priced events.

import {
  type Configuration,
  imagesAtOnce,
  layNetwork,
  mostTaps,
  type Schedule,
  scheduleName,
  staysOf,
} from '../compile/index.ts';
import type { Checker, CheckedRun, DeviceLevel, Mismatch, RunCounters, VerifyMode } from '../device/index.ts';
import { skippedTaps } from '../cycles/index.ts';
import {
  countedLayers,
  type CountedRun,
  type EnergyEstimate,
  type EnergySplit,
  estimateEnergy,
} from '../energy/index.ts';
import { countCorrect, layerGeometry, type Network, type QuantizedNetwork } from '../network/index.ts';
import type { MinimaZeros } from './array-energy.ts';
import { type MinimaReport, minimaBeside } from './minima-beside.ts';
import {
  elapsedCycles,
  type EnergyReport,
  type ImageEnergyReport,
  type LayerReport,
  type RunCyclesReport,
  type RunReport,
  type StoppedReport,
  type WaveformReport,
} from './report-shape.ts';

/** What was run, and how. */
export interface RunSetup {
  readonly network: Network;
  readonly configName: string;
  readonly configuration: Configuration;
  readonly device: DeviceLevel;
  readonly verify: VerifyMode;
  readonly checker: Checker;
  readonly threads: number;
  /** What stays in the cells. @defaultValue output */
  readonly schedule?: Schedule;
}

/** What a report is made from. */
export interface RunResult extends RunSetup {
  /** The network with its weights; for what cells of minima skip where it multiplies. */
  readonly quantized?: QuantizedNetwork;
  /** Where maps of the images are 0, for cells of minima beside those of distances. @defaultValue nowhere */
  readonly minima?: MinimaZeros | undefined;
  readonly run: CheckedRun;
  readonly labels: Uint8Array;
  readonly waveform?: WaveformReport | undefined;
}

function energyReport({ total, ...parts }: EnergySplit): EnergyReport {
  return { unit: 'nJ', ...total, ...parts };
}

function imageEnergyReport(estimate: EnergyEstimate, minima: MinimaReport | null): ImageEnergyReport {
  return {
    ...energyReport(estimate.perImage),
    sources: estimate.sources,
    multiplierTwin: energyReport(estimate.twin.perImage),
    multiplierRatio: estimate.multiplierRatio,
    minima: minima?.energyPerImage ?? null,
    minimaRatio: minima?.ratio ?? null,
  };
}

function runCycles({ layers, host }: RunCounters): RunCyclesReport {
  return {
    layers: layers.reduce((sum, layer) => sum + layer.cycles.total, 0),
    imageLoad: host.imageLoadCycles,
    segmentLoad: host.segmentLoadCycles,
    resultRead: host.readCycles,
    networkLoad: host.networkLoadCycles,
    hidden: host.hiddenCycles,
  };
}

function runOf(
  { network, quantized, configuration, schedule = 'output' }: RunResult,
  counters: RunCounters,
  images: number,
): CountedRun {
  const layers = countedLayers(quantized ?? network, configuration, images, counters.layers, schedule);
  return { configuration, images, layers, host: counters.host };
}

/** What cells of minima would take for the images of a run on those of distances. */
function besideRun({ quantized, minima, ...setup }: RunResult, run: CountedRun): MinimaReport | null {
  if (quantized === undefined) return null;
  const { configName, configuration, schedule = 'output' } = setup;
  const question = { network: quantized, configName, configuration, images: run.images, schedule, minima };
  return minimaBeside(question, run).minima;
}

function layerReports(result: RunResult, energy: EnergyEstimate | undefined): LayerReport[] {
  const { network, quantized, configuration, run, schedule = 'output' } = result;
  const stays = staysOf(schedule, network.layers.length);
  const plans = run.counters ? layNetwork(network.layers, configuration, schedule, quantized?.layers).plans : [];
  return network.layers.map((layer, index) => {
    const counted = run.counters?.layers[index];
    const sads = counted?.events.sads ?? (layer.cell === 'adder' ? layerGeometry(layer).sads * run.count : 0);
    const idealCycles = sads / mostTaps(configuration);
    const { mismatches, first, isHidden = false } = run.layers[index]!;
    return {
      name: layer.name,
      stays: counted ? stays[index]! : null,
      cycles: counted?.cycles.total ?? null,
      idealCycles: counted ? idealCycles : null,
      utilization: counted ? idealCycles / counted.cycles.total : null,
      spent: counted?.cycles ?? null,
      skippedTaps: counted ? skippedTaps(plans[index]!, counted) : null,
      sads,
      energy: energy ? energyReport(energy.layers[index]!.energy) : null,
      bitExact: isHidden ? null : mismatches === 0,
      mismatches,
      firstMismatch: first ?? null,
    };
  });
}

/** Makes the report of a run. */
export function makeRunReport(result: RunResult): RunReport {
  const { network, run, labels, schedule = 'output' } = result;
  const { count, counters, simulated } = run;
  const counted = counters && runOf(result, counters, count);
  const energy = counted && estimateEnergy(counted);
  const layers = layerReports(result, energy);
  const mismatches = layers.reduce((sum, layer) => sum + layer.mismatches, 0);
  const correct = countCorrect(run.scores, labels, count);
  const cycles = counters ? runCycles(counters) : null;
  const ideal = layers.reduce((sum, layer) => sum + (layer.idealCycles ?? 0), 0);
  return {
    network: network.name,
    config: counters ? result.configName : null,
    configuration: counters ? result.configuration : null,
    device: result.device,
    images: count,
    verify: result.verify,
    checkedBy: result.checker,
    threads: result.threads,
    schedule: counters ? scheduleName(schedule) : null,
    batchSize: counters ? imagesAtOnce(schedule, result.configuration) : null,
    correct,
    accuracy: correct / count,
    bitExact: mismatches === 0,
    mismatches,
    countersEqual: counters && mismatches === 0 ? run.miscount === undefined : null,
    miscount: run.miscount ?? null,
    cyclesPerImage: cycles ? elapsedCycles(cycles) / count : null,
    idealCyclesPerImage: cycles ? ideal / count : null,
    utilization: cycles ? ideal / cycles.layers : null,
    cycles,
    batches: counters?.batches ?? null,
    simulatedCyclesPerSecond: simulated ? Math.round(simulated.cycles / simulated.seconds) : null,
    energyPerImage: energy ? imageEnergyReport(energy, besideRun(result, counted!)) : null,
    layers,
    link: run.link ?? null,
    waveform: result.waveform ?? null,
  };
}

/** Makes the report of a run that stopped at a wrong word. */
export function makeStoppedReport(
  { network, configName, configuration, device, verify, checker, threads, schedule = 'output' }: RunSetup,
  images: number,
  mismatch: Mismatch,
  waveform?: WaveformReport,
): StoppedReport {
  return {
    network: network.name,
    config: configName,
    configuration,
    device,
    images,
    verify,
    checkedBy: checker,
    threads,
    schedule: scheduleName(schedule),
    batchSize: imagesAtOnce(schedule, configuration),
    bitExact: false,
    mismatch,
    waveform: waveform ?? null,
  };
}
