// SPDX-License-Identifier: Apache-2.0
// The top under random packets while every port stalls as it likes: results are right and in order, faults are
// flagged and change nothing, and the registers can be read at any time.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { exchange, stallPatterns, stepsFor, trafficOf, type Step } from './traffic.ts';
import { bits, buildTop, connect, offsetOf, read, take, type Stalls, type TopSize } from './top.ts';

const SIZES: Readonly<Record<string, TopSize>> = {
  '3x2 of 5 bits': { rows: 3, columns: 2, dataBits: 5 },
  '1x12 of 8 bits': { rows: 1, columns: 12, dataBits: 8 },
  '4x4 of 8 bits': { rows: 4, columns: 4, dataBits: 8 },
};

describe.each(Object.entries(SIZES))('%s', (_, size) => {
  let Top: Model;
  beforeAll(async () => {
    Top = await buildTop(size);
  });

  function check(given: readonly Step[], stalls: Stalls, seed: number): void {
    const traffic = trafficOf(size, given);
    const { results, faults } = traffic;
    const host = connect(Top, stalls, seed);
    using sim = host.sim;
    const reader = sim.fork(function* () {
      for (;;) {
        yield* host.bus.read(offsetOf('STATUS'));
        yield* host.bus.read(offsetOf('ID'));
      }
    });
    const received = exchange(host, traffic);
    reader.kill();
    expect(received).toEqual(results);
    sim.run(50);
    expect(take(host.sink)).toEqual([]);
    expect(read(host, 'ERRORS')).toBe(bits('ERRORS', ...faults));
    expect(read(host, 'BATCHES')).toBe(results.length);
    expect(read(host, 'DROPPED')).toBe(0);
    expect(read(host, 'STATUS') & ~bits('STATUS', 'error')).toBe(0);
  }

  it('should answer each batch, whatever stalls and whatever else comes', () => {
    const anySeed = fc.integer({ min: 1, max: 2 ** 31 - 1 });
    fc.assert(fc.property(stepsFor(size), stallPatterns, anySeed, check));
  });
});
