// SPDX-License-Identifier: Apache-2.0
// The integer kernels against the golden reference, bit for bit, in every
// instruction set of this processor.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  bestSimd,
  inferMaps,
  inferScores,
  type Kernel,
  loadKernel,
  prepareNetwork,
  type Simd,
  simdNames,
} from '../../src/kernel/index.ts';
import { buildKernel } from '../../src/kernel/build.ts';
import type { Codes, QuantizedNetwork } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import type { Case } from '../support/arbitraries.ts';
import { type NetworkLimits, randomCase } from '../support/integer-networks.ts';

const sets = simdNames.slice(0, simdNames.indexOf(await bestSimd()) + 1);
const limits: NetworkLimits = { bits: [8], maxLayers: 4, maxImages: 20, maxChannels: 20, maxFilters: 20 };
const seeds = fc.nat(2 ** 31 - 1);

/** A case, and the reference's maps: made once for all instruction sets, which are tried on the same seeds. */
interface KnownCase extends Case {
  readonly maps: readonly Codes[];
}

const known = new Map<string, KnownCase>();

/** @param kind of cases */
function knownCase(kind: string, seed: number, make: () => Case): KnownCase {
  const key = `${kind} ${seed}`;
  const made = known.get(key);
  if (made !== undefined) return made;
  const { network, images, count } = make();
  const one = { network, images, count, maps: inferReference(network, images, count).maps };
  known.set(key, one);
  return one;
}

function shouldGiveTheReference(kernel: Kernel, { network, images, count, maps }: KnownCase): void {
  expect(inferMaps(kernel, prepareNetwork(kernel, network), images, count)).toEqual(maps);
}

/** The kernels of a set; of `plain`, what processors other than x86 run. */
async function load(set: Simd | 'plain', threads: number): Promise<Kernel> {
  if (set !== 'plain') return loadKernel({ threads, simd: set });
  const [kernel, addon] = [
    await loadKernel({ threads, simd: 'baseline' }),
    await buildKernel('baseline', undefined, true),
  ];
  const pool = addon['createPool']!(threads);
  return { ...kernel, run: (name, ...args) => addon[name]!(pool, ...args) };
}

describe.each([...sets, 'plain' as const])('integer kernels in %s', (simd) => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await load(simd, 2);
  });

  it.each([
    ['8-bit codes', [8]],
    ['narrow codes', [2, 3, 4, 5, 6, 7]],
    ['wide codes', [9, 12, 15, 16]],
    ['codes of all widths', [2, 4, 8, 9, 13, 16]],
  ])('should give every code of random networks of %s', (kind, bits) => {
    fc.assert(
      fc.property(seeds, (seed) =>
        shouldGiveTheReference(
          kernel,
          knownCase(kind, seed, () => randomCase(seed, { ...limits, bits })),
        ),
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['8-bit codes', 8],
    ['16-bit codes', 16],
  ])('should add up the largest distances and products of %s over many taps', (kind, bits) => {
    const largest = { ...limits, bits: [bits], maxLayers: 1, maxImages: 3, maxChannels: 600, maxFilters: 9 };
    const make = (seed: number): Case => {
      const { network, images, count } = randomCase(seed, largest);
      const top = 2 ** bits - 1;
      const [layer] = network.layers;
      // Distances of the full range everywhere, and folds that show the sum's own bits.
      const weights = layer!.layer.cell === 'adder' ? layer!.weights.map(() => 0) : layer!.weights;
      const shown = { ...layer!, weights, mul: layer!.mul.map(() => 1), add: layer!.add.map(() => 0) };
      const bare = {
        ...shown,
        shift: layer!.shift.map(() => seed % 16),
        low: 0,
        padCodes: layer!.padCodes.map(() => top),
      };
      return { network: { ...network, layers: [bare] }, images: images.map(() => top), count };
    };
    fc.assert(
      fc.property(seeds, (seed) =>
        shouldGiveTheReference(
          kernel,
          knownCase(`largest ${kind}`, seed, () => make(seed)),
        ),
      ),
      { numRuns: 30 },
    );
  });

  it('should give the same scores on any number of threads', async () => {
    const { network, images, count } = randomCase(3, { ...limits, maxImages: 200 });
    const scores = inferMaps(kernel, prepareNetwork(kernel, network), images, count).at(-1);
    for (const threads of [1, 3]) {
      const other = await load(simd, threads);
      expect(inferScores(other, prepareNetwork(other, network), images, count)).toEqual(scores);
    }
  });
});

describe('integer kernels', () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await loadKernel({ threads: 1 });
  });
  const { network, images, count } = randomCase(4, { ...limits, bits: [8], maxLayers: 2 });
  const size = images.length / count;
  const run = (net: QuantizedNetwork, codes: Codes, n = count): unknown =>
    inferScores(kernel, prepareNetwork(kernel, net), codes, n);

  it('should take codes of either array type', () => {
    expect(run(network, Uint16Array.from(images))).toEqual(run(network, images));
  });

  it.each([
    [0, 'Expected count to be an integer of at least 1, but received 0.'],
    [1.5, 'Expected count to be an integer of at least 1, but received 1.5.'],
    [count + 1, `Expected ${count + 1} images of ${size} codes, but received ${images.length} codes.`],
  ])('should refuse %d images', (n, message) => {
    expect(() => run(network, images, n)).toThrow(message);
  });

  it('should refuse codes that are too large', () => {
    expect(() => run({ ...network, imageBits: 8 }, Uint16Array.from(images).fill(256, 3, 4))).toThrow(
      'Expected codes below 256, but received 256.',
    );
  });

  it('should refuse a network that another kernel prepared', async () => {
    const other = await loadKernel({ threads: 1 });
    const prepared = prepareNetwork(other, network);
    expect(() => inferScores(kernel, prepared, images, count)).toThrow(
      'Expected a network prepared for this kernel, but received one prepared for another.',
    );
  });
});
