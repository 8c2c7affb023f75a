// SPDX-License-Identifier: Apache-2.0
// The seed is fixed before any property runs.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runsFactor, seed } from './seed.ts';

it('should give every property the seed and the number of runs', () => {
  expect(fc.readConfigureGlobal()).toMatchObject({ seed, numRuns: 100 * runsFactor });
});

it('should show a property the same cases in every run', () => {
  const first = fc.sample(fc.integer(), { numRuns: 3, seed });
  const again = fc.sample(fc.integer(), 3);
  expect(again).toEqual(first);
});
