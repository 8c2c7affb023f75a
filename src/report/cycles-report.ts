// SPDX-License-Identifier: Apache-2.0
// Makes the report of `berus cycles` as plain data: the closed form of each layer, what its cells do, and what SCALE-Sim
// counts of the same.

import {
  type Configuration,
  imagesAtOnce,
  type LayerPlan,
  layNetwork,
  mostTaps,
  PROGRAM_LAYERS,
  type Schedule,
  scheduleName,
  type Stay,
  staysOf,
} from '../compile/index.ts';
import {
  arrayUse,
  batchesOf,
  type Dataflow,
  gemmOf,
  hostCycles,
  type LayerCounters,
  missingOf,
  networkCounters,
  runCounters,
  type ScaleSimCycles,
  scaleSimCycles,
  skippedTaps,
  type ScaleSimLayer,
  stripCost,
  tiledCycles,
  useOf,
  type Workload,
  type WorkloadLayer,
  workloadNeeds,
  workPlan,
} from '../cycles/index.ts';
import { layerGeometry } from '../network/index.ts';
import type { CyclesLayerReport, CyclesReport, CyclesTotals } from './cycles-shape.ts';
import { elapsedCycles, type RunCyclesReport } from './report-shape.ts';
import type { ImageZeros } from './zeros.ts';

/** What is asked. */
export interface CyclesQuestion {
  readonly workload: Workload;
  readonly configName: string;
  readonly configuration: Configuration;
  readonly images: number;
  /** What stays in the cells. @defaultValue output */
  readonly schedule?: Schedule;
  /** For cells of minima, where the images' maps are 0; undefined: nothing is. */
  readonly zeros?: ImageZeros | undefined;
  /** SCALE-Sim's dataflow in its columns. */
  readonly dataflow: Dataflow;
}

function times({ code, paper }: ScaleSimCycles, count: number): ScaleSimCycles {
  return { code: code * count, paper: paper * count };
}

/** A ratio, where both are known. */
function over(part: number | null, whole: number | null): number | null {
  return part === null || whole === null ? null : part / whole;
}

/** What the closed form says of a layer. */
type Counted = Pick<
  CyclesLayerReport,
  | 'cycles'
  | 'idealCycles'
  | 'utilization'
  | 'tiledCycles'
  | 'overTiled'
  | 'sads'
  | 'notCounted'
  | 'spent'
  | 'events'
  | 'skippedTaps'
  | 'array'
>;

function uncounted({ work, notCounted, scaleSim }: WorkloadLayer, images: number): Counted {
  const { pixels, filters, taps } = gemmOf(scaleSim);
  const products = work === null ? pixels * filters * taps * scaleSim.copies : layerGeometry(work.layer).sads;
  return {
    cycles: null,
    idealCycles: null,
    utilization: null,
    tiledCycles: null,
    overTiled: null,
    sads: work?.layer.cell === 'multiply' ? null : products * images,
    notCounted,
    spent: null,
    events: null,
    skippedTaps: null,
    array: null,
  };
}

/** Counters of each layer; null where it is not counted. */
function countersOf(question: CyclesQuestion): readonly (LayerCounters | null)[] {
  const { workload, configuration, images, schedule = 'output', zeros } = question;
  const { network, layers } = workload;
  const known = layers.map((layer) => (missingOf(layer, configuration, schedule) === null ? layer.work : null));
  if (network !== null && !known.includes(null)) {
    return networkCounters(network, configuration, images, schedule, zeros?.occupied);
  }
  return known.map((work, index) => {
    const at = { first: index === 0, last: index === known.length - 1 };
    return work && runCounters(work, configuration, images, at, schedule);
  });
}

/** How each layer lies on the array; null where that is not known. */
function plansOf({ workload, configuration, schedule = 'output' }: CyclesQuestion): readonly (LayerPlan | null)[] {
  const { network, layers } = workload;
  const isCounted = layers.every((layer) => missingOf(layer, configuration, schedule) === null);
  if (network === null || !isCounted) return layers.map(({ work }) => work && workPlan(work, configuration));
  const [{ layers: all }, integers] = 'network' in network ? [network.network, network.layers] : [network, undefined];
  return layNetwork(all, configuration, schedule, integers).plans;
}

function counted(
  one: WorkloadLayer,
  plan: LayerPlan | null,
  counters: LayerCounters | null,
  question: CyclesQuestion,
): Counted {
  const { configuration, images, schedule = 'output' } = question;
  const { work } = one;
  if (work === null || plan === null || counters === null) {
    return uncounted({ ...one, notCounted: missingOf(one, configuration, schedule) }, images);
  }
  const { cycles, events } = counters;
  const known = useOf(work, configuration) !== undefined;
  const sads = known ? events.sads : null;
  const idealCycles = over(sads, mostTaps(configuration));
  const onePass = work.layer.cell === 'adder' || configuration.cell === 'product';
  const tiled = onePass ? tiledCycles(plan, configuration, images) : null;
  return {
    cycles: cycles.total,
    idealCycles,
    utilization: over(idealCycles, cycles.total),
    tiledCycles: tiled,
    overTiled: over(cycles.total, tiled),
    sads,
    notCounted: null,
    spent: cycles,
    events: { ...events, sads },
    skippedTaps: skippedTaps(plan, counters),
    // What cells do is known of sums that stay.
    array: schedule !== 'output' ? null : arrayUse(plan, configuration, images, counters, known),
  };
}

function layerReport(
  one: WorkloadLayer,
  plan: LayerPlan | null,
  counters: LayerCounters | null,
  stays: Stay,
  question: CyclesQuestion,
): CyclesLayerReport {
  const { configuration, images, dataflow } = question;
  const { name, work, scaleSim } = one;
  const gemm = gemmOf(scaleSim);
  const together = scaleSimCycles({ ...gemm, pixels: gemm.pixels * images }, configuration, dataflow);
  return {
    name,
    stays,
    cell: work?.layer.cell ?? null,
    ...counted(one, plan, counters, question),
    gemm: { m: gemm.pixels, n: gemm.filters, k: gemm.taps, copies: scaleSim.copies },
    scaleSim: {
      oneImage: times(scaleSimCycles(gemm, configuration, dataflow), scaleSim.copies),
      together: times(together, scaleSim.copies),
    },
  };
}

/** Sums over layers; each is null unless it is known of all. */
function totalsOf(layers: readonly CyclesLayerReport[]): CyclesTotals {
  const sum = (part: (layer: CyclesLayerReport) => number | null): number | null =>
    layers.length === 0
      ? null
      : layers.reduce<number | null>((total, layer) => {
          const value = part(layer);
          return total === null || value === null ? null : total + value;
        }, 0);
  const cycles = sum((layer) => layer.cycles);
  const idealCycles = sum((layer) => layer.idealCycles);
  const tiled = sum((layer) => layer.tiledCycles);
  const scale = (which: 'oneImage' | 'together'): ScaleSimCycles => ({
    code: layers.reduce((total, { scaleSim }) => total + scaleSim[which].code, 0),
    paper: layers.reduce((total, { scaleSim }) => total + scaleSim[which].paper, 0),
  });
  return {
    layers: layers.length,
    cycles,
    idealCycles,
    utilization: over(idealCycles, cycles),
    tiledCycles: tiled,
    overTiled: over(cycles, tiled),
    sads: sum(({ sads }) => sads) ?? (layers.length === 0 ? 0 : null),
    scaleSim: { oneImage: scale('oneImage'), together: scale('together') },
  };
}

/** What the counted layers need, the largest of each size, and what there is of it. */
function buffersOf({ workload, configuration, schedule }: CyclesQuestion): CyclesReport['buffers'] {
  return workloadNeeds(workload, configuration, schedule).map((need) => {
    const size = configuration[need.name] ?? 0;
    return { ...need, size, fits: need.needed <= size };
  });
}

/** Layers in strips, where all layers are counted. */
function stripsOf({ workload, configuration, images, schedule }: CyclesQuestion, cycles: number | null) {
  return workload.network === null || cycles === null
    ? null
    : stripCost(workload.network, configuration, images, schedule);
}

function runCycles(
  { workload, configuration, images, schedule, zeros }: CyclesQuestion,
  layers: number | null,
): RunCyclesReport | null {
  if (workload.network === null || layers === null) return null;
  const { imageBanks: _, ...host } = hostCycles(workload.network, configuration, images, schedule, zeros?.occupied);
  return { layers, ...host };
}

function checkExact(report: CyclesReport): CyclesReport {
  const values = [report.all, report.counted].flatMap(({ sads, cycles, scaleSim }) => [
    sads ?? 0,
    cycles ?? 0,
    ...Object.values(scaleSim.oneImage),
    ...Object.values(scaleSim.together),
  ]);
  const cells = report.layers.map(({ array }) => array?.clocks.cells ?? 0);
  const largest = Math.max(
    ...(values as number[]),
    cells.reduce((sum, value) => sum + value, 0),
  );
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
  const { workload, configName, configuration, images, dataflow, schedule = 'output', zeros } = question;
  const counters = countersOf(question);
  const stays = staysOf(schedule, workload.layers.length);
  const plans = plansOf(question);
  const layers = workload.layers.map((layer, index) =>
    layerReport(layer, plans[index]!, counters[index]!, stays[index]!, question),
  );
  const known = layers.filter(({ cycles }) => cycles !== null);
  const all = totalsOf(layers);
  const cycles = runCycles(question, all.cycles);
  return checkExact({
    network: workload.name,
    weights: workload.network !== null && 'network' in workload.network,
    config: configName,
    configuration,
    images,
    schedule: scheduleName(schedule),
    batches: batchesOf(images, configuration, schedule),
    batchSize: imagesAtOnce(schedule, configuration),
    zerosOf: zeros?.data ?? null,
    cyclesPerImage: cycles ? elapsedCycles(cycles) / images : null,
    idealCyclesPerImage: over(all.idealCycles, images),
    utilization: all.utilization,
    cycles,
    counted: totalsOf(known),
    adders: totalsOf(known.filter(({ cell }) => cell === 'adder')),
    all,
    buffers: buffersOf(question),
    strips: stripsOf(question, all.cycles),
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
