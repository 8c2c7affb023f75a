// SPDX-License-Identifier: Apache-2.0
// Gives fast-check its seed before any test file is loaded: the same one in every run, so that a failure
// can be repeated. `npm run test:long` chooses another through BERUS_SEED and more runs through BERUS_RUNS.

import fc from 'fast-check';

/** The seed of an ordinary run. */
const ORDINARY_SEED = 20200614;

function whole(name: string, standard: number): number {
  const text = process.env[name];
  if (text === undefined || text === '') return standard;
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new RangeError(`Expected ${name} to be a whole number, but received ${text}.`);
}

/** How many times the usual number of cases each property tries. */
export const runsFactor: number = whole('BERUS_RUNS', 1);

/** The seed of every property. */
export const seed: number = whole('BERUS_SEED', ORDINARY_SEED);

fc.configureGlobal({ seed, numRuns: 100 * runsFactor });
