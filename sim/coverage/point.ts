// SPDX-License-Identifier: Apache-2.0
// One thing that a simulation counts: a statement, a branch, a bit that changes,
// a cover property.

/**
 * What a point counts: runs of a statement (`line`), ways through an `if` or a `case` (`branch`), ways an expression came
 * out (`expression`), changes of a bit (`toggle`), matches of a cover property (`user`).
 */
export type CoverageKind = 'line' | 'branch' | 'expression' | 'toggle' | 'user' | 'other';

/** One point with its count. */
export interface CoveragePoint {
  readonly kind: CoverageKind;
  /** Source file, as the coverage data names it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1; 0 when not known. */
  readonly column: number;
  /** What is counted: a cover property's label, a bit such as `count[2]`, or `if`, `else`, `case`, `block`. */
  readonly name: string;
  /** Module, with a suffix where parameters differ: `counter__W2`. */
  readonly module: string;
  /** Instance; `*` stands for what differs between instances that are counted together. */
  readonly hierarchy: string;
  /** Lines that ran when the point was hit, in order; none for toggles. */
  readonly lines: readonly number[];
  /** Hits. */
  readonly count: number;
}

/** The point in the source, without the instance: points of one place are counted together. */
export function placeOf({ kind, file, line, column, name }: CoveragePoint): string {
  return JSON.stringify([file, line, column, kind, name]);
}

/** Points of each place in the source as one, in the order of file, line, column and name. */
export function joinInstances(points: readonly CoveragePoint[]): CoveragePoint[] {
  const places = new Map<string, CoveragePoint>();
  for (const point of points) {
    const place = placeOf(point);
    const known = places.get(place);
    if (known === undefined) {
      places.set(place, point);
      continue;
    }
    const lines = [...new Set([...known.lines, ...point.lines])].toSorted((a, b) => a - b);
    places.set(place, { ...known, lines, count: known.count + point.count });
  }
  return [...places.values()].toSorted(comparePlaces);
}

let collator: Intl.Collator | undefined;

// Made when first needed: it takes longer than everything else that the package does when it is loaded.
function compareNames(a: string, b: string): number {
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b);
}

function comparePlaces(a: CoveragePoint, b: CoveragePoint): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || compareNames(a.kind, b.kind) || compareNames(a.name, b.name);
}
