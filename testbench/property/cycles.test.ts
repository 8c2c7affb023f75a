// SPDX-License-Identifier: Apache-2.0
// The closed form against the RTL on at least 1,000 random layers of everything that the array computes: every counter,
// the host's clocks, and the clock in which each word is written, which the timeline is drawn from.
// No tolerance.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileNetwork, type Configuration, loadConfiguration } from '../../src/compile/index.ts';
import { hostCycles, networkCounters } from '../../src/cycles/index.ts';
import { networkRun } from '../../src/cycles/network-run.ts';
import { readQuantized, shippedWeights } from '../../src/network/index.ts';
import { type Case, cases } from '../support/arbitraries.ts';
import {
  PRODUCT_CONFIGURATIONS,
  SEVERAL_TAPS_CONFIGURATIONS,
  SMALL_CONFIGURATIONS,
  STRIPS_CONFIGURATION,
} from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';
import { connectedLayers } from '../support/connected-layers.ts';
import { shouldCountAlike } from '../support/count-alike.ts';

/** Cores that random networks run on, some with room for few weights, which come in segments, or for strips of maps. */
const CONFIGURATIONS: Readonly<Record<string, Configuration>> = {
  ...SMALL_CONFIGURATIONS,
  '3x5 of 120 weight words': { ...SMALL_CONFIGURATIONS['3x5']!, weightDepth: 120, programDepth: 64 * 40 },
  '3x5 of 90 weight words, one segment at a time': {
    ...SMALL_CONFIGURATIONS['3x5']!,
    ...{ weightDepth: 90, weightSegments: 1, programDepth: 64 * 40 },
  },
  '4x2 of 120 weight words, one segment at a time, pipelined, folded row by row': {
    ...SMALL_CONFIGURATIONS['3x5']!,
    ...{
      rows: 4,
      columns: 2,
      serialFold: 1,
      pipelined: 1,
      foldClocks: 2,
      weightDepth: 120,
      weightSegments: 1,
      programDepth: 64 * 40,
    },
  },
  '3x5 of 150 activation words': STRIPS_CONFIGURATION,
  '3x5 of products': PRODUCT_CONFIGURATIONS['3x5 of products']!,
  ...SEVERAL_TAPS_CONFIGURATIONS,
  '3x5 of 150 activation words, two taps a clock': { ...STRIPS_CONFIGURATION, tapsPerClock: 2 },
  '3x5 of 90 weight words, one segment at a time, four taps a clock': {
    ...SMALL_CONFIGURATIONS['3x5']!,
    ...{ weightDepth: 90, weightSegments: 1, programDepth: 64 * 40, tapsPerClock: 4 },
  },
};
const LAYERS = 1000;
/** A large core takes a compiler a minute and more. */
const BUILD_TIMEOUT = 300_000;
const each = Math.ceil(LAYERS / Object.keys(CONFIGURATIONS).length);

/** What the layers that were tried were like, to see that none of it is missing. */
class Seen {
  readonly #kinds = new Set<string>();
  layers = 0;

  add({ network, count }: Case, configuration: Configuration): void {
    const { tapsPerClock = 1 } = configuration;
    const { plans, strips, records: compiled } = compileNetwork(network, configuration);
    this.layers += plans.length;
    const { imageBanks } = hostCycles(network, configuration, count);
    const loads = networkCounters(network, configuration, count).map(({ cycles }) => cycles.load);
    const { records } = networkRun(network, configuration);
    plans.forEach(({ layer, rest, packed, planes, filterTiles, taps, tileClocks, rowRun }, index) => {
      const { pool, poolKind, poolStride, poolPadding, groups, shortcut, dilation } = layer;
      const ofLayer = records.filter((record) => record.layer === index);
      const inStrips = index < (strips?.layers ?? 0);
      const kinds = {
        packed: packed > 1,
        'columns of their own': rest !== null,
        planes: planes > 1,
        'tiles of filters': filterTiles > 1,
        drain: tileClocks < configuration.columns,
        groups: groups > 1,
        'full clocks of several taps': tileClocks * tapsPerClock === taps && tapsPerClock > 1,
        'last clocks of fewer taps': tileClocks < taps && tileClocks * tapsPerClock > taps,
        'one tap in clocks of several': tileClocks === taps && tapsPerClock > 1,
        'several taps along a row': rowRun && tileClocks < taps,
        shortcut: shortcut !== null,
        dilation: dilation > 1,
        'largest of windows': pool > 1 && poolKind === 'max',
        'averages of windows': pool > 1 && poolKind === 'average',
        'windows that overlap': poolStride < pool,
        'windows past the map': poolPadding > 0,
        'parts of a layer': ofLayer.length > new Set(ofLayer.map(({ rows }) => rows)).size,
        strips: inStrips && strips!.heights[index] !== null,
        'rows of a whole map': inStrips && strips!.heights[index] === null,
        'shortcuts in strips': inStrips && shortcut !== null,
        'windows past the map in strips': inStrips && poolPadding > 0,
        'parts of a strip': inStrips && ofLayer.length > new Set(ofLayer.map(({ rows }) => rows)).size,
        'runs of one record': compiled.some((record) => record.layer === index && record.again),
        'waits for weights': loads[index]! > 0,
        'two banks of pictures': imageBanks === 2,
        'several batches': count > configuration.rows,
      };
      for (const [kind, is] of Object.entries(kinds)) if (is) this.#kinds.add(kind);
    });
  }

  kinds(): string[] {
    return [...this.#kinds].toSorted();
  }
}

const seen = new Seen();

describe.each(Object.entries(CONFIGURATIONS))('core %s', (_, configuration) => {
  it(
    `should count and write as the closed form says, on ${each} layers and more`,
    async () => {
      const before = seen.layers;
      await fc.assert(
        fc.asyncProperty(cases(coreLimits(configuration)), async (chosen) => {
          await shouldCountAlike(chosen, configuration);
          seen.add(chosen, configuration);
        }),
      );
      expect(seen.layers - before).toBeGreaterThanOrEqual(each);
    },
    BUILD_TIMEOUT,
  );
});

describe('core 3x5 of 120 weight words', () => {
  it.each([[[5, 40, 5, 40, 5, 17]], [[4, 20, 9, 9, 24, 3]], [[5, 30, 30, 30, 30]]])(
    'should wait for the weights of connected layers of %j',
    async (sizes) => {
      const configuration = CONFIGURATIONS['3x5 of 120 weight words']!;
      const chosen = connectedLayers(sizes);
      await shouldCountAlike(chosen, configuration);
      seen.add(chosen, configuration);
      const loads = networkCounters(chosen.network, configuration, chosen.count).map(({ cycles }) => cycles.load);
      expect(Math.max(...loads)).toBeGreaterThan(0);
    },
  );
});

describe.each(Object.entries(CONFIGURATIONS).filter(([, { weightSegments }]) => weightSegments === 1))(
  'core %s',
  (_, configuration) => {
    it.each([[[5, 40, 5, 40, 5, 17]], [[4, 20, 9, 9, 24, 3]], [[5, 30, 30, 30, 30]]])(
      'should run records again for connected layers of %j',
      async (sizes) => {
        const chosen = connectedLayers(sizes);
        await shouldCountAlike(chosen, configuration);
        seen.add(chosen, configuration);
        const { records } = compileNetwork(chosen.network, configuration);
        expect(records.some(({ again }) => again)).toBe(true);
      },
    );
  },
);

describe.each(['tiny', 'default', 'hx8k', 'cifar-pairs'])('lenet5 on %s', (name) => {
  it(
    'should count and write as the closed form says',
    async () => {
      const configuration = loadConfiguration(name);
      const network = readQuantized(shippedWeights('lenet5'));
      const count = 2 * configuration.rows + 1;
      const images = Uint8Array.from({ length: count * 784 }, (_, index) => (index * 2_654_435_761) >>> 24);
      await shouldCountAlike({ network, images, count }, configuration);
    },
    BUILD_TIMEOUT,
  );
});

describe('the layers that were tried', () => {
  it('should be of every kind', () => {
    expect(seen.kinds()).toEqual([
      'averages of windows',
      'columns of their own',
      'dilation',
      'drain',
      'full clocks of several taps',
      'groups',
      'largest of windows',
      'last clocks of fewer taps',
      'one tap in clocks of several',
      'packed',
      'parts of a layer',
      'parts of a strip',
      'planes',
      'rows of a whole map',
      'runs of one record',
      'several batches',
      'several taps along a row',
      'shortcut',
      'shortcuts in strips',
      'strips',
      'tiles of filters',
      'two banks of pictures',
      'waits for weights',
      'windows past the map',
      'windows past the map in strips',
      'windows that overlap',
    ]);
  });
});
