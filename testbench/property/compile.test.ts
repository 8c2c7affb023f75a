// SPDX-License-Identifier: Apache-2.0
// Compiled programs, interpreted, are the reference: random networks of everything the core computes, on arrays of
// several shapes and widths.

import { describe, expect, it } from 'vitest';
import {
  type ArrayCell,
  type CompiledNetwork,
  compileNetwork,
  type Configuration,
  planRecords,
  planTiling,
  weightWords,
} from '../../src/compile/index.ts';
import type { Codes } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { type NetworkLimits, randomCase } from '../support/integer-networks.ts';
import { interpretProgram } from '../support/program-interpreter.ts';
import { shouldHoldForSeeds } from '../support/seeds.ts';

/** A core with room for any random case. */
function roomy(columns: number, dataBits: number, cell: ArrayCell = 'distance'): Configuration {
  return {
    cell,
    rows: 1,
    columns,
    dataBits,
    accBits: Math.min(dataBits * (cell === 'product' ? 2 : 1) + 12, 32),
    sumBits: 40,
    activationDepth: 2 ** 14,
    weightDepth: 2 ** 16,
    foldDepth: 1024,
    padDepth: 512,
    resultDepth: 1024,
    programDepth: 64 * 40,
  };
}

function shouldGiveTheReference(compiled: CompiledNetwork, images: Codes, count: number, context: string): void {
  const maps = interpretProgram(compiled, images, count);
  inferReference(compiled.network, images, count).maps.forEach((map, layer) => {
    expect(maps[layer], `layer ${layer} of ${context}`).toEqual([...map]);
  });
}

function shouldInterpretLikeTheReference(seed: number, limits: NetworkLimits, configuration: Configuration): boolean {
  const { network, images, count } = randomCase(seed, limits);
  let compiled;
  try {
    compiled = compileNetwork(network, configuration);
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
  const cut = compileNetwork(network, { ...configuration, weightDepth });
  shouldGiveTheReference(cut, images, count, `seed ${seed}, ${weightDepth} weight words`);
  // The same in the smallest activation buffers: in strips, where that makes them smaller.
  for (const depth of [weightDepth, configuration.weightDepth]) {
    const { need } = planTiling(plans, { ...configuration, weightDepth: depth, activationDepth: 1 });
    const small = { ...configuration, weightDepth: depth, activationDepth: need.depth };
    const strips = compileNetwork(network, small);
    shouldGiveTheReference(strips, images, count, `seed ${seed}, ${need.depth} activation words`);
    if (strips.strips !== null) inStrips++;
    withSumColumns += plans.filter(({ sumColumns }) => sumColumns).length;
  }
  return true;
}

/** Programs in strips that were interpreted. */
let inStrips = 0;
/** Layers in which pixels had a column for the sum of their activations. */
let withSumColumns = 0;

describe.each([
  ['1 column of 8 bits', roomy(1, 8), [3, 8]],
  ['4 columns of 8 bits', roomy(4, 8), [2, 7, 8]],
  ['7 columns of 12 bits', roomy(7, 12), [4, 8, 12]],
  ['16 columns of 16 bits', roomy(16, 16), [5, 11, 16]],
  ['32 columns of 5 bits', roomy(32, 5), [2, 5]],
  ['1 column of minima of 8 bits', roomy(1, 8, 'minimum'), [3, 8]],
  ['7 columns of minima of 12 bits', roomy(7, 12, 'minimum'), [4, 8, 12]],
  ['32 columns of minima of 5 bits', roomy(32, 5, 'minimum'), [2, 5]],
  ['1 column of products of 8 bits', roomy(1, 8, 'product'), [3, 8]],
  ['7 columns of products of 10 bits', roomy(7, 10, 'product'), [4, 8, 10]],
  ['32 columns of products of 5 bits', roomy(32, 5, 'product'), [2, 5]],
] as const)('a program for %s', (_, configuration, bits) => {
  it('should compute the maps of the reference', () => {
    const weightBits = configuration.cell === 'product' ? configuration.dataBits : undefined;
    const limits = { bits, weightBits, maxLayers: 5, maxImages: 3, maxChannels: 6, maxFilters: 9, onArray: true };
    const before = inStrips;
    const sumsBefore = withSumColumns;
    shouldHoldForSeeds((seed) => shouldInterpretLikeTheReference(seed, limits, configuration), 0.8);
    expect(inStrips - before).toBeGreaterThan(20);
    const { cell, columns } = configuration;
    expect(withSumColumns - sumsBefore > 20).toBe(cell === 'minimum' && columns > 1);
  });
});
