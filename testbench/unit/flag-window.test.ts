// SPDX-License-Identifier: Apache-2.0
// flag_window against a list of flags: 16 from any address on, in buffers that end anywhere in an even or odd block.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build, type Model, type Simulation } from '../../sim/index.ts';
import { testedSources } from '../support/tested-rtl.ts';

const W_ADDR = 12;
const MASK = 2 ** W_ADDR - 1;
/** One flag; a block; into the second; two blocks; into the third; into the fourth. */
const DEPTHS = [1, 16, 17, 32, 41, 60];

function windowOf(depth: number): Promise<Model> {
  const sources = testedSources('flag_window', 'flag_memory');
  return build({ top: 'flag_window', sources, params: { DEPTH: depth, W_ADDR } });
}

/** Sets flags, one a clock. */
function set(sim: Simulation, flags: readonly number[]): void {
  Object.assign(sim.dut, { read: 0, write: 1 });
  flags.forEach((flag, address) => {
    Object.assign(sim.dut, { write_addr: address, write_flag: flag });
    sim.tick();
  });
  sim.dut['write'] = 0;
}

/** Flags from an address on, the first in bit 0. */
function read(sim: Simulation, address: number): number {
  Object.assign(sim.dut, { read: 1, read_addr: address });
  sim.tick();
  // Held until the next read, whatever is asked for without one.
  Object.assign(sim.dut, { read: 0, read_addr: ~address & MASK });
  sim.tick();
  return Number(sim.dut['flags']);
}

describe('flag_window', () => {
  it('should give 16 flags from both memories in order', async () => {
    using sim = (await windowOf(60)).create({ seed: 1 });
    set(
      sim,
      Array.from({ length: 60 }, (_, address) => Number([0, 15, 16, 31, 32, 47, 48, 59].includes(address))),
    );
    expect(read(sim, 0)).toBe(0b1000_0000_0000_0001);
    expect(read(sim, 1)).toBe(0b1100_0000_0000_0000);
    expect(read(sim, 15)).toBe(0b0000_0000_0000_0011);
    expect(read(sim, 16)).toBe(0b1000_0000_0000_0001);
    expect(read(sim, 20)).toBe(0b0001_1000_0000_0000);
    // From the last block on: flags past the end are 1.
    expect(read(sim, 47)).toBe(0b1111_0000_0000_0011);
  });

  it.each(DEPTHS)('should give what was written, and 1 past the end, of %s flags', async (depth) => {
    const model = await windowOf(depth);
    fc.assert(
      fc.property(
        fc.array(fc.nat(1), { minLength: depth, maxLength: depth }),
        fc.array(fc.oneof(fc.nat(depth + 40), fc.constant(MASK >> 1)), { minLength: 1, maxLength: 40 }),
        fc.nat(depth - 1),
        fc.nat(2 ** 30),
        (flags, addresses, changed, seed) => {
          using sim = model.create({ seed: seed + 1 });
          set(sim, flags);
          Object.assign(sim.dut, { write: 1, write_addr: changed, write_flag: 1 - flags[changed]! });
          sim.tick();
          sim.dut['write'] = 0;
          const now = flags.map((flag, address) => (address === changed ? 1 - flag : flag));
          for (const address of addresses) {
            const expected = Array.from({ length: 16 }, (_, at) => (now[address + at] ?? 1) << at);
            expect([address, read(sim, address)]).toEqual([address, expected.reduce((sum, bit) => sum + bit, 0)]);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('should read on from 0 from below it', async () => {
    using sim = (await windowOf(41)).create({ seed: 2 });
    const flags = Array.from({ length: 41 }, (_, address) => Number(address % 3 === 0));
    set(sim, flags);
    for (let before = 1; before < 16; before++) {
      const got = read(sim, -before & MASK) >> before;
      expect([before, got]).toEqual([
        before,
        flags.slice(0, 16 - before).reduce((sum, flag, address) => sum + (flag << address), 0),
      ]);
    }
  });
});
