// SPDX-License-Identifier: Apache-2.0
// Taps that cells of minima issue where a layer multiplies, worked by hand: those whose activation and weight word both
// add something; and what an estimate of the multiplier twin makes of the ones that are skipped.

import { describe, expect, it } from 'vitest';
import { compileNetwork, type Configuration } from '../../src/compile/index.ts';
import { networkCounters, skippedTaps } from '../../src/cycles/index.ts';
import { countedLayers } from '../../src/energy/index.ts';
import { twinEvents } from '../../src/energy/layer-energy.ts';
import type { Layer, QuantizedNetwork } from '../../src/network/index.ts';
import { HAND } from '../support/hand-core.ts';
import { networkOf, quantizedOf } from '../support/layer-of.ts';

const MINIMA: Configuration = { ...HAND, cell: 'minimum' };
const IMAGES = 2;
const ALL = [1, 1, 1, 1, 1, 1, 1];
const SOME = [1, 0, 1, 1, 0, 1, 1];

/** A layer of a pixel of seven channels. */
function networkWith(cell: Layer['cell'], filters: readonly (readonly number[])[]): QuantizedNetwork {
  const input = { height: 1, width: 1, channels: 7 };
  const weights = filters.flat();
  const fields = { cell, input, filters: filters.length };
  const typed = cell === 'adder' ? Uint8Array.from(weights) : Int16Array.from(weights);
  return networkOf('hand', [quantizedOf(fields, { weights: typed })]);
}

/** Two planes of two's complement: -1 is a bit in both, 1 in the second. */
const SPARSE = networkWith('multiply', [
  [0, -1, 0, 0, 1, 0, 0],
  [0, 0, 0, 0, 1, 0, 1],
]);

function countersOf(network: QuantizedNetwork, occupied: readonly number[]) {
  return networkCounters(network, MINIMA, IMAGES, 'output', [[Uint8Array.from(occupied)]])[0]!;
}

describe('taps of layers that multiply', () => {
  it('should be those whose weight word has a lane in use', () => {
    const { cycles, events } = countersOf(SPARSE, ALL);
    // Tap 1 of one lane; then taps 1, 4 and 6 of one, two and one, the last of them four clocks after tap 1.
    expect(cycles).toMatchObject({ stream: 4, drain: 1, scan: 2 });
    expect(events).toMatchObject({ sads: 5 * IMAGES, activationReads: 4, weightReads: 4, flagReads: 2 });
    expect(skippedTaps(compileNetwork(SPARSE, MINIMA).plans[0]!, { cycles, events })).toBe(10);
  });

  it('should be without those whose activation is 0, and have a last one', () => {
    // No tap of the first plane is left, and tap 6 of the second.
    expect(countersOf(SPARSE, SOME)).toMatchObject({
      cycles: { stream: 2 },
      events: { sads: IMAGES, activationReads: 2, weightReads: 2, flagReads: 2 },
    });
  });

  it('should follow the tile of filters', () => {
    const one = [1, 1, 1, 1, 1, 1, 1];
    const none = [0, 0, 0, 0, 0, 0, 0];
    const network = networkWith('multiply', [one, none, none, none, [0, 0, 1, 0, 0, 0, 0]]);
    // A plane for the sign, which none has: its last tap for each tile. Then all seven, and one.
    expect(countersOf(network, ALL)).toMatchObject({
      cycles: { stream: 1 + 7 + 1 + 1 },
      events: { sads: 8 * IMAGES, flagReads: 4 },
    });
  });

  it('should be all where the layer adds', () => {
    const network = networkWith('adder', [
      [0, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0],
    ]);
    expect(countersOf(network, ALL)).toMatchObject({ cycles: { stream: 7 }, events: { sads: 14 * IMAGES } });
    expect(countersOf(network, SOME)).toMatchObject({ cycles: { stream: 5 }, events: { sads: 10 * IMAGES } });
  });
});

describe('the twin of an array that skips bits of weights', () => {
  it.each([
    // All seven taps of two filters.
    ['no zeros', ALL, 14 * IMAGES, 7],
    // One of the five bits of weights is left, and so a fifth of all.
    ['zeros of activations', SOME, (14 * IMAGES) / 5, 7 / 5],
  ] as const)('should take the products of %s', (_, occupied, products, reads) => {
    const [layer] = countedLayers(SPARSE, MINIMA, IMAGES, [countersOf(SPARSE, occupied)], 'output');
    const { events, operations, ...passes } = layer!;
    expect(operations).toBeCloseTo(products, 9);
    const twin = twinEvents(events, operations!, passes);
    expect([twin.sads, twin.activationReads, twin.weightReads].map((count) => Math.round(count * 1e6) / 1e6)).toEqual(
      [products, reads, reads].map((count) => Math.round(count * 1e6) / 1e6),
    );
  });
});
