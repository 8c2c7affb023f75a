// SPDX-License-Identifier: Apache-2.0
// The whole flow: a part of a board through synthesis, and from several seeds through placement and routing.

import { chooseToolchain, systemVersions, type Toolchain, type ToolName } from '../toolchain/index.ts';
import type { CriticalPath } from './critical-path.ts';
import type { Design } from './design.ts';
import { FAMILIES } from './families.ts';
import type { Resources } from './resources.ts';
import { partDesign, type PartRequest } from './parts.ts';
import { checkPins } from './pins.ts';
import type { Placement } from './place.ts';
import { placeSeeds, type Seeds } from './place-seeds.ts';
import type { Utilization } from './utilization.ts';
import { type Fmax, spread } from './spread.ts';
import { createStages } from './stages.ts';
import { synthesize, type Synthesis } from './synthesize.ts';

/** What is built, and from how many seeds. */
export interface BuildRequest extends PartRequest, Seeds {}

/** What came of a request. */
export interface Build {
  readonly request: BuildRequest;
  readonly design: Design;
  readonly toolchain: Toolchain;
  /** Of every program that was run. */
  readonly versions: Toolchain['versions'];
  readonly synthesis: Synthesis;
  readonly resources: Resources;
  /** From each seed that was routed; none where the family's placer was not run. */
  readonly placements: readonly Placement[];
  /** The fastest placement. */
  readonly best: Placement | undefined;
  readonly fmaxMHz: Fmax | undefined;
  /** Of the fastest placement. */
  readonly criticalPath: CriticalPath | undefined;
  readonly utilization: Utilization | undefined;
  /** What was not done, in sentences. */
  readonly notDone: readonly string[];
}

/** The programs that a board's family takes. */
export function toolsFor({ board }: Pick<PartRequest, 'board'>): ToolName[] {
  const { placer } = FAMILIES[board.family];
  return placer?.fetched ? ['yosys', placer.tool, 'icepack'] : ['yosys'];
}

/** The toolchain that places a family: the one that synthesizes, or the system's where it has the family's placer. */
async function placingToolchain({ board }: PartRequest, toolchain: Toolchain): Promise<Toolchain | undefined> {
  const { placer } = FAMILIES[board.family];
  if (placer === undefined) return undefined;
  if (placer.fetched) return toolchain;
  const versions = await systemVersions([placer.tool]);
  return versions[placer.tool] === undefined ? undefined : chooseToolchain([placer.tool], { kind: 'system' });
}

/** What is left undone without a placer. */
function undone({ board }: PartRequest): string[] {
  const { placer, name } = FAMILIES[board.family];
  const why = placer === undefined ? '' : `, as there is no ${placer.tool} on the PATH`;
  return [
    `Place and route for ${name} were not done${why}: figures are Yosys's after synthesis, and there is no clock.`,
  ];
}

/**
 * Builds a part of a board.
 * @param onProgress told what is being done and for how long
 * @throws {MisfitError} when it takes more than the FPGA has
 * @throws {RangeError} when a pin is wrong, or the board has no top
 * @throws {ToolError} when a tool refuses the design
 */
export async function buildPart(
  request: BuildRequest,
  toolchain: Toolchain,
  onProgress: (text: string) => void = () => undefined,
): Promise<Build> {
  const stages = createStages(onProgress);
  try {
    const design = await partDesign(request, toolchain, stages);
    const synthesis = await synthesize(design, toolchain, stages);
    checkPins(design, synthesis.json);
    const placing = await placingToolchain(request, toolchain);
    const { placements, failures } =
      placing === undefined
        ? { placements: [], failures: undone(request) }
        : await placeSeeds(synthesis, { ...request, firstSeed: request.board.firstSeed }, placing, stages);
    const best = placements.toSorted((a, b) => b.fmaxMHz - a.fmaxMHz)[0];
    return {
      request,
      design,
      toolchain,
      versions: { ...toolchain.versions, ...placing?.versions },
      synthesis,
      resources: synthesis.resources,
      placements,
      best,
      fmaxMHz: spread(placements.map(({ fmaxMHz }) => fmaxMHz)),
      criticalPath: best?.criticalPath,
      utilization: best?.utilization,
      notDone: failures,
    };
  } finally {
    stages.end();
  }
}
