// SPDX-License-Identifier: Apache-2.0
// Simulates a netlist with counters (written by energy/gate) and adds the counters' bits up.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, findVerilator, type Model } from '../../sim/index.ts';

/**
 * A netlist with counters: bit k of net i's is in bit `places[i] % 32` of word `floor(places[i] / 32) * planes + k` of
 * `toggle_planes`.
 */
export interface CountedNetlist {
  readonly top: string;
  readonly text: string;
  readonly places: readonly number[];
  readonly planes: number;
}

/** A column of values, one for each clock; a port wider than 32 bits has its words in a row, least significant first. */
export type Column = Uint8Array | Uint16Array | Uint32Array;

/** What was counted. */
export interface Toggles {
  /** Clocks over which toggles were counted. */
  readonly clocks: number;
  /** Toggles of each net, in the order of `places`. */
  readonly counts: Uint32Array;
  /** Columns of the outputs asked for. */
  readonly outputs: Readonly<Record<string, Column>>;
}

/** Simulators of netlists that are at hand: many layers stream through one, and Verilator takes longer to read it than they. */
const models = new WeakMap<CountedNetlist, Promise<Model>>();

async function built({ top, text }: CountedNetlist): Promise<Model> {
  const folder = await mkdtemp(join(tmpdir(), 'berus toggles '));
  try {
    const path = join(folder, `${top}.v`);
    await writeFile(path, text);
    return await build({ top, sources: [path], expose: ['toggle_planes'] });
  } finally {
    await rm(folder, { recursive: true });
  }
}

function modelOf(netlist: CountedNetlist): Promise<Model> {
  const known = models.get(netlist);
  if (known) return known;
  const made = built(netlist);
  models.set(netlist, made);
  // What went wrong once may go well the next time.
  made.catch(() => models.delete(netlist));
  return made;
}

/**
 * Drives a netlist and counts the toggles of every net.
 * @param inputs a column for each input besides the clock
 * @param warmUp clocks at the start whose toggles do not count; at least 1, because a net's first value is no toggle
 * @param outputs names of outputs whose columns are wanted
 */
export async function countToggles(
  netlist: CountedNetlist,
  inputs: Readonly<Record<string, Column>>,
  clocks: number,
  warmUp: number,
  outputs: readonly string[] = [],
): Promise<Toggles> {
  const { places, planes } = netlist;
  if (!(warmUp >= 1 && clocks - warmUp < 2 ** planes && clocks > warmUp)) {
    throw new RangeError(
      `Expected clocks to be from ${warmUp + 1} to ${2 ** planes - 1 + warmUp}, but received ${clocks}.`,
    );
  }
  const model = await modelOf(netlist);
  using sim = model.create();
  const counting = new Uint8Array(clocks).fill(1, warmUp);
  sim.run(1); // Gates settle when the clock falls, for which it has to be high first.
  const columns = sim.batch({ ...inputs, counting }, [...outputs]);
  const words = sim.exposed['toggle_planes'] as Uint32Array;
  const counts = Uint32Array.from(places, (place) => {
    let count = 0;
    for (let k = 0; k < planes; k++) count += ((words[(place >> 5) * planes + k]! >>> (place & 31)) & 1) * 2 ** k;
    return count;
  });
  return { clocks: clocks - warmUp, counts, outputs: columns as Record<string, Column> };
}

/** Runs netlists with counters, for `energy/gate`. */
export const gateSimulator: {
  /** Verilator's banner. */
  readonly version: () => Promise<string>;
  readonly count: typeof countToggles;
} = {
  version: async () => (await findVerilator()).banner,
  count: countToggles,
};
