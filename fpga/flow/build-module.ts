// SPDX-License-Identifier: Apache-2.0
// Any Verilog module alone on a board's FPGA, between four pins, to know how fast it is between registers.

import type { Toolchain } from '../toolchain/index.ts';
import type { Board } from './board.ts';
import { sourceFile } from './design.ts';
import { pinLight } from './pin-light.ts';
import { place } from './place.ts';
import type { Resources } from './resources.ts';
import { type Fmax, spread } from './spread.ts';
import { createStages } from './stages.ts';
import { synthesize } from './synthesize.ts';

/** A module, and where and how often it is placed. */
export interface ModuleRequest {
  readonly board: Board;
  /** Its clock is called `clk`. */
  readonly top: string;
  /** Paths of Verilog files. */
  readonly sources: readonly string[];
  readonly parameters: Readonly<Record<string, number>>;
  /** Placements; the first has seed 1. */
  readonly seeds: number;
  /** What the clock is to reach. */
  readonly clockMHz: number;
}

/**
 * Builds a module, or takes it from the cache.
 * @throws {MisfitError} when it takes more than the FPGA has
 * @throws {ToolError} when a tool refuses it
 */
export async function buildModule(
  { board, top, sources, parameters, seeds, clockMHz }: ModuleRequest,
  toolchain: Toolchain,
  onProgress: (text: string) => void = () => undefined,
): Promise<{ readonly resources: Resources; readonly fmaxMHz: Fmax }> {
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
    const placements = await Promise.all(
      Array.from({ length: seeds }, (_, i) => place(synthesis, i + 1, toolchain, stages)),
    );
    return { resources: synthesis.resources, fmaxMHz: spread(placements.map(({ fmaxMHz }) => fmaxMHz))! };
  } finally {
    stages.end();
  }
}
