// SPDX-License-Identifier: Apache-2.0
// Properties over seeds, of which some make a case that does not apply.

import fc from 'fast-check';
import { expect } from 'vitest';

/**
 * Tries a law on random seeds.
 * @param holds throws where the law is broken; false where the seed's case does not apply
 * @param least share of the seeds whose cases have to apply, so that the law is tried
 */
export function shouldHoldForSeeds(holds: (seed: number) => boolean, least: number): void {
  let applied = 0;
  let tried = 0;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (seed) => {
      tried++;
      if (holds(seed)) applied++;
    }),
  );
  expect(applied).toBeGreaterThan(least * tried);
}
