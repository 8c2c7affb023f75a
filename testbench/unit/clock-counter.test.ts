// SPDX-License-Identifier: Apache-2.0
// clock_counter of short halves: each clock, through several times that either half wraps, and from a reset amid.

import { describe, expect, it } from 'vitest';
import { build } from '../../sim/index.ts';
import { testedSources } from '../support/tested-rtl.ts';

describe('clock_counter', () => {
  it.each([2, 3, 5])('should count every clock with halves of %i bits', async (half) => {
    const model = await build({
      top: 'clock_counter',
      sources: testedSources('clock_counter'),
      params: { W_HALF: half },
    });
    using sim = model.create({ seed: 3 });
    const { dut } = sim;
    const most = 4 ** half;
    const reset = (): void => {
      dut['rst'] = 1;
      sim.tick();
      dut['rst'] = 0;
    };
    reset();
    for (let clock = 0; clock < 2 * most + 5; clock++) {
      expect(dut['count'], `clock ${clock}`).toBe(clock % most);
      sim.tick();
    }
    // In the clocks in which the low half is nearly full, full, and empty again.
    for (const before of [2 ** half - 2, 2 ** half - 1, 2 ** half]) {
      reset();
      sim.run(before);
      reset();
      for (let clock = 0; clock < 2 ** half + 3; clock++) {
        expect(dut['count'], `clock ${clock} after a reset at ${before}`).toBe(clock % most);
        sim.tick();
      }
    }
  });
});
