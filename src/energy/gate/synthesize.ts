// SPDX-License-Identifier: Apache-2.0
// A Verilog top by Yosys to the cells of a library. Twice, with the library's full adder and with gates alone, as
// neither is always the smaller; the smaller is taken.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFullAdder, fullAdderMap } from './full-adder.ts';
import type { Library } from './library.ts';
import { type Netlist, netlistArea, readNetlist } from './netlist.ts';
import { runTool } from './run-tool.ts';

/** What to synthesize. */
export interface Synthesis {
  readonly top: string;
  readonly sources: readonly string[];
  readonly parameters?: Readonly<Record<string, number>>;
  /** Path of the Liberty file. */
  readonly liberty: string;
  /** What is in it. */
  readonly library: Library;
}

function script(request: Synthesis, adders: string | undefined, json: string): string {
  const { top, sources, parameters = {}, liberty } = request;
  const sets = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
  return [
    `read_liberty -lib -ignore_miss_func "${liberty}"`,
    ...sources.map((path) => `read_verilog "${path}"`),
    ...(sets.length > 0 ? [`chparam ${sets.join(' ')} ${top}`] : []),
    `hierarchy -check -top ${top}`,
    'setattr -mod -unset keep_hierarchy',
    'proc',
    // Modules that are full adders are found by their names, so before they are dissolved.
    ...(adders === undefined ? [] : [`techmap -map "${adders}" t:full_adder`]),
    'flatten',
    'synth -run coarse:fine',
    ...(adders === undefined ? [] : ['maccmap', `techmap -map "${adders}"`]),
    'synth -run fine:check',
    `dfflibmap -liberty "${liberty}"`,
    `abc -liberty "${liberty}"`,
    'opt_clean -purge',
    `write_json "${json}"`,
  ].join('\n');
}

async function synthesizeWith(request: Synthesis, folder: string, adders: string | undefined): Promise<Netlist> {
  const [json, path] = [join(folder, 'netlist.json'), join(folder, 'script.ys')];
  await writeFile(path, script(request, adders, json));
  await runTool('yosys', ['-q', '-s', path], 'Debian package yosys');
  return readNetlist(await readFile(json, 'utf8'), request.top, request.library);
}

/** Synthesizes a Verilog top to the smaller netlist of two ways. */
export async function synthesize(request: Synthesis): Promise<Netlist> {
  const folder = await mkdtemp(join(tmpdir(), 'berus gates '));
  try {
    const gates = await synthesizeWith(request, folder, undefined);
    const adder = findFullAdder(request.library);
    if (!adder) return gates;
    const path = join(folder, 'full_adders.v');
    await writeFile(path, fullAdderMap(adder));
    const adders = await synthesizeWith(request, folder, path);
    return netlistArea(adders) < netlistArea(gates) ? adders : gates;
  } finally {
    await rm(folder, { recursive: true });
  }
}
