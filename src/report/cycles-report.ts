// SPDX-License-Identifier: Apache-2.0
// Makes the report of `berus cycles`: the closed form of every layer beside SCALE-Sim's counts of the same work.

import { type Configuration, type Need, PROGRAM_LAYERS, sizeNeeds } from '../compile/index.ts';
import {
  batchesOf,
  type Dataflow,
  gemmOf,
  hostCycles,
  type LayerCounters,
  runCounters,
  type ScaleSimCycles,
  scaleSimCycles,
  type ScaleSimLayer,
  type Workload,
  type WorkloadLayer,
} from '../cycles/index.ts';
import { layerGeometry } from '../network/index.ts';
import type { CyclesLayerReport, CyclesReport, CyclesTotals } from './cycles-shape.ts';

/** What is asked. */
export interface CyclesQuestion {
  readonly workload: Workload;
  readonly configName: string;
  readonly configuration: Configuration;
  readonly images: number;
  /** SCALE-Sim's dataflow in its columns. */
  readonly dataflow: Dataflow;
}

function times({ code, paper }: ScaleSimCycles, count: number): ScaleSimCycles {
  return { code: code * count, paper: paper * count };
}

function layerReport(one: WorkloadLayer, { configuration, images, dataflow }: CyclesQuestion): CyclesLayerReport {
  const { name, layer, notCounted, scaleSim } = one;
  const gemm = gemmOf(scaleSim);
  const counters: LayerCounters | null =
    layer !== null && notCounted === null ? runCounters(layer, configuration, images) : null;
  const products = gemm.pixels * gemm.filters * gemm.taps * scaleSim.copies;
  const sads = layer === null ? products : layer.cell === 'adder' ? layerGeometry(layer).sads : 0;
  const idealCycles = (sads * images) / (configuration.rows * configuration.columns);
  const together = scaleSimCycles({ ...gemm, pixels: gemm.pixels * images }, configuration, dataflow);
  return {
    name,
    cycles: counters?.cycles.total ?? null,
    idealCycles: counters ? idealCycles : null,
    utilization: counters ? idealCycles / counters.cycles.total : null,
    sads: sads * images,
    notCounted,
    spent: counters?.cycles ?? null,
    events: counters?.events ?? null,
    gemm: { m: gemm.pixels, n: gemm.filters, k: gemm.taps, copies: scaleSim.copies },
    scaleSim: {
      oneImage: times(scaleSimCycles(gemm, configuration, dataflow), scaleSim.copies),
      together: times(together, scaleSim.copies),
    },
  };
}

/** Sums over layers; cycles are null unless all are counted. */
function totalsOf(layers: readonly CyclesLayerReport[]): CyclesTotals {
  const sum = (part: (layer: CyclesLayerReport) => number): number =>
    layers.reduce((total, layer) => total + part(layer), 0);
  const whole = layers.length > 0 && layers.every(({ cycles }) => cycles !== null);
  const cycles = whole ? sum((layer) => layer.cycles!) : null;
  const idealCycles = whole ? sum((layer) => layer.idealCycles!) : null;
  const scale = (which: 'oneImage' | 'together'): ScaleSimCycles => ({
    code: sum(({ scaleSim }) => scaleSim[which].code),
    paper: sum(({ scaleSim }) => scaleSim[which].paper),
  });
  return {
    layers: layers.length,
    cycles,
    idealCycles,
    utilization: whole ? idealCycles! / cycles! : null,
    sads: sum(({ sads }) => sads),
    scaleSim: { oneImage: scale('oneImage'), together: scale('together') },
  };
}

/** What the layers that are counted need, the largest of each size, and what there is of it. */
function buffersOf({ workload, configuration }: CyclesQuestion): CyclesReport['buffers'] {
  const layers = workload.layers.flatMap(({ layer, notCounted }) => (layer && notCounted === null ? [layer] : []));
  const largest = new Map<Need['name'], Need>();
  for (const need of sizeNeeds(workload.name, layers, configuration)) {
    if (need.needed > (largest.get(need.name)?.needed ?? -1)) largest.set(need.name, need);
  }
  return [...largest.values()].map((need) => ({
    ...need,
    size: configuration[need.name],
    fits: need.needed <= configuration[need.name],
  }));
}

function checkExact(report: CyclesReport): CyclesReport {
  const { all, counted } = report;
  const values = [all, counted].flatMap(({ sads, cycles, scaleSim }) => [
    sads,
    cycles ?? 0,
    ...Object.values(scaleSim.oneImage),
    ...Object.values(scaleSim.together),
  ]);
  const largest = Math.max(...(values as number[]));
  if (largest <= Number.MAX_SAFE_INTEGER) return report;
  throw new RangeError(
    `Expected counts of ${report.network} of at most ${Number.MAX_SAFE_INTEGER}, but received ${largest} for ${report.images} images.`,
  );
}

/**
 * Makes the report.
 * @throws {RangeError} when a count is too large to be exact.
 */
export function makeCyclesReport(question: CyclesQuestion): CyclesReport {
  const { workload, configName, configuration, images, dataflow } = question;
  const layers = workload.layers.map((layer) => layerReport(layer, question));
  const counted = totalsOf(layers.filter(({ cycles }) => cycles !== null));
  const all = totalsOf(layers);
  const host = workload.network && all.cycles !== null ? hostCycles(workload.network, configuration, images) : null;
  return checkExact({
    network: workload.name,
    config: configName,
    configuration,
    images,
    batches: batchesOf(images, configuration),
    cyclesPerImage: host ? (all.cycles! + host.imageLoad + host.resultRead + host.networkLoad) / images : null,
    idealCyclesPerImage: all.idealCycles === null ? null : all.idealCycles / images,
    utilization: all.utilization,
    cycles: host ? { layers: all.cycles!, ...host } : null,
    counted,
    all,
    buffers: buffersOf(question),
    tooManyLayers: layers.length > PROGRAM_LAYERS,
    dataflow,
    warnings: workload.warnings,
    layers,
  });
}

/** The layers as SCALE-Sim's reports take them. */
export function reportedLayers({ layers }: Workload): readonly ScaleSimLayer[] {
  return layers.map(({ scaleSim }) => scaleSim);
}
