// SPDX-License-Identifier: Apache-2.0
// argmax_tree by itself: the first largest code of what lanes have found, against a plain search.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build } from '../../sim/index.ts';
import { testedSources } from '../support/tested-rtl.ts';

/** What a lane has found: nothing, or a code and where. */
const lane = fc.record({ any: fc.boolean(), code: fc.nat(3), index: fc.nat(4) });

describe.each([1, 2, 3, 5, 8])('argmax_tree of %i lanes', (LANES) => {
  it('should find the lowest index, and then lane, of the largest code', async () => {
    const model = await build({ top: 'argmax_tree', sources: testedSources(), params: { LANES, W_DATA: 2 } });
    using sim = model.create();
    fc.assert(
      fc.property(
        fc.array(lane, { minLength: LANES, maxLength: LANES }).filter((lanes) => lanes.some(({ any }) => any)),
        (lanes) => {
          const packed = (width: number, value: (at: (typeof lanes)[number]) => number): number | bigint => {
            const all = lanes.reduce((sum, one, at) => sum | (BigInt(value(one)) << BigInt(at * width)), 0n);
            return width * LANES <= 53 ? Number(all) : all;
          };
          Object.assign(sim.dut, {
            any: packed(1, ({ any }) => Number(any)),
            largest: packed(2, ({ code }) => code),
            best: packed(16, ({ index }) => index),
          });
          sim.eval();
          const found = lanes.map(({ any, code, index }, at) => ({ any, code, place: index * LANES + at }));
          const [first] = found.filter(({ any }) => any).toSorted((a, b) => b.code - a.code || a.place - b.place);
          expect(sim.dut['first']).toBe(first!.place);
        },
      ),
    );
  });
});
