// SPDX-License-Identifier: Apache-2.0
// A netlist placed and routed from one seed. A missed clock is no error here: it is measured, and judged by who asked.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError, type Toolchain } from '../toolchain/index.ts';
import { cachedRun } from './cached-run.ts';
import { criticalPath, type CriticalPath, type ReportedPath } from './critical-path.ts';
import { FAMILIES, PLACED } from './families.ts';
import { misfit, pinFault } from './refusals.ts';
import type { Stages } from './stages.ts';
import type { Synthesis } from './synthesize.ts';
import type { Utilization } from './utilization.ts';
import { NETLIST } from './yosys-script.ts';

/** Where a cell lies: `X5/Y7/lc3`. */
export interface PlacedCell {
  readonly name: string;
  readonly type: string;
  readonly bel: string;
  /** Net that its output drives; empty where it has no output of logic. */
  readonly net: string;
}

/** A placement from one seed. */
export interface Placement {
  readonly seed: number;
  /** What the slowest clock reaches. */
  readonly fmaxMHz: number;
  /** Whether every clock reaches what it is to. */
  readonly timingMet: boolean;
  readonly utilization: Utilization;
  readonly criticalPath: CriticalPath | undefined;
  /** Absolute path of the configuration as the family's packer reads it. */
  readonly asc: string;
  readonly cells: readonly PlacedCell[];
}

/** nextpnr's report; JSON. */
interface PlacerReport {
  readonly fmax: Readonly<Record<string, { readonly achieved: number; readonly constraint: number }>>;
  readonly utilization: Utilization;
  readonly critical_paths: readonly ReportedPath[];
}

const FILES = { report: 'report.json', placed: 'placed.json', cells: 'cells.json' } as const;

/** Fields of a placement that a report gives. */
export function readReport(text: string, cells: readonly PlacedCell[]): Omit<Placement, 'seed' | 'asc' | 'cells'> {
  const { fmax, utilization, critical_paths: paths } = JSON.parse(text) as PlacerReport;
  const clocks = Object.values(fmax);
  if (clocks.length === 0) throw new Error('Expected the placed design to have a clock, but received none.');
  return {
    fmaxMHz: Math.min(...clocks.map(({ achieved }) => achieved)),
    timingMet: clocks.every(({ achieved, constraint }) => achieved >= constraint),
    utilization,
    criticalPath: criticalPath(paths, new Map(cells.map(({ name, net }) => [name, net]))),
  };
}

/** nextpnr's own netlist; JSON. */
interface PlacedJson {
  readonly modules: Readonly<
    Record<
      string,
      {
        readonly cells: Readonly<
          Record<
            string,
            {
              readonly type: string;
              readonly attributes: Readonly<Record<string, string>>;
              readonly connections: Readonly<Record<string, readonly (number | string)[]>>;
            }
          >
        >;
        readonly netnames: Readonly<Record<string, { readonly bits: readonly (number | string)[] }>>;
      }
    >
  >;
}

/** Cells of nextpnr's own netlist, with their places. */
export function placedCells(text: string): PlacedCell[] {
  const { modules } = JSON.parse(text) as PlacedJson;
  return Object.values(modules).flatMap(({ cells, netnames }) => {
    const nets = new Map(Object.entries(netnames).map(([name, { bits }]) => [bits[0], name]));
    return Object.entries(cells).flatMap(([name, { type, attributes, connections }]) => {
      const bel = attributes['NEXTPNR_BEL'];
      return bel === undefined ? [] : [{ name, type, bel, net: nets.get(connections['O']?.[0]) ?? '' }];
    });
  });
}

/** Beginnings of nextpnr's lines, and what it is then at. */
const PLACER_STAGES: readonly (readonly [line: string, what: string])[] = [
  ['Info: Packing', 'packing'],
  ['Info: Creating initial', 'placing'],
  ['Info: Running simulated annealing', 'refining'],
  ['Info: Routing', 'routing'],
];

/** What nextpnr is at, in one of its lines. */
export function placerStage(line: string): string | undefined {
  return PLACER_STAGES.find(([start]) => line.startsWith(start))?.[1];
}

/**
 * Places and routes a netlist, or takes the result from the cache.
 * @param seconds after which it is ended; an hour where there are none
 * @throws {ToolError} when it is not routed, or not in time
 * @throws {MisfitError} when it takes more than the FPGA has
 * @throws {RangeError} when the file of pins is wrong
 */
export async function place(
  synthesis: Synthesis,
  seed: number,
  toolchain: Toolchain,
  stages: Stages,
  seconds?: number,
): Promise<Placement> {
  const { design, json } = synthesis;
  const placer = FAMILIES[design.family].placer!;
  const stage = stages.begin(`place and route, seed ${seed}`);
  // With more seeds than processors.
  stage.now('waiting');
  try {
    const folder = await cachedRun({
      about: `placement ${design.top} ${design.device}`,
      toolchain,
      tool: placer.tool,
      args: [
        ...placer.options(design),
        ...['--json', NETLIST, '--freq', String(design.clockMHz), '--seed', String(seed), '--timing-allow-fail'],
        ...['--report', FILES.report, '--write', FILES.placed],
      ],
      inputs: [[NETLIST, json], ...(design.pins === undefined ? [] : [[design.pins.name, design.pins.text] as const])],
      outputs: [PLACED, FILES.report],
      extract: async (made) => ({
        [FILES.cells]: JSON.stringify(placedCells(await readFile(join(made, FILES.placed), 'utf8'))),
      }),
      onLine: (line) => {
        const what = placerStage(line);
        if (what !== undefined) stage.now(what);
      },
      seconds,
    });
    const cells = JSON.parse(await readFile(join(folder, FILES.cells), 'utf8')) as PlacedCell[];
    const report = readReport(await readFile(join(folder, FILES.report), 'utf8'), cells);
    return { seed, ...report, asc: join(folder, PLACED), cells };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw misfit(error.output, synthesis) ?? (design.pins && pinFault(error.output, design.pins.name)) ?? error;
  } finally {
    stage.end();
  }
}
