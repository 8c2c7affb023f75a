// SPDX-License-Identifier: Apache-2.0
// What each module takes: sums over the groups of instances that a reader can tell apart.

import { groupOf, moduleGroups, TOP_GROUP } from './module-groups.ts';
import { resourcesByInstance } from './netlist.ts';
import { addResources, NO_RESOURCES, type Resources } from './resources.ts';
import type { Synthesis } from './synthesize.ts';

/** Parts of modules, by name, in the order of their logic. */
export function moduleResources({ design, cells }: Synthesis): (Resources & { readonly name: string })[] {
  const byInstance = resourcesByInstance(design.family, cells);
  const counts = new Map([...byInstance].map(([path, { luts, flipFlops }]) => [path, luts + flipFlops]));
  const groups = moduleGroups(counts);
  const sums = new Map<string, Resources>();
  for (const [path, resources] of byInstance) {
    const group = groupOf(path, groups);
    sums.set(group, addResources(sums.get(group) ?? NO_RESOURCES, resources));
  }
  return [...sums]
    .map(([group, resources]) => ({ name: group === '' ? TOP_GROUP : group, ...resources }))
    .toSorted((a, b) => b.luts + b.flipFlops - (a.luts + a.flipFlops));
}
