// SPDX-License-Identifier: Apache-2.0
// How fast a netlist of library cells is between its registers, by OpenSTA: no wires, ideal clock.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { flatten, type Net, type Netlist } from '../../../src/energy/gate/index.ts';
import { runTool } from '../../../src/energy/gate/run-tool.ts';

const PERIOD = 100; // ns

const netText = (net: Net): string => (typeof net === 'number' ? `n[${net}]` : `1'b${net}`);

/** A netlist as Verilog of library cells. */
function structural(netlist: Netlist, top: string): string {
  const { ports, instances } = flatten(netlist);
  const largest = instances.reduce(
    (most, { pins }) =>
      [...pins.values()].reduce<number>((m, net) => (typeof net === 'number' && net > m ? net : m), most),
    0,
  );
  const clock = ports.find(({ name }) => name === 'clk')!.nets[0]!;
  const cells = instances.map(({ name, cell, pins }) => {
    const list = [...pins].map(([pin, net]) => `.${pin}(${net === clock ? 'clk' : netText(net)})`);
    return `${cell.name} ${name} (${list.join(', ')});`;
  });
  return [`module ${top} (clk);`, 'input clk;', `wire [${largest}:0] n;`, ...cells, 'endmodule', ''].join('\n');
}

/** The clock in MHz that the slowest path from register to register allows. */
export async function cellClock(netlist: Netlist, liberty: string): Promise<number> {
  // OpenSTA reads no script from a path with spaces.
  const folder = mkdtempSync(join(tmpdir(), 'berus-clock-'));
  try {
    const [verilog, script] = [join(folder, 'netlist.v'), join(folder, 'clock.tcl')];
    writeFileSync(verilog, structural(netlist, 'netlist'));
    const lines = [
      `read_liberty {${liberty}}`,
      `read_verilog {${verilog}}`,
      'link_design netlist',
      `create_clock -name clk -period ${PERIOD} [get_ports clk]`,
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
