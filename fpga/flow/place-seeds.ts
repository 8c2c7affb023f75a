// SPDX-License-Identifier: Apache-2.0
// A netlist placed and routed from several seeds.

import { ToolError, type Toolchain } from '../toolchain/index.ts';
import { place, type Placement } from './place.ts';
import type { Stages } from './stages.ts';
import type { Synthesis } from './synthesize.ts';

/** How often a design is placed. */
export interface Seeds {
  /** Placements, each with a seed one higher than the one before. */
  readonly seeds: number;
  /** The first one's. @defaultValue 1 */
  readonly firstSeed?: number | undefined;
  /** Seconds after which a placement is given up. @defaultValue an hour */
  readonly seedSeconds?: number | undefined;
}

/** What came of all seeds. */
export interface SeedResults {
  readonly placements: Placement[];
  /** Seeds that gave none, in sentences. */
  readonly failures: string[];
}

/**
 * Placements from so many seeds, on as many cores as there are. A seed that is not routed, or not in time, leaves the others
 * as they are.
 * @throws {ToolError} when no seed is routed: what became of the first
 */
export async function placeSeeds(
  synthesis: Synthesis,
  { seeds, firstSeed = 1, seedSeconds }: Seeds,
  toolchain: Toolchain,
  stages: Stages,
): Promise<SeedResults> {
  const placed = (seed: number): Promise<Placement | ToolError> =>
    place(synthesis, seed, toolchain, stages, seedSeconds).catch((error: unknown) => {
      if (error instanceof ToolError) return error;
      throw error;
    });
  // A design that is too large is refused once, not once a seed.
  const first = await placed(firstSeed);
  const others = Array.from({ length: seeds - 1 }, (_, i) => placed(firstSeed + 1 + i));
  await Promise.allSettled(others);
  const all = [first, ...(await Promise.all(others))];
  const placements = all.filter((one): one is Placement => !(one instanceof ToolError));
  if (placements.length === 0) throw first;
  const failures = all.flatMap((one, i) =>
    one instanceof ToolError ? [`Seed ${firstSeed + i} gave no placement: ${one.message.replace(/\.$/, '')}.`] : [],
  );
  return { placements, failures };
}
