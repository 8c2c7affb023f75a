// SPDX-License-Identifier: Apache-2.0
// The integer kernels against the golden reference, bit for bit.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { inferKernel, type Kernel, loadKernel } from '../../src/kernel/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { cases } from '../support/arbitraries.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel({ threads: 2 });
});

describe('integer kernels', () => {
  it.each([2, 8, 16])('should match the reference on random networks (bits %i)', (bits) => {
    const limits = { bits, maxImages: 20, maxMap: 400, maxTaps: 200, maxFilters: 20, maxLayers: 3 };
    fc.assert(
      fc.property(cases(limits), ({ network, images, count }) => {
        const expected = inferReference(network, images, count).maps.at(-1)!;
        expect(inferKernel(kernel, network, images, count)).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  it('should refuse images of another size', () => {
    const limits = { bits: 8, maxImages: 1, maxMap: 50, maxTaps: 50, maxFilters: 2, maxLayers: 1 };
    const [{ network, images } = fail()] = fc.sample(cases(limits), 1);
    expect(() => inferKernel(kernel, network, images, 2)).toThrow(
      /^Expected 2 images of \d+ codes, but received \d+ codes\.$/,
    );
  });
});

function fail(): never {
  throw new Error('Expected a sample.');
}
