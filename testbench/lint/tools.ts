// SPDX-License-Identifier: Apache-2.0
// How each tool is asked what it finds in a Verilog design.

import { spawnSync } from 'node:child_process';

/** Parameters of a top module. */
export type Parameters = Readonly<Record<string, number>>;

/** What a tool said. */
export interface Outcome {
  readonly status: number;
  /** Everything printed, without what a clean run prints too. */
  readonly messages: string;
}

function run(command: string, args: readonly string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (error) throw error;
  return { status: status ?? -1, messages: `${stdout}${stderr}`.trim() };
}

/** The three tools that must find nothing, each with all its warnings. */
export const TOOLS: Readonly<
  Record<string, (top: string, parameters: Parameters, sources: readonly string[]) => Outcome>
> = {
  verilator: (top, parameters, sources) => {
    const sets = Object.entries(parameters).map(([name, value]) => `-G${name}=${value}`);
    return run('verilator', ['--lint-only', '-Wall', '--top-module', top, ...sets, ...sources]);
  },
  icarus: (top, parameters, sources) => {
    const sets = Object.entries(parameters).map(([name, value]) => `-P${top}.${name}=${value}`);
    return run('iverilog', ['-g2005', '-Wall', '-t', 'null', '-s', top, ...sets, ...sources]);
  },
  yosys: (top, parameters, sources) => {
    const sets = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
    const read = sources.map((path) => `read_verilog -defer "${path}"`);
    const set = sets.length > 0 ? [`chparam ${sets.join(' ')} ${top}`] : [];
    const script = [...read, ...set, `hierarchy -check -top ${top}`, 'proc', 'check -assert'].join('; ');
    return run('yosys', ['-q', '-p', script]);
  },
};
