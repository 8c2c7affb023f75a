// SPDX-License-Identifier: Apache-2.0
// stationary_pusher by itself: every fold's words are read, none before the swap of the fold before, and folds begin as
// early as they may.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build } from '../../sim/index.ts';
import { testedSources } from '../support/tested-rtl.ts';

describe.each([1, 2, 3, 7])('stationary_pusher of %i lanes', (LANES) => {
  it('should read the words of each fold once, and hand them over when they may be', async () => {
    const model = await build({ top: 'stationary_pusher', sources: testedSources(), params: { LANES } });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 20 }),
        fc.array(fc.boolean(), { maxLength: 60 }),
        (folds, pixels, holds) => {
          using sim = model.create({ seed: folds * 31 + pixels });
          const { dut } = sim;
          Object.assign(dut, { rst: 1, start: 0, issue: 0, fold_last: 0, more: 0 });
          sim.tick();
          Object.assign(dut, { rst: 0, start: 1 });
          sim.tick();
          dut['start'] = 0;
          const [swaps, pushes]: number[][] = [[], []];
          let [fold, pixel, clock] = [0, 0, 0];
          for (; fold < folds && clock < 1000; clock++) {
            Object.assign(dut, {
              fold_last: Number(pixel === pixels - 1),
              more: Number(pushes!.length < folds * LANES),
              issue: 0,
            });
            sim.eval();
            const issue = dut['loaded'] === 1 && !(holds[clock] ?? false);
            dut['issue'] = Number(issue);
            sim.eval();
            if (dut['swap'] === 1) swaps!.push(clock);
            if (dut['push'] === 1) pushes!.push(clock);
            sim.tick();
            if (!issue) continue;
            pixel = (pixel + 1) % pixels;
            if (pixel === 0) fold++;
          }
          expect(swaps).toHaveLength(folds);
          expect(pushes).toHaveLength(folds * LANES);
          swaps!.forEach((swap, index) => {
            // A swap comes after its words, and these not before the swap before.
            const own = pushes!.slice(index * LANES, (index + 1) * LANES);
            expect(Math.max(...own)).toBeLessThan(swap);
            if (index > 0) expect(Math.min(...own)).toBeGreaterThanOrEqual(swaps![index - 1]!);
          });
          if (holds.includes(true)) return;
          const period = Math.max(pixels, LANES, 2);
          expect(swaps).toEqual(Array.from({ length: folds }, (_, index) => LANES + index * period));
        },
      ),
    );
  });
});
