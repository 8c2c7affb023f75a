// SPDX-License-Identifier: Apache-2.0
// `berus energy`: what an inference costs, beside the same array of minima and of multipliers, without running anything but
// gates, and the kernels that know what is 0.

import { join } from 'node:path';
import type { Command } from 'commander';
import { accelergyFiles } from '../energy/index.ts';
import { writeAllWhole } from '../network/index.ts';
import { countedRun, energyCommandText, makeEnergyReport } from '../report/index.ts';
import { askOf, questionOf, type QuestionOptions } from './energy-question.ts';
import { checkGateOptions, type GateOptions, gateOptions, gateTable } from './gate-table.ts';
import { madeFolder } from './out-folder.ts';
import { jsonText, type Output } from './output.ts';
import { whileShown } from './progress.ts';

interface EnergyOptions extends QuestionOptions, GateOptions {
  readonly data?: string;
  readonly accelergy?: string;
  readonly json?: boolean;
}

/** Adds `berus energy` to the program. */
export function addEnergyCommand(program: Command, output: Output): void {
  const command = askOf(program.command('energy'))
    .summary("estimate a network's energy an image, beside the same array of minima and of multipliers")
    .description(
      'Estimates the energy of an inference as bands over published tables: by part and by layer, beside the same array ' +
        'with minima and with multipliers; and says whether memory hides what arithmetic gains, and from what reuse on it does not.',
    )
    .option(
      '--accelergy <folder>',
      "write the counts and prices in Accelergy's forms there: action_counts.yaml, and an ERT for each table of arithmetic",
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  $ berus energy lenet5 --images 1000 --accelergy accelergy' +
        '\n  $ berus energy lenet5 --liberty cells.lib --save-table cells.json',
    )
    .action(async (name: string, options: EnergyOptions) => {
      checkGateOptions(options);
      const [question, { table, fault }] = await whileShown(output, async (progress) => {
        const asked = await questionOf(name, options, progress);
        return [asked, await gateTable(asked, options, progress)] as const;
      });
      const run = countedRun(question);
      const report = makeEnergyReport(question, run, table, fault && [fault.message]);
      if (options.accelergy !== undefined) {
        const folder = madeFolder(options.accelergy, '--accelergy');
        writeAllWhole(accelergyFiles(run).map(({ name: file, text }): [string, string] => [join(folder, file), text]));
      }
      output.out(options.json ? jsonText(report) : energyCommandText(report));
      // The report says what it lacks; the exit code says that it was not all that was asked for.
      if (fault !== undefined) throw fault;
    });
  for (const option of gateOptions()) command.addOption(option);
}
