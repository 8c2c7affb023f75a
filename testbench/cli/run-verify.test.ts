// SPDX-License-Identifier: Apache-2.0
// `berus run` on RTL with a bug: however closely it looks, it names the same wrong word, and leaves a waveform of it.

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import type { RunReport, StoppedReport } from '../../src/report/index.ts';
import { withBug } from '../support/planted-bug.ts';
import { berus } from './berus.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berus verify '));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...more: string[]): ReturnType<typeof berus> {
  return berus('run', 'lenet5', '--config', 'tiny', '--images', '6', '--threads', '1', ...more);
}

/** First and last cycle of a waveform, of which one takes 10 units of time. */
function cyclesOf(file: string): [first: number, last: number] {
  const times = [...readFileSync(file, 'utf8').matchAll(/^#(\d+)$/gm)].map(([, time]) => Number(time) / 10);
  return [Math.floor(times[0]!), Math.floor(times.at(-1)!)];
}

// Each bug is built twice, the second time with waveforms.
describe('berus run --verify', { timeout: 300_000 }, () => {
  it.each(['layer', 'tile', 'cycle'])('should find nothing wrong with the RTL, by %s', async (mode) => {
    const { code, out } = await run('--verify', mode, '--json');
    expect(JSON.parse(out)).toMatchObject({
      verify: mode,
      checkedBy: 'reference',
      bitExact: true,
      countersEqual: true,
    });
    expect(code).toBe(0);
  });

  it.each(['layer', 'cycle'])(
    'should know by the images what cells of minima skip, and when they write, by %s',
    async (mode) => {
      const file = join(folder, 'minima.json');
      writeFileSync(file, JSON.stringify({ ...loadConfiguration('tiny'), cell: 'minimum' }));
      const { code, out } = await berus('run', 'lenet5', '--config', file, '--images', '6', '--verify', mode, '--json');
      const report = JSON.parse(out) as RunReport;
      expect(report).toMatchObject({ verify: mode, bitExact: true, countersEqual: true, miscount: null, batches: 2 });
      for (const { spent, skippedTaps } of report.layers) {
        expect(skippedTaps).toBeGreaterThan(0);
        expect(spent!.scan).toBeGreaterThanOrEqual(2 * 2);
      }
      expect(code).toBe(0);
    },
  );

  it('should name the first wrong word, and write a waveform around it', async () => {
    await withBug('adder_row.v', ' - {W_LANE{difference[W_LANE-1]}}', '', async (rtl) => {
      const file = join(folder, 'wrong.vcd');
      const { code, out } = await run('--verify', 'tile', '--rtl', rtl, '--waveform', file, '--json');
      expect(code).toBe(1);
      const { mismatch, waveform, ...rest } = JSON.parse(out) as StoppedReport;
      expect(rest).toMatchObject({ bitExact: false, verify: 'tile', checkedBy: 'reference', images: 6 });
      expect(mismatch.layer).toBe('conv1');
      expect(mismatch.got).not.toBe(mismatch.expected);
      // The batch of the first image is alone from the start.
      expect(mismatch.image).toBeLessThan(4);
      expect(waveform).toMatchObject({ file, mismatch });
      const { from, to } = waveform!;
      expect(mismatch.cell!.cycle).toBeGreaterThan(from);
      expect(mismatch.cell!.cycle).toBeLessThan(to);
      const [first, last] = cyclesOf(file);
      expect(first).toBeGreaterThanOrEqual(from - 1);
      expect(first).toBeLessThan(mismatch.cell!.cycle!);
      // Two clocks of reset follow.
      expect(last).toBeGreaterThan(mismatch.cell!.cycle!);
      expect(last).toBeLessThanOrEqual(to + 3);

      const text = await run('--verify', 'tile', '--rtl', rtl, '--waveform', file);
      const { cell } = mismatch;
      expect(text.out).toContain(
        `conv1: first wrong word at image ${mismatch.image} element ${mismatch.element} (row `,
      );
      expect(text.out).toMatch(
        new RegExp(`  made in cell row ${cell!.row}, column ${cell!.column}, of tile [\\d,]+, in cycle [\\d,]+\\n`),
      );
      expect(text.out).toContain(`waveform: ${file}, cycles `);

      const whole = JSON.parse((await run('--rtl', rtl, '--waveform', file, '--json')).out) as RunReport;
      expect(whole).toMatchObject({ verify: 'layer', bitExact: false, waveform: { mismatch } });
      expect(whole.mismatches).toBeGreaterThan(1);
    });
  });

  it.each(['tile', 'cycle'])(
    'should name a word that a layer leaves out, and not what comes of it, by %s',
    async (mode) => {
      const due = 'fold[WRITE-1] & last[WRITE-1] & row_ends[WRITE-1] & ~rst;';
      const count = "reg [15:0] written; always @(posedge clk) written <= rst ? 16'd0 : written + {15'd0, due};";
      // Tiles of the first layer have four filters of a pixel, the highest of which is written first: that of pixel 5.
      const bug = `due & written != 16'd20; wire due = ${due} ${count}`;
      await withBug('writeback.v', due, bug, async (rtl) => {
        const file = join(folder, `missing-${mode}.vcd`);
        const { code, out } = await run('--verify', mode, '--rtl', rtl, '--waveform', file, '--json');
        expect(code).toBe(1);
        const { mismatch, waveform } = JSON.parse(out) as StoppedReport;
        expect(mismatch).toMatchObject({ layer: 'conv1', image: 0, row: 0, column: 5, channel: 3, got: null });
        expect(mismatch.cell).not.toHaveProperty('cycle');
        expect(waveform!.from).toBeLessThan(mismatch.expectedCycle!);
        expect(waveform!.to).toBeGreaterThan(mismatch.expectedCycle!);
        expect(waveform!.mismatch).toEqual(mismatch);
        const whole = await run('--rtl', rtl, '--waveform', file);
        expect(whole.out).toMatch(
          /^conv1: first mismatch at image \d element 33 \(row 0, column 5, channel 3\)\n  got no word, expected \d+\n  made in cell row \d, column \d+, of tile \d+\n/m,
        );
      });
    },
  );

  it('should trace a wrong word that comes only after other batches', async () => {
    const above = 'wire              above   = beyond | |ones[W_ONES-1:W_DATA] | shifted > high;';
    // A batch of four images takes some 115,000 clocks, and with the network before it less than 150,000.
    const later = `reg [17:0] clocks = 18'd0;
always @(posedge clk) if (clocks != 18'd150000) clocks <= clocks + 18'd1;
${above.replace(';', " | clocks == 18'd150000;")}`;
    await withBug('fold_lane.v', above, later, async (rtl) => {
      const file = join(folder, 'later.vcd');
      const { code, out } = await run('--verify', 'tile', '--rtl', rtl, '--waveform', file, '--json');
      expect(code).toBe(1);
      const { mismatch, waveform } = JSON.parse(out) as StoppedReport;
      // The second batch, which goes well alone.
      expect(mismatch.image).toBeGreaterThanOrEqual(4);
      expect(waveform).toMatchObject({ file, mismatch });
      expect(waveform!.from).toBeGreaterThan(115_000);
      expect(existsSync(file)).toBe(true);
    });
  });

  it('should find a word that is right but late: by a counter, or where clocks are looked at, at once', async () => {
    const issue = 'assign issue        = streaming & ready & ~wait_sums & ~hold';
    const late = `${issue} & gap != {{W_GAP-1{1'b0}}, 1'b1}`;
    await withBug('sequencer.v', `${issue};`, `${late};`, async (rtl) => {
      const counted = await run('--verify', 'tile', '--rtl', rtl, '--json');
      expect(counted.code).toBe(1);
      const { miscount, ...rest } = JSON.parse(counted.out) as RunReport;
      expect(rest).toMatchObject({ bitExact: true, countersEqual: false, waveform: null });
      expect(miscount).toMatchObject({ layer: 'conv1', counter: 'total' });
      expect(miscount!.counted).toBeGreaterThan(miscount!.expected);
      expect((await run('--rtl', rtl)).out).toMatch(
        /^counters +NO {2}conv1: counted [\d,]+ total, the closed form says [\d,]+$/m,
      );
      const file = join(folder, 'late.vcd');
      const { code, out } = await run('--verify', 'cycle', '--rtl', rtl, '--waveform', file, '--json');
      expect(code).toBe(1);
      const { mismatch } = JSON.parse(out) as StoppedReport;
      expect(mismatch.got).toBe(mismatch.expected);
      expect(mismatch).toMatchObject({ layer: 'conv1', image: 0 });
      expect(mismatch.cell!.cycle).toBeGreaterThan(mismatch.expectedCycle!);
      expect(existsSync(file)).toBe(true);
      expect((await run('--verify', 'cycle', '--rtl', rtl, '--waveform', file)).out).toMatch(
        /^  expected in cycle [\d,]+$/m,
      );
    });
  });

  it.each([
    [['--verify', 'bit'], 'Expected --verify to be one of layer, tile, cycle, but received bit.'],
    [['--device', 'kernel', '--verify', 'tile'], 'Expected --device to be rtl with --verify, but received kernel.'],
    [
      ['--device', 'reference', '--waveform', 'a.vcd'],
      'Expected --device to be rtl with --waveform, but received reference.',
    ],
    [['--waveform', 'src'], 'Expected --waveform to be a file, but received the folder src.'],
    [['--rtl', 'no such folder'], 'Expected --rtl to be a folder of Verilog files, but received no such folder.'],
    [['--threads', '0'], 'Expected --threads to be an integer from 1 to 64, but received 0.'],
  ])('should refuse %j', async (args, message) => {
    const { code, out, err } = await berus('run', 'lenet5', ...args);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: `berus: ${message}\n` });
  });
});
