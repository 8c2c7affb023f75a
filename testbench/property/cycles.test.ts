// SPDX-License-Identifier: Apache-2.0
// The closed form against the RTL on at least 1,000 random layers of everything that the array computes: every counter,
// the host's clocks, and the clock in which each word of the first batch is written, which the timeline is drawn from.
// No tolerance.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileNetwork, type Configuration, loadConfiguration } from '../../src/compile/index.ts';
import { batchRun } from '../../src/cycles/batch-run.ts';
import { hostCycles, networkCounters } from '../../src/cycles/index.ts';
import { type NetworkRun, networkRun } from '../../src/cycles/network-run.ts';
import { writesOf, writtenElements } from '../../src/cycles/tile-schedule.ts';
import { createRtlDevice, type Inference } from '../../src/device/index.ts';
import { readQuantized, shippedWeights } from '../../src/network/index.ts';
import { type Case, cases } from '../support/arbitraries.ts';
import { SMALL_CONFIGURATIONS } from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';
import { networkOf, quantizedOf } from '../support/layer-of.ts';

/** Cores that random networks run on, one of them with room for few weights, which come in segments. */
const CONFIGURATIONS: Readonly<Record<string, Configuration>> = {
  ...SMALL_CONFIGURATIONS,
  '3x5 of 120 weight words': { ...SMALL_CONFIGURATIONS['3x5']!, weightDepth: 120, programDepth: 64 * 40 },
};
const LAYERS = 1000;
/** A large core takes a compiler a minute and more. */
const BUILD_TIMEOUT = 300_000;
const each = Math.ceil(LAYERS / Object.keys(CONFIGURATIONS).length);

/** Words of the two segments of weights that are loaded before the first batch. */
function firstSegments({ records }: NetworkRun): number {
  const sizes = records.flatMap(({ segmentWords }) => segmentWords ?? []);
  return sizes.slice(0, 2).reduce((sum, words) => sum + words, 0);
}

/** Differences between when the RTL wrote and when the schedule says; one number for all, the batch's start. */
function starts(run: NetworkRun, batches: number, got: Inference): number[] {
  const found = new Set<number>();
  const batch = batchRun(run, { after: false, before: batches > 1 });
  run.records.forEach(({ layer, schedule: make }, index) => {
    const schedule = make();
    const from = batch.starts[index]! + batch.loads[index]!;
    for (let tile = schedule.windowTiles - 1; tile < schedule.tiles; tile += schedule.windowTiles) {
      const [clock] = writesOf(schedule, tile);
      writtenElements(schedule, tile).forEach((element, word) => {
        found.add(got.locate!(layer, 0, element).cycle - from - clock - word);
      });
    }
  });
  return [...found];
}

/** Holds what the RTL counts, and when it writes, against the closed form. */
async function shouldCountAlike({ network, images, count }: Case, configuration: Configuration): Promise<void> {
  using device = await createRtlDevice(network, { configuration });
  const got = device.infer(images, count);
  const { layers, host, batches } = got.counters!;
  expect(layers).toEqual(networkCounters(network, configuration, count));
  const { imageBanks: _, ...form } = hostCycles(network, configuration, count);
  expect(form).toEqual({
    networkLoad: host.networkLoadCycles,
    imageLoad: host.imageLoadCycles,
    segmentLoad: host.segmentLoadCycles,
    resultRead: host.readCycles,
    hidden: host.hiddenCycles,
  });
  // Before the first layer: two clocks of reset, the loads, and the clock that starts the core.
  const run = networkRun(network, configuration);
  const { networkLoad, imageLoad } = hostCycles(network, configuration, 1);
  expect(starts(run, batches, got)).toEqual([2 + networkLoad + imageLoad + firstSegments(run) + 1]);
}

/** What the layers that were tried were like, to see that none of it is missing. */
class Seen {
  readonly #kinds = new Set<string>();
  layers = 0;

  add({ network, count }: Case, configuration: Configuration): void {
    const { plans } = compileNetwork(network, configuration);
    this.layers += plans.length;
    const { imageBanks } = hostCycles(network, configuration, count);
    const loads = networkCounters(network, configuration, count).map(({ cycles }) => cycles.load);
    const { records } = networkRun(network, configuration);
    plans.forEach(({ layer, packed, planes, filterTiles, taps }, index) => {
      const { pool, poolKind, poolStride, poolPadding, groups, shortcut, dilation } = layer;
      const kinds = {
        packed: packed > 1,
        planes: planes > 1,
        'tiles of filters': filterTiles > 1,
        drain: taps < configuration.columns,
        groups: groups > 1,
        shortcut: shortcut !== null,
        dilation: dilation > 1,
        'largest of windows': pool > 1 && poolKind === 'max',
        'averages of windows': pool > 1 && poolKind === 'average',
        'windows that overlap': poolStride < pool,
        'windows past the map': poolPadding > 0,
        'parts of a layer': records.filter((record) => record.layer === index).length > 1,
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

/** Layers of one pixel each, whose weights are used once; pictures of which most is not read delay their segments. */
function connectedLayers(sizes: readonly number[]): Case {
  const side = 7;
  const layers = sizes.slice(1).map((filters, index) => {
    const channels = sizes[index]!;
    const name = `fc${index}`;
    const weights = Uint8Array.from({ length: filters * channels }, (_, tap) => (tap * 37 + index) % 256);
    const first = { name, stride: side, input: { height: side, width: side, channels }, filters };
    const layer =
      index === 0 ? first : { name, source: `fc${index - 1}`, input: { height: 1, width: 1, channels }, filters };
    return quantizedOf(layer, { weights, padCodes: new Uint8Array(channels), shift: new Uint8Array(filters).fill(5) });
  });
  const count = 11;
  return {
    network: networkOf('connected', layers),
    images: Uint8Array.from({ length: count * side * side * sizes[0]! }, (_, index) => (index * 91) % 256),
    count,
  };
}

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

describe.each(['tiny', 'default'])('lenet5 on %s', (name) => {
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
      'dilation',
      'drain',
      'groups',
      'largest of windows',
      'packed',
      'parts of a layer',
      'planes',
      'several batches',
      'shortcut',
      'tiles of filters',
      'two banks of pictures',
      'waits for weights',
      'windows past the map',
      'windows that overlap',
    ]);
  });
});
