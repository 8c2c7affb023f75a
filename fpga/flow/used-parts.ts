// SPDX-License-Identifier: Apache-2.0
// Used of available: by the placer, or where none ran by the synthesis and the board's data sheet.

import type { Build } from './build.ts';
import { RESOURCE_NAMES, RESOURCE_TITLES } from './resources.ts';
import { PART_NAMES } from './utilization.ts';

/** Parts of an FPGA with how many a build uses; what the FPGA has none of is left out. */
export function usedParts({
  utilization,
  resources,
  request,
}: Pick<Build, 'utilization' | 'resources' | 'request'>): { name: string; used: number; available: number }[] {
  if (utilization !== undefined) {
    return Object.entries(utilization).flatMap(([name, { used, available }]) =>
      PART_NAMES[name] === undefined || available === 0 ? [] : [{ name: PART_NAMES[name], used, available }],
    );
  }
  const { available } = request.board;
  if (available === undefined) return [];
  return RESOURCE_NAMES.filter((name) => available[name] > 0).map((name) => ({
    name: RESOURCE_TITLES[name],
    used: resources[name],
    available: available[name],
  }));
}
