// SPDX-License-Identifier: Apache-2.0
// The closed form of cells of minima, which skip taps that are 0 for all images of a batch, against the RTL on at least
// 1,000 random layers: every counter, the host's clocks, and the clock in which each word is written. No tolerance.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileNetwork, type Configuration, padsAreZero } from '../../src/compile/index.ts';
import { networkCounters, type Occupancy } from '../../src/cycles/index.ts';
import { networkRun } from '../../src/cycles/network-run.ts';
import type { QuantizedNetwork } from '../../src/network/index.ts';
import { runsFactor } from '../house/seed.ts';
import { type Case, cases } from '../support/arbitraries.ts';
import { MINIMUM_CONFIGURATIONS, STRIPS_CONFIGURATION } from '../support/configurations.ts';
import { connectedLayers } from '../support/connected-layers.ts';
import { coreLimits } from '../support/core-property.ts';
import { shouldCountAlike, tilesOf, zerosOf } from '../support/count-alike.ts';
import { networkOf } from '../support/layer-of.ts';

const { accBits, sumBits } = STRIPS_CONFIGURATION;

/** Cores that random networks run on, some with room for few weights, which come in segments, or for strips of maps. */
const CONFIGURATIONS: Readonly<Record<string, Configuration>> = {
  ...MINIMUM_CONFIGURATIONS,
  '3x5 of minima and 120 weight words': {
    ...MINIMUM_CONFIGURATIONS['3x5 of minima']!,
    weightDepth: 120,
    programDepth: 64 * 40,
  },
  '3x5 of minima and 150 activation words': {
    ...STRIPS_CONFIGURATION,
    cell: 'minimum',
    accBits: accBits + 1,
    sumBits: sumBits + 1,
  },
};
const LAYERS = 1000;
const BUILD_TIMEOUT = 300_000;
const each = Math.ceil(LAYERS / Object.keys(CONFIGURATIONS).length);

/**
 * The network with weights of a layer that multiplies whose every bit is 1, but for the one that takes the most planes: its
 * weight words have a lane in use nearly everywhere.
 */
function withoutZeros(network: QuantizedNetwork, layer: number): QuantizedNetwork {
  const layers = network.layers.map((one, index) => {
    if (index !== layer) return one;
    const bits = (weight: number): number => Math.abs(weight < 0 ? 2 * weight + 1 : 2 * weight);
    const largest = [...one.weights].reduce(
      (most, weight, at) => (bits(weight) > bits(one.weights[most]!) ? at : most),
      0,
    );
    return { ...one, weights: Int16Array.from(one.weights, (weight, at) => (at === largest ? weight : -1)) };
  });
  return { ...network, layers };
}

/** Kinds of layers that were tried, to see that none is missing. */
const kinds = new Set<string>();

function see(chosen: Case, configuration: Configuration): void {
  const { network, count } = chosen;
  const { plans, images, strips } = compileNetwork(network, configuration);
  const occupied = zerosOf(chosen, configuration)!;
  const run = (occupancy: Occupancy | undefined, weighted = network) =>
    networkRun(weighted, configuration, 'output', { occupancy, batch: 0 });
  const all = run(undefined);
  const some = run(occupied[0]);
  const loads = networkCounters(network, configuration, count, 'output', occupied).map(({ cycles }) => cycles.load);
  some.records.forEach(({ layer, counters, pieces }, index) => {
    const quantized = network.layers[layer]!;
    const { padding, groups, input } = quantized.layer;
    const { planes, rowRun, filterTiles, packed, sumColumns } = plans[layer]!;
    const { cycles, events } = counters;
    const whole = all.records[index]!.counters;
    const { tiles, times } = tilesOf(pieces());
    const zeroPads = padding > 0 && padsAreZero(quantized, 0, input.channels);
    const single = Array.from(
      { length: tiles },
      (_, tile) => times.stream(tile) - (tile > 0 ? times.stream(tile - 1) : 0),
    );
    const multiplies = quantized.layer.cell === 'multiply';
    const used = multiplies ? run(occupied[0], withoutZeros(network, layer)).records[index]!.counters : counters;
    const segment = some.records[index]!.segmentWords !== null;
    const isEmpty = (plane: number): boolean => quantized.weights.every((weight) => ((weight >> plane) & 1) === 0);
    const blank = occupied[0]![layer]!.every((one) => one === 0);
    const found = {
      'nothing skipped': cycles.stream === whole.cycles.stream,
      'taps skipped': cycles.stream < whole.cycles.stream,
      'padding skipped':
        zeroPads && whole.cycles.stream - cycles.stream > whole.events.activationReads - events.activationReads,
      'padding not skipped': padding > 0 && !zeroPads && cycles.stream > events.activationReads,
      'a map of zeros': blank,
      'tiles of one tap': single.includes(1) && plans[layer]!.taps > 1,
      'windows across blocks': whole.events.flagReads * 16 > whole.cycles.stream && input.channels > 1,
      'waits for taps': cycles.scan > 2,
      'waits for taps and for sums': cycles.scan > 2 && cycles.drain > 0,
      'tiles without a wait for sums': cycles.drain === 0 && tiles > 1,
      'runs along a row': rowRun,
      'runs through channels': !rowRun && input.channels / groups > 1,
      'planes of minima': planes > 1,
      'pixels side by side without columns of sums': packed > 1 && !sumColumns,
      'columns of sums': sumColumns,
      'columns of sums in groups': sumColumns && groups > 1,
      'columns of sums under a host that waits for writes':
        sumColumns && images.addresses.length === 2 && count > configuration.rows && all.maps().writesPictures[layer]!,
      'tiles of filters': filterTiles > 1,
      groups: groups > 1,
      strips: strips !== null && layer < strips.layers,
      segments: segment,
      'weights skipped': cycles.stream < used.cycles.stream,
      'weights skipped in a segment': segment && cycles.stream < used.cycles.stream,
      'a last tap of no weights': multiplies && Array.from({ length: planes }, (_, plane) => plane).some(isEmpty),
      'waits for weights': loads[layer]! > 0,
      'pictures in two banks': images.addresses.length === 2 && count > configuration.rows,
      'rows without an image': count % configuration.rows > 0,
    };
    for (const [kind, is] of Object.entries(found)) if (is) kinds.add(kind);
  });
}

describe.each(Object.entries(CONFIGURATIONS))('core %s', (_, configuration) => {
  it(
    `should count and write as the closed form says, on ${each} layers and more`,
    async () => {
      let layers = 0;
      await fc.assert(
        fc.asyncProperty(cases(coreLimits(configuration)), async (chosen) => {
          await shouldCountAlike(chosen, configuration);
          see(chosen, configuration);
          layers += chosen.network.layers.length;
        }),
        { numRuns: 60 * runsFactor },
      );
      expect(layers).toBeGreaterThanOrEqual(each);
    },
    BUILD_TIMEOUT,
  );
});

describe('core 3x5 of minima and 120 weight words', () => {
  it('should wait for the weights of connected layers', async () => {
    const configuration = CONFIGURATIONS['3x5 of minima and 120 weight words']!;
    const chosen = connectedLayers([5, 40, 5, 40, 5, 17]);
    await shouldCountAlike(chosen, configuration);
    see(chosen, configuration);
  });

  it('should skip weights of segments that no filter uses', async () => {
    const configuration = CONFIGURATIONS['3x5 of minima and 120 weight words']!;
    const { network, ...pictures } = connectedLayers([5, 15, 5, 15, 5, 15]);
    // Of every third tap, 5: bits 0101, so that planes 0 and 2 are empty.
    const layers = network.layers.map(({ layer, ...rest }) => ({
      ...rest,
      layer: { ...layer, cell: 'multiply' as const },
      weights: Int16Array.from(rest.weights, (_, at) => ((at % layer.input.channels) % 3 === 0 ? 5 : 0)),
    }));
    const chosen = { network: networkOf('sparse', layers), ...pictures };
    await shouldCountAlike(chosen, configuration);
    see(chosen, configuration);
    const { records } = networkRun(chosen.network, configuration);
    expect(records.some(({ segmentWords }) => segmentWords !== null)).toBe(true);
  });
});

describe('the layers that were tried', () => {
  it('should be of every kind', () => {
    expect([...kinds].toSorted()).toEqual(
      [
        'nothing skipped',
        'taps skipped',
        'padding skipped',
        'padding not skipped',
        'a map of zeros',
        'tiles of one tap',
        'windows across blocks',
        'waits for taps',
        'waits for taps and for sums',
        'tiles without a wait for sums',
        'runs along a row',
        'runs through channels',
        'planes of minima',
        'pixels side by side without columns of sums',
        'columns of sums',
        'columns of sums in groups',
        'columns of sums under a host that waits for writes',
        'tiles of filters',
        'groups',
        'strips',
        'segments',
        'weights skipped',
        'weights skipped in a segment',
        'a last tap of no weights',
        'waits for weights',
        'pictures in two banks',
        'rows without an image',
      ].toSorted(),
    );
  });
});
