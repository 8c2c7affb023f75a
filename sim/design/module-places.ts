// SPDX-License-Identifier: Apache-2.0
// Which instances a line of the source belongs to. The runtime names the line at
// which RTL ends a run, but not the instance.

import type { Design, ModuleType, Scope, SourcePlace } from './design.ts';

/** A module or a package, and the instances of it. */
export interface ModulePlace extends SourcePlace {
  /** Paths from the top, for example `top.gen_lane[2].fifo_u`; none for a package, only the first of very many. */
  readonly instances: readonly string[];
}

/** Instances named for one module. */
const mostInstances = 16;
/** Instances looked at in all. */
const mostVisits = 100_000;

/** Where modules and packages begin, with the instances of each. */
export function modulePlaces(design: Design): ModulePlace[] {
  const instances = new Map<ModuleType, string[]>();
  const root = design.modules.get(design.root)!;
  const ahead: { module: ModuleType; scope: Scope; path: string }[] = [{ module: root, scope: root, path: design.top }];
  for (let at = 0; at < ahead.length && at < mostVisits; at++) {
    const { module, scope, path } = ahead[at]!;
    if (scope === module) {
      const known = instances.get(module) ?? [];
      instances.set(module, known);
      if (known.length < mostInstances) known.push(path);
    }
    for (const [name, block] of scope.blocks) ahead.push({ module, scope: block, path: `${path}.${name}` });
    for (const [name, key] of scope.instances) {
      const inner = design.modules.get(key);
      if (inner !== undefined) ahead.push({ module: inner, scope: inner, path: `${path}.${name}` });
    }
  }
  const modules = [...instances].map(([{ place }, paths]): ModulePlace => ({ ...place, instances: paths }));
  return [...modules, ...design.packages.map((place) => ({ ...place, instances: [] }))];
}

/** Instances that a line may belong to: those of the module, with any parameters, that begins last before it. */
export function instancesAt(places: readonly ModulePlace[], file: string, line: number): string[] {
  const before = places.filter((place) => place.file === file && place.line <= line);
  const start = Math.max(...before.map((place) => place.line));
  return before.filter((place) => place.line === start).flatMap(({ instances }) => instances);
}
