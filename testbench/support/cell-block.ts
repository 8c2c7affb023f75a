// SPDX-License-Identifier: Apache-2.0
// A cell that was tried, as one of side x side cells that stand between two operand registers: a register of x for each
// row and one of w for each column, in place of one of each for every cell. Cells are as they are; what they keep of the
// same operand is merged by synthesis.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Netlist, netlistArea, synthesize } from '../../src/energy/gate/index.ts';
import type { Technology } from '../../src/energy/measure/index.ts';
import { cellParameters, sumBits, tapsAClock, type TriedCell, triedSources } from './tried-cells.ts';

/** The block as Verilog: rows enter by `x_0`, columns by `w_0`, and sums leave by `sum_0_0` and, of some, `rest_0_0`. */
function blockText(cell: TriedCell, side: number, dataBits: number): string {
  const indexes = Array.from({ length: side }, (_, i) => i);
  const { module, x, w, sums = 1, restBits = 0 } = cell;
  const range = `[${tapsAClock(cell) * dataBits - 1}:0]`;
  const parameters = Object.entries(cellParameters(cell, dataBits)).map(([name, value]) => `.${name}(${value})`);
  const places = indexes.flatMap((row) => indexes.map((column) => [row, column] as const));
  const ports = [
    'input wire clk',
    'input wire first',
    ...indexes.flatMap((i) => [`input wire ${range} x_${i}`, `input wire ${range} w_${i}`]),
    ...indexes.flatMap((i) => [`output wire ${range} x_out_${i}`, `output wire ${range} w_out_${i}`]),
    ...places.flatMap(([row, column]) => [
      `output wire [${sums * sumBits(cell, dataBits) - 1}:0] sum_${row}_${column}`,
      ...(restBits > 0 ? [`output wire [${restBits - 1}:0] rest_${row}_${column}`] : []),
    ]),
  ];
  const cells = places.map(([row, column]) => {
    const rest = restBits > 0 ? `, .rest(rest_${row}_${column})` : '';
    // What a row passes on leaves its first cell, and what a column does its first.
    const [xOut, wOut] = [column === 0 ? `x_out_${row}` : '', row === 0 ? `w_out_${column}` : ''];
    return `${module} #(${parameters.join(', ')}) cell_${row}_${column} (.clk(clk), .first(first), .${x.name}(x_${row}), .${w.name}(w_${column}),
    .${x.name}_out(${xOut}), .${w.name}_out(${wOut}), .sum(sum_${row}_${column})${rest});`;
  });
  return `module cell_block (\n  ${ports.join(',\n  ')}\n);\n${cells.join('\n')}\nendmodule\n`;
}

/** Area of what holds operands, and of all. */
export interface BlockArea {
  readonly operands: number;
  readonly total: number;
}

/** Areas of a block, whose registers are all alike. */
export function blockArea(cell: TriedCell, side: number, dataBits: number, netlist: Netlist): BlockArea {
  const clocked = netlist.instances.filter(({ cell: { register } }) => register !== undefined);
  const operands = (2 * side * tapsAClock(cell) * dataBits * netlistArea(netlist, true)) / clocked.length;
  return { operands, total: netlistArea(netlist) };
}

/**
 * Synthesizes a block.
 * @param side cells of a row, and of a column; from 1
 * @throws {Error} when operand registers were not merged
 */
export async function blockNetlist(
  cell: TriedCell,
  side: number,
  dataBits: number,
  technology: Technology,
): Promise<Netlist> {
  const folder = mkdtempSync(join(tmpdir(), 'berus block '));
  try {
    const path = join(folder, 'cell_block.v');
    writeFileSync(path, blockText(cell, side, dataBits));
    const netlist = await synthesize({ top: 'cell_block', sources: [path, ...triedSources()], ...technology });
    const { restBits = 0, sums = 1 } = cell;
    const expected = 2 * side * tapsAClock(cell) * dataBits + side ** 2 * (sums * sumBits(cell, dataBits) + restBits);
    const received = netlist.instances.filter(({ cell: { register } }) => register !== undefined).length;
    if (received !== expected) {
      throw new Error(`Expected ${side}x${side} ${cell.name} to have ${expected} registers, but received ${received}.`);
    }
    return netlist;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
