// SPDX-License-Identifier: Apache-2.0
// Says what is wrong with a core, by running the same random cases on it that were chosen before: for cores that are
// wrong on purpose, where how soon a fault is found matters, and nothing is to be shrunk.

import fc from 'fast-check';
import type { Configuration } from '../../src/compile/index.ts';
import { type Case, cases } from './arbitraries.ts';
import { closedForm } from './closed-form.ts';
import { deviceOfCore, SOON_COMPILED } from './rtl-device.ts';
import { describeMismatch } from './should-match.ts';

/** A small core with room for the cases, but for the weights of some, which are loaded in segments. */
export const FAULTY_CORE: Configuration = {
  rows: 2,
  columns: 4,
  dataBits: 8,
  accBits: 16,
  sumBits: 24,
  activationDepth: 600,
  weightDepth: 120,
  foldDepth: 64,
  padDepth: 32,
  resultDepth: 300,
  programDepth: 480,
};

/** The same core with cells of minima, whose sums have a bit for the sign. */
export const FAULTY_MINIMA: Configuration = { ...FAULTY_CORE, cell: 'minimum', accBits: 17, sumBits: 25 };

/** The same core with cells of products, whose sums are longer by a code. */
export const FAULTY_PRODUCTS: Configuration = { ...FAULTY_CORE, cell: 'product', accBits: 24, sumBits: 25 };

/** A core in blocks of cells, the last of its rows and of its columns smaller ones. */
export const FAULTY_BLOCKS: Configuration = { ...FAULTY_CORE, rows: 5, columns: 6, reach: 4 };

/** The same core with cells that take four taps in a clock. */
export const FAULTY_RUNS: Configuration = { ...FAULTY_CORE, tapsPerClock: 4 };

/** The same cases each time. */
export function chooseCases(numRuns: number, configuration: Configuration = FAULTY_CORE, seed = 1): Case[] {
  const multiplies = configuration.cell === 'product';
  const limits = { multiplies, bits: 8, maxImages: 5, maxMap: 200, maxTaps: 50, maxFilters: 9, maxLayers: 4 };
  return fc.sample(cases({ ...limits, configuration }), { numRuns, seed });
}

/** Whether taps are held back, clock by clock: in a quarter of them. */
export const HOLDS: Uint8Array = Uint8Array.from({ length: 300 }, (_, i) =>
  Math.imul(i, 2_654_435_761) >>> 30 === 0 ? 1 : 0,
);

/** The first counter that is not the closed form's. */
function describeMiscount(
  example: Case,
  layers: readonly { cycles: object; events: object }[],
  configuration: Configuration,
  held: boolean,
): string | undefined {
  for (const [index, form] of closedForm(example, configuration).entries()) {
    const { cycles, events } = layers[index]!;
    // Holds move clocks from one counter to another.
    const wanted = Object.entries(held ? form.events : { ...form.events, ...form.cycles });
    const got: Readonly<Record<string, number>> = { ...cycles, ...events };
    for (const [name, count] of wanted) {
      if (got[name] !== count) return `layer ${index}: counted ${got[name]} ${name}, expected ${count}`;
    }
    const { total, ...parts } = cycles as Record<string, number>;
    if (Object.values(parts).reduce((sum, part) => sum + part, 0) !== total) return `layer ${index}: total ${total}`;
  }
  return undefined;
}

/**
 * What a core does wrong first, in words; undefined if nothing.
 * @param rtl folder of its Verilog
 * @throws {BuildError} where it does not build
 * @throws {Error} where a case ends in an error, as one in which the core hangs does
 */
export async function findFault(
  rtl: string,
  chosen: readonly Case[],
  configuration: Configuration = FAULTY_CORE,
): Promise<string | undefined> {
  for (const [index, example] of chosen.entries()) {
    const held = index % 3 === 0;
    using device = await deviceOfCore(example.network, {
      configuration,
      rtl,
      flags: SOON_COMPILED,
      seed: index + 1,
      ...(held && { holds: HOLDS }),
    });
    const got = device.infer(example.images, example.count);
    const fault =
      describeMismatch(example.network, example, got) ??
      describeMiscount(example, got.counters!.layers, configuration, held);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
