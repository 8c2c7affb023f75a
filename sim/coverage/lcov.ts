// SPDX-License-Identifier: Apache-2.0
// Points -> an lcov tracefile, which genhtml, editors and coverage services read.
//
// A statement is a line (DA) with the largest count of the points on it, since
// several share a line. Ways through a branch, bits and cover properties are
// lcov's branches (BRDA), in blocks of their own: 0, 1 and 2. As lcov refuses a
// branch on a line without a count, a line with only such points gets theirs.
// Verilator's own writer does the same from 5.04x on; 5.006 writes DA only, with
// the smallest count on a line, and counts statements twice.

import { joinInstances, type CoverageKind, type CoveragePoint } from './point.ts';

/** lcov block of each kind that is counted as branches. */
const blocks: Readonly<Partial<Record<CoverageKind, number>>> = { branch: 0, expression: 0, toggle: 1, user: 2 };

/**
 * Writes points as an lcov tracefile (`.info`). Instances of a module are counted together.
 * @example
 * await writeFile('lcov.info', toLcov(mergeCoverage(runs)));
 */
export function toLcov(points: readonly CoveragePoint[]): string {
  const files = new Map<string, CoveragePoint[]>();
  for (const point of joinInstances(points)) {
    const known = files.get(point.file);
    if (known === undefined) files.set(point.file, [point]);
    else known.push(point);
  }
  return [...files].map(([file, all]) => fileRecord(file, all)).join('');
}

function fileRecord(file: string, points: readonly CoveragePoint[]): string {
  const branches = branchRecords(points);
  const lines = lineCounts(points);
  return [
    'TN:',
    `SF:${file}`,
    ...branches.map(({ line, block, branch, count }) => `BRDA:${line},${block},${branch},${count}`),
    `BRF:${branches.length}`,
    `BRH:${branches.filter(({ count }) => count > 0).length}`,
    ...lines.map(([line, count]) => `DA:${line},${count}`),
    `LF:${lines.length}`,
    `LH:${lines.filter(([, count]) => count > 0).length}`,
    'end_of_record\n',
  ].join('\n');
}

interface BranchRecord {
  readonly line: number;
  readonly block: number;
  /** Number within the block. */
  readonly branch: number;
  readonly count: number;
}

function branchRecords(points: readonly CoveragePoint[]): BranchRecord[] {
  const used = new Map<string, number>();
  return points.flatMap(({ kind, line, count }) => {
    const block = blocks[kind];
    if (block === undefined) return [];
    const key = `${line} ${block}`;
    const branch = used.get(key) ?? 0;
    used.set(key, branch + 1);
    return [{ line, block, branch, count }];
  });
}

/** Lines in order with their counts. */
function lineCounts(points: readonly CoveragePoint[]): [number, number][] {
  const statements = largestCounts(points.filter(({ kind }) => kind === 'line' || kind === 'branch'));
  const others = largestCounts(points.filter(({ kind }) => kind !== 'line' && kind !== 'branch'));
  return [...new Map([...others, ...statements])].toSorted(([a], [b]) => a - b);
}

function largestCounts(points: readonly CoveragePoint[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { line, lines, count } of points) {
    for (const each of new Set([line, ...lines])) counts.set(each, Math.max(counts.get(each) ?? 0, count));
  }
  return counts;
}
