// SPDX-License-Identifier: Apache-2.0
// Any Verilog module alone on a board's FPGA, between four pins, to know how fast it is between registers.

import type { Toolchain } from '../toolchain/index.ts';
import type { Board } from './board.ts';
import { sourceFile } from './design.ts';
import { pinLight } from './pin-light.ts';
import { placeSeeds, type Seeds } from './place-seeds.ts';
import type { Resources } from './resources.ts';
import { type Fmax, spread } from './spread.ts';
import { createStages } from './stages.ts';
import { synthesize } from './synthesize.ts';

/** A module, and where and how often it is placed. */
export interface ModuleRequest extends Seeds {
  readonly board: Board;
  /** Its clock is called `clk`. */
  readonly top: string;
  /** Paths of Verilog files. */
  readonly sources: readonly string[];
  readonly parameters: Readonly<Record<string, number>>;
  /** What the clock is to reach. */
  readonly clockMHz: number;
}

/** What came of a module. */
export interface ModuleBuild {
  readonly resources: Resources;
  /** Over the seeds that were routed. */
  readonly fmaxMHz: Fmax;
  /** Seeds that were not, in sentences. */
  readonly failures: readonly string[];
}

/**
 * Builds a module, or takes it from the cache.
 * @throws {MisfitError} when it takes more than the FPGA has
 * @throws {ToolError} when a tool refuses it, or no seed is routed
 */
export async function buildModule(
  { board, top, sources, parameters, clockMHz, ...seeds }: ModuleRequest,
  toolchain: Toolchain,
  onProgress: (text: string) => void = () => undefined,
): Promise<ModuleBuild> {
  const stages = createStages(onProgress);
  try {
    const alone = {
      title: top,
      top,
      sources: sources.map((path) => sourceFile(path)),
      parameters,
      sizes: parameters,
      family: board.family,
      device: board.device,
      package: board.package,
      synthesis: board.synthesis ?? [],
      clockMHz,
    };
    const design = await pinLight(alone, 'module_u', toolchain, stages);
    const synthesis = await synthesize(design, toolchain, stages);
    const { placements, failures } = await placeSeeds(synthesis, seeds, toolchain, stages);
    return { resources: synthesis.resources, fmaxMHz: spread(placements.map(({ fmaxMHz }) => fmaxMHz))!, failures };
  } finally {
    stages.end();
  }
}
