// SPDX-License-Identifier: Apache-2.0
// The small modules behind the array by themselves: pooling, the largest code, which segments are held.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { testedSources } from '../support/tested-rtl.ts';

function alone(top: string, params: Record<string, number> = {}): Promise<Model> {
  return build({ top, sources: testedSources(top), params });
}

describe('pool_lane', () => {
  it('should give the largest code or the rounded sum of a window, without pixels outside', async () => {
    const model = await alone('pool_lane', { W_DATA: 8, W_POOL: 16 });
    using sim = model.create();
    const pixel = fc.record({ code: fc.nat(255), outside: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(pixel, { minLength: 1, maxLength: 256 }),
        fc.boolean(),
        fc.nat(127),
        (pixels, average, half) => {
          // What is kept from the window before must not count.
          let pooled = 54_321;
          pixels.forEach(({ code, outside }, index) => {
            Object.assign(sim.dut, {
              ...{ average: Number(average), half: average ? half : 0, first: Number(index === 0) },
              ...{ outside: Number(outside), code, pooled },
            });
            sim.eval();
            pooled = Number(sim.dut['next']);
          });
          const inside = pixels.filter(({ outside }) => !outside).map(({ code }) => code);
          const sum = inside.reduce((total, code) => total + code, half);
          expect(pooled).toBe(average ? sum : Math.max(0, ...inside));
        },
      ),
    );
  });
});

describe('argmax_lane', () => {
  it('should give the lowest index among the largest codes, in whatever order they come', async () => {
    const model = await alone('argmax_lane', { W_DATA: 3, W_INDEX: 5 });
    const codes = fc.array(fc.nat(7), { minLength: 1, maxLength: 32 });
    fc.assert(
      fc.property(codes, codes, fc.nat(2 ** 31 - 2), fc.boolean(), (first, second, seed, together) => {
        using sim = model.create({ seed: seed + 1 });
        const { dut } = sim;
        const show = (list: readonly number[]): void => {
          Object.assign(dut, { clear: 1, take: 0 });
          sim.tick();
          dut['clear'] = 0;
          // Indices in an order that looks random, each once, with clocks without one.
          const order = list
            .map((_, index) => [Math.imul(index + 1, 0x9e3779b1) ^ seed, index] as const)
            .toSorted(([a], [b]) => a - b);
          for (const [hash, index] of order) {
            Object.assign(dut, { take: 0, code: 7, index: 0 });
            sim.run(hash & 1);
            Object.assign(dut, { take: 1, code: list[index], index });
            sim.tick();
          }
          Object.assign(dut, { take: 0, code: 7, index: 0 });
          sim.run(together ? 0 : 2);
          sim.eval();
          expect(dut['best']).toBe(list.indexOf(Math.max(...list)));
        };
        show(first);
        // Nothing of the first is left.
        show(second);
      }),
    );
  });
});

describe('segments', () => {
  it('should count what waits and what is held, never more than two', async () => {
    const model = await alone('segments');
    const wishes = fc.array(fc.record({ loaded: fc.boolean(), taken: fc.boolean(), freed: fc.boolean() }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(wishes, fc.nat(2 ** 31 - 2), (clocks, seed) => {
        using sim = model.create({ seed: seed + 1 });
        const { dut } = sim;
        Object.assign(dut, { loaded: 0, taken: 0, freed: 0, rst: 1 });
        sim.tick();
        dut['rst'] = 0;
        let [waiting, used] = [0, 0];
        for (const wish of clocks) {
          sim.eval();
          expect([dut['ready'], dut['room']]).toEqual([Number(waiting > 0), Number(waiting + used < 2)]);
          // Only what the core may do: it loads where there is room, uses one at a time, and frees the one it uses.
          const loaded = wish.loaded && dut['room'] === 1;
          const freed = wish.freed && used === 1;
          const taken = wish.taken && dut['ready'] === 1 && used === 0;
          Object.assign(dut, { loaded: Number(loaded), taken: Number(taken), freed: Number(freed) });
          sim.tick();
          waiting += Number(loaded) - Number(taken);
          used += Number(taken) - Number(freed);
        }
      }),
    );
  });
});
