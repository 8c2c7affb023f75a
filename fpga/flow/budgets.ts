// SPDX-License-Identifier: Apache-2.0
// Limits that a build is held to: fpga/budgets.json. A change that makes a board larger or slower than that is told.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { packageRoot } from '../../src/network/index.ts';
import { ARRAY_CELLS, type ArrayCell } from '../../src/compile/index.ts';
import type { Build } from './build.ts';
import { type Part, PARTS } from './parts.ts';

/** Limits of one build; what is not named may be as it is. */
export interface Budget {
  readonly board: string;
  readonly part: Part;
  readonly config: string;
  readonly cell: ArrayCell;
  /** At most so many. */
  readonly luts?: number | undefined;
  readonly flipFlops?: number | undefined;
  readonly blockRams?: number | undefined;
  readonly sprams?: number | undefined;
  readonly dsps?: number | undefined;
  /** The median over the seeds reaches at least this. */
  readonly fmaxMHz?: number | undefined;
}

/** A limit, and what was built. */
export interface BudgetCheck {
  /** Which figure: `luts`, `fmaxMHz`. */
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly kept: boolean;
}

const limit = v.optional(v.pipe(v.number(), v.minValue(0)));
const schema: v.GenericSchema<unknown, Budget[]> = v.array(
  v.strictObject({
    board: v.string(),
    part: v.picklist(PARTS),
    config: v.string(),
    cell: v.picklist(ARRAY_CELLS),
    luts: limit,
    flipFlops: limit,
    blockRams: limit,
    sprams: limit,
    dsps: limit,
    fmaxMHz: limit,
  }),
);

/** The figures that have an upper limit. */
const MOST = ['luts', 'flipFlops', 'blockRams', 'sprams', 'dsps'] as const;

/**
 * Reads the budgets.
 * @throws {RangeError} when the file is wrong
 */
export function readBudgets(path: string = join(packageRoot(), 'fpga', 'budgets.json')): Budget[] {
  const { success, output, issues } = v.safeParse(schema, JSON.parse(readFileSync(path, 'utf8')));
  if (success) return output;
  throw new RangeError(
    `Expected ${path} to list budgets, but received a wrong ${v.getDotPath(issues[0]) ?? 'file'} (${issues[0].message}).`,
  );
}

/** Holds a build against its budget; empty where it has none. */
export function checkBudget(
  { request, resources, fmaxMHz }: Pick<Build, 'request' | 'resources' | 'fmaxMHz'>,
  config: string,
  budgets: readonly Budget[],
): BudgetCheck[] {
  const { board, part, cell } = request;
  const budget = budgets.find(
    (one) => one.board === board.id && one.part === part && one.config === config && one.cell === cell,
  );
  if (budget === undefined) return [];
  const most = MOST.flatMap((name) => {
    const allowed = budget[name];
    const value = resources[name];
    return allowed === undefined ? [] : [{ name, value, limit: allowed, kept: value <= allowed }];
  });
  if (budget.fmaxMHz === undefined || fmaxMHz === undefined) return most;
  const { median } = fmaxMHz;
  return [...most, { name: 'fmaxMHz', value: median, limit: budget.fmaxMHz, kept: median >= budget.fmaxMHz }];
}

/** What broke a budget, in a sentence with the difference; undefined where all was kept. */
export function budgetFault(checks: readonly BudgetCheck[]): string | undefined {
  const broken = checks.filter(({ kept }) => !kept);
  if (broken.length === 0) return undefined;
  const shown = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 1 });
  const parts = broken.map(({ name, value, limit: bound }) =>
    name === 'fmaxMHz'
      ? `${name} of at least ${shown(bound)}, but received ${shown(value)} (${shown(bound - value)} too little)`
      : `${name} of at most ${shown(bound)}, but received ${shown(value)} (${shown(value - bound)} too many)`,
  );
  return `Expected ${parts.join('; ')}.`;
}
