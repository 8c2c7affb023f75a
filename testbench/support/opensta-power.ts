// SPDX-License-Identifier: Apache-2.0
// What OpenSTA says that counted toggles cost, net by net.
//
// Debian's OpenSTA (2.0.17) heeds activities at inputs of a design alone, and works out those of all other nets as if no
// two inputs of a gate had to do with each other; and where a gate is more than an AND or an OR of two inputs, it takes
// half of every way through it. So each way from an input to an output is priced as a cell with no other input
// (single-input-library.ts) and with an input of a design at it, which toggles as counted. Slews and loads are those that
// OpenSTA finds in the netlist as it is. Ways to an output share its toggles by how often their inputs toggle.
//
// This version adds the energies of a rise and of a fall where their mean is meant, but of what an input costs by itself
// it takes half. The first is made good here.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clocksOf } from '../../src/energy/gate/clocks.ts';
import type { FlatNetlist, Instance, Library } from '../../src/energy/gate/index.ts';
import { parseLiberty } from '../../src/energy/gate/liberty.ts';
import { runTool } from '../../src/energy/gate/run-tool.ts';
import { singleInputLibrary, type Way, wayName } from './single-input-library.ts';
import { inputNets, netName, structuralVerilog } from './structural-verilog.ts';

/** Clock period in ns; energies do not depend on it. */
const PERIOD = 100;

/** Energy of a clock in joules, but for the nets that inputs of the netlist drive. */
export interface OpenStaEnergy {
  /** Registers with their clock pins, and the nets that they drive. */
  readonly registers: number;
  /** All other cells and the nets that they drive. */
  readonly gates: number;
  /** Capacitance on each net that inputs of the netlist drive, in farads. */
  readonly inputLoads: ReadonlyMap<number, number>;
}

/** One way through a cell of the netlist. */
interface Priced {
  readonly name: string;
  readonly of: Instance;
  readonly way: Way;
  /** Toggles in a clock. */
  readonly rate: number;
  /** The net that the output drives. */
  readonly drives?: number;
}

/** Ways through a cell that something toggles by. */
function waysOf(of: Instance, rateOf: (net: number) => number): Priced[] {
  const { name, cell, pins } = of;
  const clock = cell.register?.clockedOn;
  const rate = (pin: string): number => {
    const net = pins.get(pin);
    return pin === clock ? 2 : typeof net === 'number' ? rateOf(net) : 0;
  };
  const all = cell.pins.flatMap(({ name: pin, direction, powers }): Priced[] => {
    if (direction === 'input') {
      if (powers.length === 0) return [];
      return [{ name: `${name}_${pin}`, of, way: { cell: cell.name, input: pin }, rate: rate(pin) }];
    }
    const drives = pins.get(pin);
    if (typeof drives !== 'number') return [];
    const inputs = powers.flatMap(({ from }) => from ?? []);
    const sum = inputs.reduce((total, input) => total + rate(input), 0);
    return inputs.map((input) => ({
      name: `${name}_${pin}_${input}`,
      of,
      way: { cell: cell.name, input, output: pin },
      rate: sum > 0 ? (rateOf(drives) * rate(input)) / sum : 0,
      drives,
    }));
  });
  return all.filter((one) => one.rate > 0);
}

const portOf = ({ name }: Priced): string => `${name}_port`;

/** A cell for each way, with ports at its pins. */
function waysVerilog(ways: readonly Priced[]): string {
  const inputs = ways.map(portOf);
  const outputs = ways.filter(({ drives }) => drives !== undefined).map(({ name }) => name);
  return [
    `module ways (clk, ${[...inputs, ...outputs].join(', ')});`,
    `input clk, ${inputs.join(', ')};`,
    `output ${outputs.join(', ')};`,
    ...ways.map((one) => {
      const { name, way } = one;
      const output = way.output === undefined ? '' : `, .${way.output}(${name})`;
      return `${wayName(way)} ${name}_cell (.${way.input}(${portOf(one)})${output});`;
    }),
    'endmodule',
    '',
  ].join('\n');
}

const PROCEDURES = `proc keep_slews {name pin} {
  foreach vertex [[get_pins $pin] vertices] {
    set ::slews($name) [list [lindex [$vertex slews rise] end] [lindex [$vertex slews fall] end]]
  }
}
proc keep_load {net} { set ::loads($net) [sta::Net_capacitance [get_nets $net] rise [sta::cmd_corner] max] }
proc give_slews {name unit} {
  foreach edge {-rise -fall} slew $::slews($name) {
    set_input_transition $edge [expr max(0.0, $slew / $unit)] [get_ports \${name}_port]
  }
}
proc give_load {name net unit} { set_load [expr $::loads($net) / $unit] [get_ports $name] }
proc toggle {name rate} { set_power_activity -input_ports [get_ports \${name}_port] -activity $rate -duty 0.5 }
proc report_way {name} {
  puts "takes $name [lrange [sta::instance_power [get_cell \${name}_cell] [sta::cmd_corner]] 0 1]"
}`;

/** What OpenSTA is to do in a folder with `netlist.v`, `ways.v` and `ways.lib`. */
function script(
  folder: string,
  liberty: string,
  { capacitanceUnit, timeUnit }: Library,
  clock: number,
  inputs: readonly number[],
  ways: readonly Priced[],
): string {
  const loads = new Set([...inputs, ...ways.flatMap(({ drives }) => drives ?? [])]);
  return [
    PROCEDURES,
    `read_liberty {${liberty}}`,
    `read_verilog {${join(folder, 'netlist.v')}}`,
    'link_design netlist',
    `create_clock -name clk -period ${PERIOD} [get_ports ${netName(clock)}]`,
    `set_input_delay 0 -clock clk [get_ports {${inputs.map(netName).join(' ')}}]`,
    ...ways.map(({ name, of, way }) => `keep_slews ${name} ${of.name}/${way.input}`),
    ...[...loads].map((net) => `keep_load ${netName(net)}`),
    `read_liberty {${join(folder, 'ways.lib')}}`,
    `read_verilog {${join(folder, 'ways.v')}}`,
    'link_design ways',
    `create_clock -name clk -period ${PERIOD} [get_ports clk]`,
    // Activity is in a clock of those that the inputs belong to.
    `set_input_delay 0 -clock clk [get_ports {${ways.map(portOf).join(' ')}}]`,
    ...ways.map(({ name }) => `give_slews ${name} ${timeUnit}`),
    ...ways.flatMap(({ name, drives }) =>
      drives === undefined ? [] : [`give_load ${name} ${netName(drives)} ${capacitanceUnit}`],
    ),
    ...ways.map(({ name, rate }) => `toggle ${name} ${rate}`),
    ...ways.map(({ name }) => `report_way ${name}`),
    ...inputs.map((net) => `puts "load ${net} $loads(${netName(net)})"`),
    '',
  ].join('\n');
}

/**
 * Energy of a netlist's toggles by OpenSTA.
 * @param netlist registers at the clock itself
 * @param liberty path of the library's file
 * @param toggles of each net in `clocks` clocks, without the clock's own
 * @throws {ToolError} when OpenSTA is not installed.
 */
export async function openStaEnergy(
  netlist: FlatNetlist,
  library: Library,
  liberty: string,
  toggles: ReadonlyMap<number, number>,
  clocks: number,
): Promise<OpenStaEnergy> {
  const { root } = clocksOf(netlist);
  const inputs = inputNets(netlist).filter((net) => net !== root);
  const ways = netlist.instances.flatMap((of) => waysOf(of, (net) => (toggles.get(net) ?? 0) / clocks));
  // OpenSTA reads no script from a path with spaces.
  const folder = await mkdtemp(join(tmpdir(), 'berus-power-'));
  try {
    const single = singleInputLibrary(
      parseLiberty(await readFile(liberty, 'utf8')),
      ways.map(({ way }) => way),
    );
    const path = join(folder, 'power.tcl');
    await writeFile(join(folder, 'netlist.v'), structuralVerilog(netlist, 'netlist'));
    await writeFile(join(folder, 'ways.lib'), single);
    await writeFile(join(folder, 'ways.v'), waysVerilog(ways));
    await writeFile(path, script(folder, liberty, library, root, inputs, ways));
    const report = await runTool('sta', ['-no_init', '-no_splash', '-exit', path], 'Debian package opensta');
    const told = (word: string): Map<string, number[]> =>
      new Map(
        report.split('\n').flatMap((line): [string, number[]][] => {
          const [first, name, ...values] = line.split(' ');
          return first === word ? [[name!, values.map(Number)]] : [];
        }),
      );
    const watts = told('takes');
    let [registers, gates] = [0, 0];
    for (const { name, of, drives } of ways) {
      const [internal, switching] = watts.get(name) ?? [];
      const joules = (internal! / (drives === undefined ? 1 : 2) + switching!) * PERIOD * 1e-9;
      if (!(joules >= 0)) throw new Error(`Expected OpenSTA to price ${name}, but received: ${report.trim()}`);
      if (of.cell.register) registers += joules;
      else gates += joules;
    }
    const inputLoads = new Map([...told('load')].map(([net, [farads]]) => [Number(net), farads!] as const));
    return { registers, gates, inputLoads };
  } finally {
    await rm(folder, { recursive: true });
  }
}
