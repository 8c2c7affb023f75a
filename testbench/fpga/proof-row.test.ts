// SPDX-License-Identifier: Apache-2.0
// Proves in Yosys that a row of two cells, and a cell of the pipelined array, are after synthesis what they were before,
// for all operands and all states; and that the proof finds a wrong table, and RTL that is another.

import { describe, expect, it } from 'vitest';
import { type Design, equalsNetlist, moduleDesign, netlistOf } from '../../fpga/index.ts';
import { rtlSources } from '../../src/device/index.ts';
import { NO_YOSYS, systemTools } from '../support/fpga-tools.ts';

const sourceOf = (module: string): string[] => rtlSources().filter((path) => path.endsWith(`${module}.v`));

function rowDesign(CELL: number, W_DATA: number, W_ACC: number): Design {
  return moduleDesign('adder_row', sourceOf('adder_row'), { COLUMNS: 2, W_DATA, W_ACC, CELL });
}

function cellDesign(CELL: number): Design {
  return moduleDesign('pipelined_cell', sourceOf('pipelined_cell'), { W_DATA: 8, W_ACC: 18, CELL });
}

/** The netlist with one table inverted: single entries may be of inputs that never come together. */
function withWrongTable(netlist: string, table: number): string {
  let index = 0;
  // Tables of cells; the file also has defaults of the FPGA's own modules.
  return netlist.replace(/"parameters": \{\s*"LUT_INIT": "([01]{16})"/g, (text, init: string) =>
    index++ === table ? text.replace(init, [...init].map((bit) => (bit === '0' ? '1' : '0')).join('')) : text,
  );
}

describe.skipIf(NO_YOSYS)('adder_row after synthesis for iCE40 (needs yosys)', { timeout: 180_000 }, () => {
  it.each([
    ['|x - w| of 4 bits', 0, 4, 12],
    ['|x - w| of 8 bits', 0, 8, 18],
    ['min(x, w) of 4 bits', 1, 4, 13],
    ['min(x, w) of 8 bits', 1, 8, 19],
    ['x w of 4 bits', 2, 4, 12],
  ])('should be proved to sum %s as the RTL does', async (_, cell, bits, accBits) => {
    const toolchain = await systemTools('yosys');
    const design = rowDesign(cell, bits, accBits);
    expect(await equalsNetlist(design, await netlistOf(design, toolchain), toolchain)).toBe(true);
  });

  it.each([0, 7])('should not be proved with table %i inverted', async (table) => {
    const toolchain = await systemTools('yosys');
    const design = rowDesign(0, 4, 12);
    const netlist = await netlistOf(design, toolchain);
    const wrong = withWrongTable(netlist, table);
    expect(wrong).not.toBe(netlist);
    expect(await equalsNetlist(design, wrong, toolchain)).toBe(false);
  });

  it('should not be proved to be a row in which 1 is not added to what was inverted', async () => {
    const toolchain = await systemTools('yosys');
    const design = rowDesign(0, 4, 12);
    const from = ' - {W_LANE{difference[W_LANE-1]}}';
    const sources = design.sources.map(({ name, text }) => ({ name, text: text.replace(from, '') }));
    expect(sources).not.toEqual(design.sources);
    expect(await equalsNetlist({ ...design, sources }, await netlistOf(design, toolchain), toolchain)).toBe(false);
  });
});

describe.skipIf(NO_YOSYS)('pipelined_cell after synthesis for iCE40', { timeout: 180_000 }, () => {
  it.each([
    ['|x - w|', 0],
    ['max(0, x - w)', 1],
  ])('should be proved to sum %s as the RTL does', async (_, cell) => {
    const toolchain = await systemTools('yosys');
    const design = cellDesign(cell);
    expect(await equalsNetlist(design, await netlistOf(design, toolchain), toolchain)).toBe(true);
  });

  it.each([0, 7])('should not be proved with table %i inverted', async (table) => {
    const toolchain = await systemTools('yosys');
    const design = cellDesign(0);
    const wrong = withWrongTable(await netlistOf(design, toolchain), table);
    expect(await equalsNetlist(design, wrong, toolchain)).toBe(false);
  });
});
