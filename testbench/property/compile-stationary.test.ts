// SPDX-License-Identifier: Apache-2.0
// Programs whose weights are held, interpreted, are the reference: random networks on arrays of several shapes.

import { describe, expect, it } from 'vitest';
import {
  type CompiledNetwork,
  compileNetwork,
  type Configuration,
  planRecords,
  unsupportedStationary,
  weightWords,
} from '../../src/compile/index.ts';
import type { Codes } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { type NetworkLimits, randomCase } from '../support/integer-networks.ts';
import { interpretHeld } from '../support/stationary-interpreter.ts';
import { shouldHoldForSeeds } from '../support/seeds.ts';

/** A core with room for any random case. */
function roomy(rows: number, columns: number, dataBits: number): Configuration {
  return {
    rows,
    columns,
    dataBits,
    accBits: Math.min(dataBits + 12, 32),
    sumBits: 40,
    activationDepth: 2 ** 14,
    weightDepth: 2 ** 16,
    foldDepth: 1024,
    padDepth: 512,
    resultDepth: 1024,
    programDepth: 1024,
    partialDepth: 4096,
  };
}

function shouldGiveTheReference(compiled: CompiledNetwork, images: Codes, count: number, context: string): void {
  const maps = interpretHeld(compiled, images, count);
  inferReference(compiled.network, images, count).maps.forEach((map, layer) => {
    expect(maps[layer], `layer ${layer} of ${context}`).toEqual([...map]);
  });
}

function shouldInterpretLikeTheReference(seed: number, limits: NetworkLimits, configuration: Configuration): boolean {
  const { network, images, count } = randomCase(seed, limits);
  if (network.network.layers.some((layer) => unsupportedStationary(layer, configuration) !== null)) return false;
  let compiled;
  try {
    compiled = compileNetwork(network, configuration, { schedule: 'weight' });
  } catch (error) {
    if ((error as Error).message.includes('offsets of 40 bits')) return false;
    throw error;
  }
  shouldGiveTheReference(compiled, images, count, `seed ${seed}`);
  // The same in a smaller weight buffer: down to the least that it is cut for.
  const { plans } = compiled;
  const least = planRecords(plans, { ...configuration, weightDepth: 1 }).depth;
  const most = plans.reduce((sum, plan) => sum + weightWords(plan), 0);
  const weightDepth = seed % 2 === 0 ? least : Math.floor((least + most) / 2);
  const cut = compileNetwork(network, { ...configuration, weightDepth }, { schedule: 'weight' });
  shouldGiveTheReference(cut, images, count, `seed ${seed}, ${weightDepth} weight words`);
  return true;
}

describe.each([
  ['1 lane of 8 bits', roomy(1, 3, 8), [3, 8]],
  ['2 lanes of 8 bits', roomy(2, 2, 8), [2, 7, 8]],
  ['3 lanes of 12 bits', roomy(5, 3, 12), [4, 8, 12]],
  ['16 lanes of 5 bits', roomy(16, 16, 5), [2, 5]],
  ['3 lanes of minima', { ...roomy(5, 3, 8), cell: 'minimum', accBits: 21 }, [4, 8]],
] as const)('a program that holds weights in %s', (_, configuration, bits) => {
  it('should compute the maps of the reference', () => {
    const limits = { bits, maxLayers: 4, maxImages: 2, maxChannels: 6, maxFilters: 9, onArray: true };
    shouldHoldForSeeds((seed) => shouldInterpretLikeTheReference(seed, limits, configuration), 0.1);
  });
});
