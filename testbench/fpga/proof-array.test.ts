// SPDX-License-Identifier: Apache-2.0
// The array after synthesis and after place and route: what the cells of the FPGA compute, and what the bytes of the
// bitstream do, obeys the array's law; and a bitstream with one wrong bit does not.

import { describe, expect, it } from 'vitest';
import {
  type BitUse,
  configurationVerilog,
  type Design,
  type LogicBit,
  moduleDesign,
  netlistVerilog,
  setBits,
  unpackedBitstream,
  useOf,
} from '../../fpga/index.ts';
import { build, type Model } from '../../sim/index.ts';
import { rtlSources } from '../../src/device/index.ts';
import { CELLS, type Cells, PIPELINED_CELLS, shouldSum } from '../support/array-law.ts';
import { buildText } from '../support/build-text.ts';
import { flipOutcomes, randomFrom } from '../support/flips.ts';
import { NO_ICESTORM, NO_YOSYS, systemTools } from '../support/fpga-tools.ts';

const SHAPE = { rows: 2, columns: 2 };
const DISTANCES = CELLS['distances']!;

const SOURCES = rtlSources().filter((path) => /adder_(array|row)\.v$|pipelined_/.test(path));

function arrayDesign({ cell, accBits, pipelined = false }: Cells): Design {
  const top = pipelined ? 'pipelined_array' : 'adder_array';
  return moduleDesign(top, SOURCES, { ROWS: SHAPE.rows, COLUMNS: SHAPE.columns, W_ACC: accBits, CELL: cell });
}

/** An array for the smallest FPGA of the family, whose configuration is read in less than a second. */
const SMALLEST = moduleDesign('adder_array', SOURCES, { ROWS: 1, COLUMNS: 2, W_DATA: 4, W_ACC: 10 }, ['lp384', 'cm49']);

function buildBits(source: string, top = 'adder_array'): Promise<Model> {
  return build({ top, sources: [source], verilatorFlags: ['-Wno-lint', '-Wno-style'] });
}

describe.skipIf(NO_YOSYS)('array after synthesis for iCE40 (needs yosys)', { timeout: 180_000 }, () => {
  it.each(Object.entries(CELLS))('should sum %s', async (_, cells) => {
    const model = await buildBits(await netlistVerilog(arrayDesign(cells), await systemTools('yosys')));
    shouldSum(model, SHAPE, cells);
  });

  it.each(Object.entries(PIPELINED_CELLS))('should sum %s with pipelined cells', async (_, cells) => {
    const design = arrayDesign(cells);
    const model = await buildBits(await netlistVerilog(design, await systemTools('yosys')), design.top);
    shouldSum(model, SHAPE, cells);
  });
});

describe.skipIf(NO_ICESTORM)('array read back from its bitstream (needs yosys, nextpnr-ice40, fpga-icestorm)', () => {
  it('should sum distances', { timeout: 600_000 }, async () => {
    const toolchain = await systemTools('yosys', 'nextpnr-ice40', 'icepack', 'icebox_vlog');
    const unpacked = await unpackedBitstream(arrayDesign(DISTANCES), toolchain);
    const text = await configurationVerilog(unpacked, 'adder_array', toolchain);
    shouldSum(await buildText('adder_array', text), SHAPE, DISTANCES);
  });

  it('should not when a bit of it is flipped', { timeout: 600_000 }, async () => {
    const toolchain = await systemTools('yosys', 'nextpnr-ice40', 'icepack', 'icebox_vlog');
    const unpacked = await unpackedBitstream(SMALLEST, toolchain);
    const random = randomFrom(1);
    const of = (use: BitUse, count: number): LogicBit[] => {
      const bits = setBits(unpacked.asc).filter((bit) => useOf(bit) === use);
      return Array.from({ length: count }, () => bits[Math.floor(random() * bits.length)]!);
    };
    const outcomes = await flipOutcomes(
      unpacked,
      [...of('routing', 4), ...of('table', 3), ...of('cell', 1)],
      toolchain,
    );
    expect(outcomes).not.toContain('nothing seen');
    expect(outcomes.filter((outcome) => outcome !== 'not read').length).toBeGreaterThanOrEqual(5);
  });
});
