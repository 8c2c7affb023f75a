// SPDX-License-Identifier: Apache-2.0
// How operands are laid for cells that take several taps a clock, and cells that share operand registers as gates.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { netlistArea, readLibrary } from '../../src/energy/gate/index.ts';
import { blockArea, blockNetlist } from '../support/cell-block.ts';
import { OSU018 } from '../support/osu018.ts';
import { blockTapEnergy, byClock } from '../support/tap-energy.ts';
import { triedCell } from '../support/tried-cells.ts';

describe('byClock', () => {
  it('should lay taps of a sum side by side, and fill the last clock of each sum with 0', () => {
    const operands = {
      x: [Uint8Array.of(1, 2, 3, 4, 5, 6)],
      w: [Uint8Array.of(11, 12, 13, 14, 15, 16), Uint8Array.of(21, 22, 23, 24, 25, 26)],
      first: Uint8Array.of(1, 0, 0, 1, 1, 0),
    };
    expect(byClock(operands, 2)).toEqual({
      x: [Uint8Array.of(1, 2, 3, 0, 4, 0, 5, 6)],
      w: [Uint8Array.of(11, 12, 13, 0, 14, 0, 15, 16), Uint8Array.of(21, 22, 23, 0, 24, 0, 25, 26)],
      first: Uint8Array.of(1, 0, 1, 1),
    });
    expect(byClock(operands, 1)).toEqual(operands);
  });
});

const hasYosys = spawnSync('yosys', ['-V']).error === undefined;

describe.skipIf(!hasYosys || !existsSync(OSU018))(
  'cells between shared registers (skipped without Yosys and qflow-tech-osu018)',
  () => {
    const technology = (): { liberty: string; library: ReturnType<typeof readLibrary> } => ({
      liberty: OSU018,
      library: readLibrary(readFileSync(OSU018, 'utf8')),
    });
    const length = 400;
    const codes = (by: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * by) % 16);
    const first = Uint8Array.from({ length }, (_, i) => Number(i % 7 === 0));

    it(
      'should sum what each cell alone would, with a register of a row and of a column',
      { timeout: 300_000 },
      async () => {
        const { library, liberty } = technology();
        const cell = triedCell('minimum_columns, 2 taps');
        const block = await blockNetlist(cell, 2, 4, { library, liberty });
        // 8 bits of both operands of two rows and two columns, and four sums.
        expect(netlistArea(block, true)).toBe(96 * (4 * 8 + 4 * 14));
        const { operands, total } = blockArea(cell, 2, 4, block);
        expect(operands).toBe(96 * 4 * 8);
        expect(total).toBe(netlistArea(block));
        // Each sum is compared on the way.
        const grid = { x: [codes(7), codes(5)], w: [codes(11), codes(3)], first };
        const shared = await blockTapEnergy(cell, 4, block, library, grid);
        const alone = await blockNetlist(cell, 1, 4, { library, liberty });
        const single = await blockTapEnergy(cell, 4, alone, library, { x: [codes(7)], w: [codes(11)], first });
        // Of a clock pin's energy a tap: 8 + 14 bits for two taps in place of 16 + 14.
        expect(shared.clock / single.clock).toBeCloseTo((8 + 14) / (16 + 14), 6);
        const wrong = { ...cell, added: (x: readonly number[]) => x[0]! };
        await expect(
          blockTapEnergy(wrong, 4, alone, library, { x: [codes(7)], w: [codes(11)], first }),
        ).rejects.toThrow(/^Expected gates of minimum_columns, 2 taps to sum /);
      },
    );

    it('should refuse cells whose operand registers are not shared', { timeout: 120_000 }, async () => {
      const gated = triedCell('minimum_gated'); // Each has a register more, which gates its clock.
      await expect(blockNetlist(gated, 2, 4, technology())).rejects.toThrow(
        'Expected 2x2 minimum_gated to have 72 registers, but received 76.',
      );
    });
  },
);
