// SPDX-License-Identifier: Apache-2.0
// Verilog to a netlist of an FPGA's cells.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Toolchain } from '../toolchain/index.ts';
import { cachedRun } from './cached-run.ts';
import type { Design } from './design.ts';
import { FAMILIES } from './families.ts';
import type { Resources } from './resources.ts';
import { countResources, netlistCells, type NetlistCell } from './netlist.ts';
import type { Stages } from './stages.ts';
import { NETLIST, synthesisScript } from './yosys-script.ts';

/** A design after synthesis. */
export interface Synthesis {
  readonly design: Design;
  /** The netlist as nextpnr and Yosys read it. */
  readonly json: string;
  readonly cells: readonly NetlistCell[];
  readonly resources: Resources;
}

/** What Yosys is at, in one of its lines: `2.31. Executing ABC pass`. */
export function yosysStage(line: string): string | undefined {
  return /^\d+(?:\.\d+)*\. Executing (.*?)(?: \(.*)?\.?$/.exec(line)?.[1];
}

/**
 * Synthesizes a design, or takes the netlist from the cache.
 * @throws {ToolError} when Yosys refuses the design
 */
export async function synthesize(design: Design, toolchain: Toolchain, stages: Stages): Promise<Synthesis> {
  const stage = stages.begin(`synthesis of ${design.title} for ${FAMILIES[design.family].name}`);
  try {
    const script = 'synthesis.ys';
    const folder = await cachedRun({
      about: `netlist ${design.top} ${design.device}`,
      toolchain,
      tool: 'yosys',
      args: ['-s', script],
      inputs: [...design.sources.map(({ name, text }) => [name, text] as const), [script, synthesisScript(design)]],
      outputs: [NETLIST],
      onLine: (line) => {
        const what = yosysStage(line);
        if (what !== undefined) stage.now(what);
      },
    });
    const json = await readFile(join(folder, NETLIST), 'utf8');
    const cells = netlistCells(json);
    return { design, json, cells, resources: countResources(design.family, cells) };
  } finally {
    stage.end();
  }
}
