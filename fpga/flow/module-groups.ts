// SPDX-License-Identifier: Apache-2.0
// Modules that are worth telling apart in a picture or a table: instances, split from the largest on until there are
// as many as a reader can tell apart.

/** Groups that a picture has at most. */
const MOST = 12;

/** What lies in no instance: the top's own, and what the tools added. */
export const TOP_GROUP = 'top';

/**
 * Chooses groups of instances.
 * @param counts how much lies right in each instance, by its path; the top's own under the empty path
 * @returns the paths of groups, largest first; what lies in an instance belongs to its longest group
 */
export function moduleGroups(counts: ReadonlyMap<string, number>, most: number = MOST): string[] {
  const inside = (path: string): [string, number][] =>
    [...counts].filter(([one]) => path === '' || one === path || one.startsWith(`${path}.`));
  const childrenOf = (path: string): string[] => {
    const depth = path === '' ? 0 : path.split('.').length;
    const below = inside(path).filter(([one]) => one !== path);
    return [
      ...new Set(
        below.map(([one]) =>
          one
            .split('.')
            .slice(0, depth + 1)
            .join('.'),
        ),
      ),
    ];
  };
  const sizeOf = (path: string): number => inside(path).reduce((sum, [, count]) => sum + count, 0);
  const groups = [''];
  for (;;) {
    const split = groups
      .map((path) => ({ path, more: childrenOf(path).filter((child) => !groups.includes(child)) }))
      .filter(({ more }) => more.length > 0 && groups.length + more.length <= most)
      .toSorted((a, b) => ownSize(b.path, groups, counts) - ownSize(a.path, groups, counts))[0];
    if (split === undefined) break;
    groups.push(...split.more);
  }
  return groups.toSorted((a, b) => sizeOf(b) - sizeOf(a));
}

/** The group of an instance's path: the longest that it lies in. */
export function groupOf(path: string, groups: readonly string[]): string {
  const found = groups.filter((group) => group === '' || path === group || path.startsWith(`${group}.`));
  return found.toSorted((a, b) => b.length - a.length)[0] ?? '';
}

/** How much belongs to a group and to no other. */
function ownSize(group: string, groups: readonly string[], counts: ReadonlyMap<string, number>): number {
  return [...counts].reduce((sum, [path, count]) => sum + (groupOf(path, groups) === group ? count : 0), 0);
}
