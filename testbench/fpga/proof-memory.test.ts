// SPDX-License-Identifier: Apache-2.0
// A memory with one port, as deep as the weights of a board and in the FPGA's large memories: what was written last is read,
// in the RTL and in the cells that it is synthesized to.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moduleDesign, netlistOf, netlistVerilog } from '../../fpga/index.ts';
import { build, type Model } from '../../sim/index.ts';
import { loadConfiguration, rtlSources } from '../../src/compile/index.ts';
import { NO_YOSYS, systemTools } from '../support/fpga-tools.ts';

const { columns, dataBits, weightDepth: DEPTH } = loadConfiguration('icebreaker');
const W = columns * (dataBits + 1);
const W_ADDR = 20;
const SOURCES = rtlSources().filter((path) => path.endsWith('/ram_1rw.v'));
const DESIGN = {
  ...moduleDesign('ram_1rw', SOURCES, { W, DEPTH, W_ADDR }, ['up5k', 'sg48']),
  synthesis: ['-spram'],
};

/** A clock: whether a word is written, and read, and where. */
const clocks = fc.array(
  fc.record({
    write: fc.boolean(),
    read: fc.boolean(),
    // Few addresses, all over the memory, so that what was written is read.
    writeAt: fc.nat(15),
    readAt: fc.nat(15),
    data: fc.nat(2 ** W - 1),
  }),
  { minLength: 50, maxLength: 400 },
);

/** An address for one of 16: the two ends, and places where memories side by side begin and end. */
function addressOf(place: number): number {
  return Math.min(DEPTH - 1, (place >> 1) * 2 ** 13 + (place & 1) * (2 ** 13 - 1));
}

/** Reads give what was written last, a clock later; a clock with both writes. */
function shouldRemember(model: Model): void {
  let compared = 0;
  fc.assert(
    fc.property(clocks, (steps) => {
      using sim = model.create({ seed: 7 });
      const words = new Map<number, number>();
      for (const { write, read, writeAt, readAt, data } of steps) {
        const [to, from] = [addressOf(writeAt), addressOf(readAt)];
        Object.assign(sim.dut, {
          ...{ write: Number(write), write_addr: to, write_data: data },
          ...{ read: Number(read), read_addr: from },
        });
        sim.tick();
        sim.eval();
        if (write) words.set(to, data);
        else if (read && words.has(from)) {
          expect(sim.dut['read_data']).toBe(words.get(from));
          compared++;
        }
      }
    }),
    { numRuns: 20 },
  );
  expect(compared).toBeGreaterThan(200);
}

describe('ram_1rw', () => {
  it('should give what was written last', async () => {
    shouldRemember(await build({ top: 'ram_1rw', sources: SOURCES, params: { W, DEPTH, W_ADDR } }));
  });

  it.skipIf(NO_YOSYS)(
    'should do so in large memories after synthesis (needs yosys)',
    { timeout: 180_000 },
    async () => {
      const toolchain = await systemTools('yosys');
      const cells = (await netlistOf(DESIGN, toolchain)).match(/"type": "SB_SPRAM256KA"/g) ?? [];
      expect(cells.length).toBeGreaterThan(0);
      expect(cells.length).toBeLessThanOrEqual(4);
      const source = await netlistVerilog(DESIGN, toolchain);
      shouldRemember(await build({ top: 'ram_1rw', sources: [source], verilatorFlags: ['-Wno-lint', '-Wno-style'] }));
    },
  );
});
