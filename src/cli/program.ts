// SPDX-License-Identifier: Apache-2.0
// The commands of `berus`, and what every one of them has in common.

import { Command } from 'commander';
import { addCyclesCommand } from './cycles-command.ts';
import { addEnergyCommand } from './energy-command.ts';
import { addEvalCommand } from './eval-command.ts';
import { addExportCommand } from './export-command.ts';
import { endingOf } from './failure.ts';
import { addFlashCommand } from './flash-command.ts';
import { addFpgaCommand } from './fpga-command.ts';
import { addImportCommand } from './import-command.ts';
import type { Output } from './output.ts';
import { addQuantizeCommand } from './quantize-command.ts';
import { addReportCommand } from './report-command.ts';
import { addRunCommand } from './run-command.ts';
import { addSimCommand } from './sim-command.ts';
import { addTrainCommand } from './train-command.ts';
import { version } from './version.ts';

/** Runs one command line and gives its exit code. */
export async function runCli(args: readonly string[], output: Output): Promise<number> {
  let code = 0;
  const finish = (result: number): void => {
    code = result;
  };
  // Commands take these settings over from their parent when they are added.
  const program = new Command('berus')
    .description('Co-design of adder networks: train them, and run them on a simulated Verilog array.')
    .version(version())
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: output.err, outputError: () => undefined })
    .configureHelp({ helpWidth: 100 });
  addRunCommand(program, output, finish);
  addTrainCommand(program, output);
  addImportCommand(program, output);
  addExportCommand(program, output);
  addQuantizeCommand(program, output);
  addEvalCommand(program, output);
  addCyclesCommand(program, output);
  addEnergyCommand(program, output);
  addFpgaCommand(program, output, finish);
  addFlashCommand(program, output);
  addReportCommand(program, output);
  addSimCommand(program, output);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    const ending = endingOf(error);
    if (ending.text !== '') output.err(`berus: ${ending.text}\n`);
    return ending.code;
  }
}
