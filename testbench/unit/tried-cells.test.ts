// SPDX-License-Identifier: Apache-2.0
// Every cell that was tried sums what it says: all pairs of operands, in sums of
// one tap to many, one right after the other.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { sumBits, TRIED_CELLS, triedSources } from '../support/tried-cells.ts';

const folder = mkdtempSync(join(tmpdir(), 'berus cells '));
afterAll(() => rmSync(folder, { recursive: true }));

/** All cells side by side on the same operands; `sum_i` and `rest_i` are those of cell i. */
function top(dataBits: number): string {
  const outs = TRIED_CELLS.map((cell, i) => {
    return `output wire [${sumBits(cell, dataBits) - 1}:0] sum_${i}, output wire [15:0] rest_${i}`;
  });
  const cells = TRIED_CELLS.map((cell, i) => {
    const { module, inverted = false, restBits = 0 } = cell;
    const w = inverted ? 'w_n' : 'w';
    const rest =
      restBits > 0
        ? `, .rest(rest_${i}[${restBits - 1}:0])); assign rest_${i}[15:${restBits}] = 0;`
        : `); assign rest_${i} = 0;`;
    return `${module} #(.W_DATA(${dataBits}), .W_ACC(${sumBits(cell, dataBits)})) cell_${i}
      (.clk(clk), .first(first), .x(x), .${w}(${inverted ? '~w' : 'w'}), .x_out(), .${w}_out(), .sum(sum_${i})${rest}`;
  });
  return `module tried_cells(input wire clk, input wire first, input wire [${dataBits - 1}:0] x, input wire [${dataBits - 1}:0] w,
    ${outs.join(',\n    ')});\n${cells.join('\n')}\nendmodule\n`;
}

/** Lengths of sums one after the other: each from 1 to 5 follows each. */
const LENGTHS = [1, 1, 2, 1, 3, 1, 4, 1, 5, 2, 2, 3, 2, 4, 2, 5, 3, 3, 4, 3, 5, 4, 4, 5, 5, 1];

describe.each([4, 6, 8])('cells of %i bits', (dataBits) => {
  const codes = 2 ** dataBits;
  const pairs = codes ** 2;
  let results: Readonly<Record<string, ArrayLike<number | bigint>>>;

  /** Taps, in an order in which each operand changes a lot; where sums start; and the longest sum of the largest operands. */
  const tap = (i: number): readonly [x: number, w: number] =>
    i < pairs
      ? [(i * 7 + (i >> dataBits) * 3) % codes, (i >> dataBits) ^ (i % 5 === 0 ? codes - 1 : 0)]
      : [codes - 1, codes / 2];
  const taps = pairs + 1024;
  const starts = new Uint8Array(taps);
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
    const x = new Uint8Array(taps + 4);
    const w = new Uint8Array(taps + 4);
    const first = new Uint8Array(taps + 4);
    for (let i = 0; i < taps; i++) [x[i], w[i]] = tap(i) as [number, number];
    first.set(starts, 1);
    return sim.batch(
      { x, w, first },
      [...TRIED_CELLS.keys()].flatMap((i) => [`sum_${i}`, `rest_${i}`]),
    );
  }

  it.each(TRIED_CELLS.map((cell, i) => [cell.module, cell, i] as const))(
    'should sum what %s says',
    async (_, cell, index) => {
      results ??= await simulate();
      const { added, kind, late = 0 } = cell;
      const bits = sumBits(cell, dataBits);
      let expected = 0;
      for (let i = 0; i < taps; i++) {
        const [x, w] = tap(i);
        const value = added(x, kind === 'multiply' && w >= codes / 2 ? w - codes : w, dataBits);
        expected = starts[i] ? value : expected + value;
        const at = i + 2 + late; // a clock into the operand registers, a clock into the sum
        const got = Number(results[`sum_${index}`]![at]) + Number(results[`rest_${index}`]![at]);
        const want = expected < 0 ? expected + 2 ** bits : expected;
        if (got !== want) expect.fail(`tap ${i}, x=${x} w=${w}: got ${got}, expected ${want}`);
      }
    },
  );
});
