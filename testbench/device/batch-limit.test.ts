// SPDX-License-Identifier: Apache-2.0
// How long a batch may take: more than twice what the closed form says of it, whatever its tiles wait for.

import { describe, expect, it } from 'vitest';
import { compileNetwork, type Configuration } from '../../src/compile/index.ts';
import { networkCounters } from '../../src/cycles/index.ts';
import { cycleLimit } from '../../src/device/batch-limit.ts';
import { SMALL_CONFIGURATIONS } from '../support/configurations.ts';
import { networkOf, quantizedOf } from '../support/layer-of.ts';

describe('cycleLimit', () => {
  // 1,000 tiles of four filters of as many taps.
  const fields = { input: { height: 25, width: 40, channels: 4 }, filters: 4 };
  const network = networkOf('short', [quantizedOf(fields, { weights: new Uint8Array(16) })]);

  it.each<[string, Partial<Configuration>, number]>([
    ['sums leave by columns', {}, 4],
    ['sums leave one by one', { serialFold: 1 }, 64],
    ['cells take four taps in a clock', { tapsPerClock: 4 }, 4],
  ])('should not take a batch of short tiles for one that hangs where %s', (_, changed, interval) => {
    const room = { activationDepth: 4096, resultDepth: 4096 };
    const configuration = { ...SMALL_CONFIGURATIONS['4x4']!, rows: 16, ...room, ...changed };
    const { total } = networkCounters(network, configuration, 16)[0]!.cycles;
    expect(Math.floor(total / 1000)).toBe(interval);
    expect(cycleLimit(compileNetwork(network, configuration), 0)).toBeGreaterThan(2 * total);
  });
});
