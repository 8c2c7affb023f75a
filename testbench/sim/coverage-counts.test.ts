// SPDX-License-Identifier: Apache-2.0
// Coverage that instances count.

import { describe, expect, it } from 'vitest';
import { build, mergeCoverage, SimulationError, toLcov, type CoveragePoint } from '../../sim/index.ts';
import { errorOf, fixture } from './support.ts';

const options = { top: 'counter', sources: [fixture('counter.v')] };

/** Counts of the points of statements and branches. */
function lineCounts(points: readonly CoveragePoint[]): number[] {
  return points.filter(({ kind }) => kind === 'line' || kind === 'branch').map(({ count }) => count);
}

describe('coverage', () => {
  it('should be counted for each instance apart, and added up', async () => {
    const Counter = await build({ ...options, coverage: true });
    using sim = Counter.create();
    using idle = Counter.create();
    sim.reset();
    sim.dut.en = 1;
    sim.run(7);
    const [points, none] = [sim.coverage(), idle.coverage()];
    // Two cycles of reset, then seven that count.
    expect(lineCounts(points)).toEqual(expect.arrayContaining([2, 7, 9]));
    expect(Math.max(...lineCounts(none))).toBeLessThan(2);
    expect(points.every(({ file }) => file === fixture('counter.v'))).toBe(true);
    expect(points.some(({ kind, name, count }) => kind === 'toggle' && name.startsWith('count[0]') && count > 2)).toBe(
      true,
    );
    const lcov = toLcov(mergeCoverage([points, points]));
    expect(lcov).toContain(`SF:${fixture('counter.v')}\n`);
    expect(lcov).toMatch(/^DA:\d+,18$/m);
  });

  it('should be refused of a model that counts none', async () => {
    using sim = (await build(options)).create();
    const error = await errorOf(SimulationError, () => sim.coverage());
    expect([error.kind, error.message]).toEqual([
      'coverage',
      'Expected a model built with { coverage: true }, but received one without.',
    ]);
  });
});
