// SPDX-License-Identifier: Apache-2.0
// Every cell that was tried sums what it says: all pairs of operands at each of its inputs, in sums of one clock to
// many, one right after the other, and in the longest of the largest operands.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import {
  cellParameters,
  type OperandPort,
  sumBits,
  tapsAClock,
  TRIED_CELLS,
  type TriedCell,
  triedSources,
} from '../support/tried-cells.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus cells '));
afterAll(() => rmSync(folder, { recursive: true }));

/** The most taps that a cell takes in a clock. */
const LANES = Math.max(...TRIED_CELLS.map(tapsAClock));

/** All cells side by side on the same operands, of which each takes as many as it can; `sums_i` and `rest_i` are those of cell i. */
function top(dataBits: number): string {
  const lanes = Array.from({ length: LANES }, (_, lane) => lane);
  const outs = TRIED_CELLS.map((cell, i) => {
    return `output wire [${(cell.sums ?? 1) * sumBits(cell, dataBits) - 1}:0] sums_${i}, output wire [15:0] rest_${i}`;
  });
  const cells = TRIED_CELLS.map((cell, i) => {
    const { module, restBits = 0, x, w } = cell;
    const parameters = Object.entries(cellParameters(cell, dataBits)).map(([name, value]) => `.${name}(${value})`);
    const bus = (operand: string, { flips }: OperandPort): string => {
      const taken = lanes.slice(0, tapsAClock(cell)).toReversed();
      return `{${taken.map((lane) => `${operand}_${lane} ^ ${dataBits}'d${flips(dataBits)}`).join(', ')}}`;
    };
    const rest =
      restBits > 0
        ? `, .rest(rest_${i}[${restBits - 1}:0])); assign rest_${i}[15:${restBits}] = 0;`
        : `); assign rest_${i} = 0;`;
    return `${module} #(${parameters.join(', ')}) cell_${i}
      (.clk(clk), .first(first), .${x.name}(${bus('x', x)}), .${w.name}(${bus('w', w)}), .${x.name}_out(), .${w.name}_out(), .sum(sums_${i})${rest}`;
  });
  const operands = lanes.flatMap((lane) => [`x_${lane}`, `w_${lane}`]);
  return `module tried_cells(input wire clk, input wire first,
    ${operands.map((name) => `input wire [${dataBits - 1}:0] ${name}`).join(', ')},
    ${outs.join(',\n    ')});\n${cells.join('\n')}\nendmodule\n`;
}

/** By how many taps lanes are apart. */
const SHIFT = 977;

/** Taps of the longest sum. */
const LONGEST = 1024;

/** Lengths of sums one after the other: each from 1 to 5 follows each. */
const LENGTHS = [1, 1, 2, 1, 3, 1, 4, 1, 5, 2, 2, 3, 2, 4, 2, 5, 3, 3, 4, 3, 5, 4, 4, 5, 5, 1];

describe.each([4, 6, 8])('cells of %i bits', (dataBits) => {
  const codes = 2 ** dataBits;
  const pairs = codes ** 2;
  let results: Readonly<Record<string, ArrayLike<number | bigint>>>;

  /** Taps of the first lane, in an order in which each operand changes a lot, and last the largest operands. */
  const tap = (i: number): readonly [x: number, w: number] =>
    i < pairs
      ? [(i * 7 + (i >> dataBits) * 3) % codes, (i >> dataBits) ^ (i % 5 === 0 ? codes - 1 : 0)]
      : [codes - 1, codes / 2];
  /** Those of another lane are the same in another order. */
  const tapOf = (lane: number, i: number): readonly [x: number, w: number] =>
    tap(i < pairs ? (i + lane * SHIFT) % pairs : i);
  const clocks = pairs + LONGEST;
  const starts = new Uint8Array(clocks);
  for (let at = 0, k = 0; at < pairs; at += LENGTHS[k++ % LENGTHS.length]!) starts[at] = 1;
  starts[pairs] = 1;

  async function simulate(): Promise<typeof results> {
    const path = join(mkdtempSync(join(folder, 'top ')), 'tried_cells.v');
    writeFileSync(path, top(dataBits));
    const model: Model = await build({
      top: 'tried_cells',
      sources: [path, ...triedSources()],
      verilatorFlags: ['-Wno-PINCONNECTEMPTY'],
    });
    using sim = model.create({ seed: 3 });
    const inputs: Record<string, Uint8Array> = { first: new Uint8Array(clocks + 4) };
    inputs['first']!.set(starts, 1);
    for (let lane = 0; lane < LANES; lane++) {
      const taps = Array.from({ length: clocks }, (_, i) => tapOf(lane, i));
      inputs[`x_${lane}`] = Uint8Array.from({ length: clocks + 4 }, (_, i) => taps[i]?.[0] ?? 0);
      inputs[`w_${lane}`] = Uint8Array.from({ length: clocks + 4 }, (_, i) => taps[i]?.[1] ?? 0);
    }
    return sim.batch(
      inputs,
      [...TRIED_CELLS.keys()].flatMap((i) => [`sums_${i}`, `rest_${i}`]),
    );
  }

  /** What a cell says that it sums, and what it sums, of one of its sums. */
  function compare(cell: TriedCell, index: number, which: number): void {
    const { added, kind, taps, sums = 1, late = 0 } = cell;
    const bits = sumBits(cell, dataBits);
    const modulus = 2 ** bits;
    const words = Math.ceil((sums * bits) / 32);
    const value = (at: number): number => {
      const column = results[`sums_${index}`]!;
      let all = 0n;
      for (let word = words - 1; word >= 0; word--) all = (all << 32n) | BigInt(column[at * words + word]!);
      return Number((all >> BigInt(which * bits)) & (2n ** BigInt(bits) - 1n));
    };
    let expected = 0;
    for (let i = 0; i < pairs + LONGEST / taps; i++) {
      const own = Array.from({ length: taps }, (_, t) => tapOf(which * taps + t, i));
      const signed = (w: number): number => (kind === 'multiply' && w >= codes / 2 ? w - codes : w);
      const clock = added(
        own.map(([x]) => x),
        own.map(([, w]) => signed(w)),
        dataBits,
      );
      expected = starts[i] ? clock : expected + clock;
      const at = i + 2 + late; // a clock into the operand registers, a clock into the sum
      const got = value(at) + Number(results[`rest_${index}`]![at]);
      const want = ((expected % modulus) + modulus) % modulus;
      if (got !== want) expect.fail(`clock ${i}, x,w=${own.join(' ')}: got ${got}, expected ${want}`);
    }
  }

  // All cells are one model, which takes the compiler minutes on a busy machine.
  beforeAll(async () => {
    results = await simulate();
  }, 600_000);

  it.each(TRIED_CELLS.map((cell, i) => [cell.name, cell, i] as const))('should sum what %s says', (_, cell, index) => {
    for (let which = 0; which < (cell.sums ?? 1); which++) compare(cell, index, which);
  });
});
