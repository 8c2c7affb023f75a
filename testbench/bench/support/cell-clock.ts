// SPDX-License-Identifier: Apache-2.0
// How fast a netlist of library cells is between its registers, by OpenSTA: no wires, ideal clock, inputs that change with
// the clock, as those of registers outside would but for their own delay.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flatten, type Netlist } from '../../../src/energy/gate/index.ts';
import { clocksOf } from '../../../src/energy/gate/clocks.ts';
import { runTool } from '../../../src/energy/gate/run-tool.ts';
import { netName, structuralVerilog } from '../../support/structural-verilog.ts';

const PERIOD = 100; // ns

/** The clock in MHz that the slowest path to a register allows. */
export async function cellClock(netlist: Netlist, liberty: string): Promise<number> {
  // OpenSTA reads no script from a path with spaces.
  const folder = mkdtempSync(join(tmpdir(), 'berus-clock-'));
  try {
    const [verilog, script] = [join(folder, 'netlist.v'), join(folder, 'clock.tcl')];
    const flat = flatten(netlist);
    writeFileSync(verilog, structuralVerilog(flat, 'netlist'));
    const lines = [
      `read_liberty {${liberty}}`,
      `read_verilog {${verilog}}`,
      'link_design netlist',
      `create_clock -name clk -period ${PERIOD} [get_ports ${netName(clocksOf(flat).root)}]`,
      'set_input_delay 0 -clock clk [all_inputs]',
      'report_checks -digits 4',
    ];
    writeFileSync(script, `${lines.join('\n')}\n`);
    const report = await runTool('sta', ['-no_init', '-no_splash', '-exit', script], 'Debian package opensta');
    const slack = Number(/(-?[\d.]+)\s+slack \(/.exec(report)?.[1]);
    if (!(slack < PERIOD)) throw new Error(`Expected OpenSTA to report a slack, but received: ${report.trim()}`);
    return 1e3 / (PERIOD - slack);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
