// SPDX-License-Identifier: Apache-2.0
// Budgets: what they hold a build to, what they say when one is broken, and that each is of something that there is.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Budget, budgetFault, boardNames, checkBudget, readBoard, readBudgets } from '../../fpga/index.ts';
import { configurationNames, loadConfiguration } from '../../src/compile/index.ts';

const BUDGET: Budget = { board: 'hx8k', part: 'array', config: 'tiny', cell: 'distance', luts: 1000, fmaxMHz: 100 };
const board = readBoard('hx8k');
const request = {
  ...{ board, configuration: loadConfiguration('tiny'), seeds: 1 },
  ...({ part: 'array', cell: 'distance' } as const),
};
const resources = { luts: 1000, flipFlops: 9999, carries: 0, blockRams: 0, sprams: 0, dsps: 0 };
const fmaxMHz = { min: 90, median: 100, max: 110 };

it('should keep what is at its limit', () => {
  const checks = checkBudget({ request, resources, fmaxMHz }, 'tiny', [BUDGET]);
  expect(checks).toEqual([
    { name: 'luts', value: 1000, limit: 1000, kept: true },
    { name: 'fmaxMHz', value: 100, limit: 100, kept: true },
  ]);
  expect(budgetFault(checks)).toBeUndefined();
});

it('should say by how much one is broken', () => {
  const slow = { request, resources: { ...resources, luts: 1012 }, fmaxMHz: { ...fmaxMHz, median: 97.5 } };
  expect(budgetFault(checkBudget(slow, 'tiny', [BUDGET]))).toBe(
    'Expected luts of at most 1,000, but received 1,012 (12 too many); ' +
      'fmaxMHz of at least 100, but received 97.5 (2.5 too little).',
  );
});

it('should hold each figure to its own limit', () => {
  const limits = { luts: 1, flipFlops: 2, blockRams: 3, sprams: 4, dsps: 5 };
  const over = { luts: 2, flipFlops: 3, carries: 9, blockRams: 4, sprams: 5, dsps: 6 };
  const budget = { ...BUDGET, fmaxMHz: undefined, ...limits };
  expect(checkBudget({ request, resources: over, fmaxMHz }, 'tiny', [budget])).toEqual(
    Object.entries(limits).map(([name, limit]) => ({ name, value: limit + 1, limit, kept: false })),
  );
});

it('should hold nothing else to it', () => {
  expect(checkBudget({ request, resources, fmaxMHz }, 'default', [BUDGET])).toEqual([]);
  const others = [{ part: 'core' }, { cell: 'product' }, { board: readBoard('icebreaker') }] as const;
  for (const other of others) {
    expect(checkBudget({ request: { ...request, ...other }, resources, fmaxMHz }, 'tiny', [BUDGET])).toEqual([]);
  }
});

it('should be of boards and configurations that there are', () => {
  const budgets = readBudgets();
  expect(budgets.filter((one) => !boardNames().includes(one.board))).toEqual([]);
  expect(budgets.filter((one) => !configurationNames().includes(one.config))).toEqual([]);
});

it('should name what is wrong in their file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berus budgets '));
  try {
    const path = join(folder, 'budgets.json');
    writeFileSync(path, JSON.stringify([{ ...BUDGET, luts: 'many' }]));
    expect(() => readBudgets(path)).toThrow(/budgets\.json to list budgets, but received a wrong 0\.luts \(/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each(boardNames())('should have a board of each name that can be read: %s', (id) => {
  expect(readBoard(id)).toMatchObject({ id });
});
