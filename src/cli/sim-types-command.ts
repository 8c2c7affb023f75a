// SPDX-License-Identifier: Apache-2.0
// `berus sim types`: TypeScript declarations of a Verilog module.

import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  describeDesign,
  designTypes,
  findSignal,
  parameterValue,
  type Design,
  type FoundSignal,
  type ParameterType,
} from '../../sim/index.ts';
import { readPairs } from './options.ts';
import { checkOut } from './out-file.ts';
import { jsonText, type Output } from './output.ts';
import { createProgress } from './progress.ts';

interface SimTypesOptions {
  readonly source?: readonly string[];
  readonly include?: readonly string[];
  readonly param?: readonly string[];
  readonly define?: readonly string[];
  readonly expose?: readonly string[];
  readonly out?: string;
  readonly json?: boolean;
}

/** Milliseconds between two looks at whether it is time to say something. */
const LOOK = 250;

async function describe(top: string, options: SimTypesOptions): Promise<Design> {
  const { source = [], include = [], param = [], define = [], expose = [] } = options;
  if (source.length === 0) {
    throw new RangeError('Expected --source to name at least one Verilog file, but received none.');
  }
  const params = readPairs('--param', param).map(([name, text]) => [name, parameterValue(text)] as const);
  const defines = readPairs('--define', define, true).map(([name, text]) => [name, text ?? true] as const);
  return describeDesign({
    top,
    sources: source.map((path) => resolve(path)),
    includeDirs: include.map((path) => resolve(path)),
    params: Object.fromEntries(params),
    defines: Object.fromEntries(defines),
    expose,
    // What lint says is told by a build.
    verilatorFlags: ['-Wno-fatal'],
  });
}

// JSON has no bigints: those are strings of digits.
function reportOf({ top, ports, params, files }: Design, exposed: readonly FoundSignal[], out?: string): object {
  return {
    top,
    ...(out === undefined ? {} : { out }),
    ports,
    params: params.map((one: ParameterType) => ({
      ...one,
      value: typeof one.value === 'bigint' ? `${one.value}` : one.value,
    })),
    exposed: exposed.map(({ name, width, signed, dims }) => ({ name, width, signed, dims })),
    files,
  };
}

/** Adds `berus sim types` to `berus sim`. */
export function addSimTypesCommand(sim: Command, output: Output): void {
  sim
    .command('types')
    .summary('write TypeScript declarations of a Verilog module')
    .description('Writes an interface with the ports and parameters of a Verilog module, for build<…>() of berus/sim.')
    .argument('<top>', 'name of the module')
    .option('--source <file...>', 'Verilog files')
    .option('--include <folder...>', 'folders of included files, and of modules that no file given holds')
    .option('--param <name=value...>', 'parameters of the module; they can change what it has')
    .option('--define <name=value...>', 'macros; without =value one is only defined')
    .option('--expose <path...>', 'internal signals to declare, for example ctl_u.state')
    .option('--out <file>', 'file to write (default: print the text)')
    .option('--json', 'print one JSON object that describes the module')
    .addHelpText(
      'after',
      '\nExample:\n  $ berus sim types fifo --source rtl/fifo.v --expose count --out test/fifo.d.ts',
    )
    .action(async (top: string, options: SimTypesOptions) => {
      const { out } = options;
      if (out !== undefined) checkOut(out);
      const progress = createProgress(output);
      const timer = setInterval(() => progress.update(`Verilator reads ${top}`), LOOK);
      try {
        const design = await describe(top, options);
        const exposed = (options.expose ?? []).map((path) => findSignal(design, path));
        const text = designTypes(design, exposed);
        progress.end();
        if (out !== undefined) writeFileSync(out, text);
        if (options.json) output.out(jsonText(reportOf(design, exposed, out)));
        else output.out(out === undefined ? text : `wrote ${out}\n`);
      } finally {
        clearInterval(timer);
        progress.end();
      }
    });
}
