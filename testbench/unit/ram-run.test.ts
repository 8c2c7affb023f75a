// SPDX-License-Identifier: Apache-2.0
// ram_run against a list of words: as many from any address on as are asked for, of which a write in the same clock is
// not one.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { testedSources } from '../support/tested-rtl.ts';

const [W, W_ADDR] = [8, 6];

/** Words of a run, and of the memory: full banks, banks of which one has a word more, and fewer words than banks. */
const SIZES: readonly (readonly [run: number, depth: number])[] = [
  [1, 5],
  [2, 8],
  [2, 7],
  [2, 1],
  [4, 16],
  [4, 13],
  [4, 15],
  [4, 3],
];

function memoryOf(run: number, depth: number): Promise<Model> {
  const sources = testedSources('ram_run', 'ram_1r1w');
  return build({ top: 'ram_run', sources, params: { RUN: run, DEPTH: depth, W, W_ADDR } });
}

describe('ram_run', () => {
  it('should give words that follow each other, from any address on', async () => {
    using sim = (await memoryOf(4, 10)).create({ seed: 1 });
    const { dut } = sim;
    for (let address = 0; address < 10; address++) {
      Object.assign(dut, { write: 1, write_addr: address, write_data: 10 + address });
      sim.tick();
    }
    dut['write'] = 0;
    const read = (address: number, mask: number): number => {
      Object.assign(dut, { read: mask, read_addr: address });
      sim.tick();
      return Number(dut['read_data']) >>> 0;
    };
    expect(read(0, 0b1111)).toBe(0x0d_0c_0b_0a);
    expect(read(3, 0b1111)).toBe(0x10_0f_0e_0d);
    expect(read(6, 0b1111)).toBe(0x13_12_11_10);
    // The last two; then the second word alone, and what is held without a read.
    expect(read(8, 0b0011) & 0xffff).toBe(0x13_12);
    expect((read(1, 0b0010) >>> 8) & 0xff).toBe(0x0c);
    expect((read(5, 0) >>> 8) & 0xff).toBe(0x0c);
  });

  it.each(SIZES)('should give what was written before, %i at a time of %i', async (run, depth) => {
    const model = await memoryOf(run, depth);
    const step = fc.record({
      write: fc.nat(1),
      writeAddr: fc.nat(depth - 1),
      data: fc.nat(2 ** W - 1),
      mask: fc.nat(2 ** run - 1),
      from: fc.nat(depth - 1),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 99 }), (steps, seed) => {
        using sim = model.create({ seed });
        const words = new Map<number, number>();
        let held = new Map<number, number | undefined>();
        for (const { write, writeAddr, data, mask, from } of steps) {
          const marked = Array.from({ length: run }, (_, i) => i).filter((i) => (mask >> i) & 1 && from + i < depth);
          const read = marked.reduce((bits, i) => bits | (1 << i), 0);
          Object.assign(sim.dut, { write, write_addr: writeAddr, write_data: data, read, read_addr: from });
          sim.tick();
          if (marked.length > 0) held = new Map(marked.map((i) => [i, words.get(from + i)]));
          if (write === 1) words.set(writeAddr, data);
          const got = BigInt(sim.dut['read_data'] as number | bigint);
          for (const [i, word] of held) {
            if (word !== undefined) expect(Number((got >> BigInt(i * W)) & 255n), `word ${i}`).toBe(word);
          }
        }
      }),
    );
  });
});
