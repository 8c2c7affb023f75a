// SPDX-License-Identifier: Apache-2.0
// Builds of `berus fpga` as a report.

import { mostTaps } from '../compile/index.ts';
import { type BudgetCheck, type Build, moduleResources, usedParts } from '../../fpga/index.ts';
import type { BuildFigures, FpgaReport, Throughput } from './fpga-shape.ts';

/** A network's cycles on the configuration. */
export interface NetworkCycles {
  readonly network: string;
  /** Null, with the reason, where the configuration does not hold the network. */
  readonly cyclesPerImage: number | null;
  readonly sadsPerImage: number;
  /** What is not counted, in a sentence. */
  readonly notCounted?: string;
}

/** What a report is made of. */
export interface FpgaResult {
  readonly build: Build;
  readonly config: string;
  readonly cycles: NetworkCycles;
  readonly twins: readonly Build[];
  readonly budgets: readonly BudgetCheck[];
  readonly bitstream: string | null;
  readonly floorplan: string | null;
}

/** What of a build is said of each twin, too. */
function figuresOf(build: Build): BuildFigures {
  const { request, resources, fmaxMHz, placements, criticalPath } = build;
  const { rows, columns } = request.configuration;
  return {
    cell: request.cell,
    ...resources,
    lutsPerCell: request.part === 'array' ? resources.luts / (rows * columns) : null,
    used: usedParts(build),
    fmaxMHz: fmaxMHz ?? null,
    fmaxOfSeeds: placements.map((placement) => placement.fmaxMHz),
    criticalPath: criticalPath ?? null,
  };
}

/** What a clock makes of a network; null without its cycles. */
function throughputAt(clockMHz: number, { cyclesPerImage, sadsPerImage }: NetworkCycles): Throughput | null {
  if (cyclesPerImage === null) return null;
  const inferencesPerSecond = (clockMHz * 1e6) / cyclesPerImage;
  return { clockMHz, inferencesPerSecond, gsadsPerSecond: (inferencesPerSecond * sadsPerImage) / 1e9 };
}

/** Makes the report. */
export function makeFpgaReport(result: FpgaResult): FpgaReport {
  const { build, cycles, twins } = result;
  const { request, toolchain, fmaxMHz, best, design } = build;
  const { board, configuration, part } = request;
  const atFmax = fmaxMHz === undefined ? null : throughputAt(fmaxMHz.median, cycles);
  const runs = part === 'board' && best !== undefined && best.fmaxMHz >= board.clockMHz;
  return {
    board: board.id,
    boardName: board.name,
    part,
    config: result.config,
    rows: configuration.rows,
    columns: configuration.columns,
    tapsPerClock: configuration.tapsPerClock ?? 1,
    toolchain: { kind: toolchain.kind, versions: build.versions },
    seeds: build.placements.length,
    ...figuresOf(build),
    clockMHz: design.clockMHz,
    timingMet: best?.timingMet ?? null,
    modules: moduleResources(build.synthesis),
    network: cycles.network,
    cyclesPerImage: cycles.cyclesPerImage,
    inferencesPerSecond: atFmax?.inferencesPerSecond ?? null,
    gsadsPerSecond: atFmax?.gsadsPerSecond ?? null,
    peakGsadsPerSecond: fmaxMHz === undefined ? null : (mostTaps(configuration) * fmaxMHz.median) / 1000,
    atBoardClock: runs ? throughputAt(board.clockMHz, cycles) : null,
    twins: twins.map((twin) => figuresOf(twin)),
    budgets: result.budgets,
    bitstream: result.bitstream,
    floorplan: result.floorplan,
    notDone: [...build.notDone, ...(cycles.notCounted === undefined ? [] : [cycles.notCounted])],
  };
}
