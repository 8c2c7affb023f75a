// SPDX-License-Identifier: Apache-2.0
// A Verilog top by Yosys to the cells of a library. Twice, with the library's full adder and with gates alone, as
// neither is always the smaller; the smaller is taken. A module may stay whole, to be synthesized once for all its
// copies; all others are dissolved.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFullAdder, fullAdderMap } from './full-adder.ts';
import type { Library } from './library.ts';
import { type Netlist, netlistArea, readNetlist } from './netlist.ts';
import { runTool } from './run-tool.ts';
import { specialize } from './specialize.ts';

/** What to synthesize. */
export interface Synthesis {
  readonly top: string;
  readonly sources: readonly string[];
  readonly parameters?: Readonly<Record<string, number>>;
  /** A module that stays whole. @defaultValue none */
  readonly block?: string;
  /** Path of the Liberty file. */
  readonly liberty: string;
  /** What is in it. */
  readonly library: Library;
}

/** Reads a design, in which all but the block is dissolved. */
function designScript({ top, sources, parameters = {}, block }: Synthesis, adders: string | undefined): string[] {
  const sets = Object.entries(parameters).map(([name, value]) => `-set ${name} ${value}`);
  return [
    ...sources.map((path) => `read_verilog "${path}"`),
    ...(sets.length > 0 ? [`chparam ${sets.join(' ')} ${top}`] : []),
    `hierarchy -check -top ${top}`,
    'setattr -mod -unset keep_hierarchy',
    ...(block === undefined ? [] : [`setattr -mod -set keep_hierarchy 1 ${block} *\\${block} *\\${block}\\*`]),
    'proc',
    // Modules that are full adders are found by their names, so before they are dissolved.
    ...(adders === undefined ? [] : [`techmap -map "${adders}" t:full_adder`]),
    'flatten',
  ];
}

/** From a design to a netlist. */
function gatesScript({ liberty }: Synthesis, adders: string | undefined, json: string): string[] {
  return [
    'synth -run coarse:fine',
    ...(adders === undefined ? [] : ['maccmap', `techmap -map "${adders}"`]),
    'synth -run fine:check',
    `dfflibmap -liberty "${liberty}"`,
    `abc -liberty "${liberty}"`,
    'opt_clean -purge',
    `write_json "${json}"`,
  ];
}

const PACKAGE = 'Debian package yosys';

/** Yosys's name and version, as in `Yosys 0.23`. */
export async function yosysVersion(): Promise<string> {
  const text = await runTool('yosys', ['-V'], PACKAGE);
  return /^Yosys \S+/.exec(text)?.[0] ?? text.trim();
}

async function runYosys(folder: string, lines: readonly string[]): Promise<void> {
  const path = join(folder, 'script.ys');
  await writeFile(path, lines.join('\n'));
  await runTool('yosys', ['-q', '-s', path], PACKAGE);
}

async function synthesizeWith(request: Synthesis, folder: string, adders: string | undefined): Promise<Netlist> {
  const { top, liberty, library, block } = request;
  const json = join(folder, 'netlist.json');
  const cells = `read_liberty -lib -ignore_miss_func "${liberty}"`;
  const gates = gatesScript(request, adders, json);
  if (block === undefined) {
    await runYosys(folder, [cells, ...designScript(request, adders), ...gates]);
  } else {
    await runYosys(folder, [...designScript(request, adders), 'opt', `write_json "${json}"`]);
    await writeFile(json, specialize(await readFile(json, 'utf8'), block));
    await runYosys(folder, [cells, `read_json "${json}"`, ...gates]);
  }
  return readNetlist(await readFile(json, 'utf8'), top, library, block);
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
