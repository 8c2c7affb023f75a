// SPDX-License-Identifier: Apache-2.0
// A design after synthesis as Verilog: the same top and ports, and what the cells of the FPGA compute between them.

import { join } from 'node:path';
import { cachedRun } from '../flow/cached-run.ts';
import type { Design } from '../flow/design.ts';
import { createStages } from '../flow/stages.ts';
import { synthesize } from '../flow/synthesize.ts';
import { NETLIST } from '../flow/yosys-script.ts';
import type { Toolchain } from '../toolchain/index.ts';
import { putInModels, writeBits } from './cell-models.ts';

const FILE = 'netlist.v';

/** The netlist of a design in Yosys' JSON. */
export async function netlistOf(
  design: Design,
  toolchain: Toolchain,
  onProgress: (text: string) => void = () => undefined,
): Promise<string> {
  const stages = createStages(onProgress);
  try {
    return (await synthesize(design, toolchain, stages)).json;
  } finally {
    stages.end();
  }
}

/**
 * Synthesizes a design for iCE40 and writes the netlist as Verilog, or takes it from the cache.
 * @returns absolute path of the file
 * @throws {ToolError} when Yosys refuses the design
 */
export async function netlistVerilog(
  design: Design,
  toolchain: Toolchain,
  onProgress?: (text: string) => void,
): Promise<string> {
  const script = [`read_json ${NETLIST}`, ...putInModels(design.top), ...writeBits(FILE)].join('\n');
  const folder = await cachedRun({
    about: `netlist of ${design.top} as Verilog`,
    toolchain,
    tool: 'yosys',
    args: ['-q', '-s', 'models.ys'],
    inputs: [
      [NETLIST, await netlistOf(design, toolchain, onProgress)],
      ['models.ys', script],
    ],
    outputs: [FILE],
  });
  return join(folder, FILE);
}
