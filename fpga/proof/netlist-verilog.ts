// SPDX-License-Identifier: Apache-2.0
// A design after synthesis as Verilog: the same top and ports, and what the cells of the FPGA compute between them.

import { join } from 'node:path';
import { cachedRun } from '../flow/cached-run.ts';
import type { Design } from '../flow/design.ts';
import { createStages, type Stages } from '../flow/stages.ts';
import { synthesize, yosysStage } from '../flow/synthesize.ts';
import { NETLIST } from '../flow/yosys-script.ts';
import type { Toolchain } from '../toolchain/index.ts';
import { putInModels, writeBits } from './cell-models.ts';

const FILE = 'netlist.v';

/** The netlist of a design in Yosys' JSON. */
export async function netlistOf(design: Design, toolchain: Toolchain): Promise<string> {
  return inStages(undefined, async (stages) => (await synthesize(design, toolchain, stages)).json);
}

/** Does work whose stages are told of. */
async function inStages<T>(
  onProgress: ((text: string) => void) | undefined,
  work: (stages: Stages) => Promise<T>,
): Promise<T> {
  const stages = createStages(onProgress ?? (() => undefined));
  try {
    return await work(stages);
  } finally {
    stages.end();
  }
}

/**
 * Synthesizes a design for iCE40 and writes the netlist as Verilog, or takes it from the cache.
 * @returns absolute path of the file
 * @throws {ToolError} when Yosys refuses the design
 */
export function netlistVerilog(
  design: Design,
  toolchain: Toolchain,
  onProgress?: (text: string) => void,
): Promise<string> {
  return inStages(onProgress, async (stages) => {
    const { json } = await synthesize(design, toolchain, stages);
    const about = `netlist of ${design.top} as Verilog`;
    const stage = stages.begin(about);
    const script = [`read_json ${NETLIST}`, ...putInModels(design.top), ...writeBits(FILE)].join('\n');
    const folder = await cachedRun({
      about,
      toolchain,
      tool: 'yosys',
      args: ['-s', 'models.ys'],
      inputs: [
        [NETLIST, json],
        ['models.ys', script],
      ],
      outputs: [FILE],
      onLine: (line) => {
        const what = yosysStage(line);
        if (what !== undefined) stage.now(what);
      },
    });
    stage.end();
    return join(folder, FILE);
  });
}
