// SPDX-License-Identifier: Apache-2.0
// `berus energy`: what an inference costs, beside the same array of multipliers, without running anything.

import { join } from 'node:path';
import type { Command } from 'commander';
import { accelergyFiles, type MeasuredTable, measuredTableNames, readMeasuredTable } from '../energy/index.ts';
import { writeAllWhole } from '../network/index.ts';
import { countedRun, energyCommandText, makeEnergyReport } from '../report/index.ts';
import { askOf, questionOf, type QuestionOptions } from './energy-question.ts';
import { oneOf } from './options.ts';
import { madeFolder } from './out-folder.ts';
import { jsonText, type Output } from './output.ts';
import { whileShown } from './progress.ts';

/** The table of measured energies that an option names; undefined for published tables alone. */
function measuredTable(name: string): MeasuredTable | undefined {
  if (name.endsWith('.json')) return readMeasuredTable(name);
  const chosen = oneOf('--table', () => ['published', ...measuredTableNames()], 'or a .json file')(name);
  return chosen === 'published' ? undefined : readMeasuredTable(chosen);
}

interface EnergyOptions extends QuestionOptions {
  readonly accelergy?: string;
  readonly table?: MeasuredTable;
  readonly json?: boolean;
}

/** Adds `berus energy` to the program. */
export function addEnergyCommand(program: Command, output: Output): void {
  askOf(program.command('energy'))
    .summary("estimate a network's energy an image, beside the same array of multipliers")
    .description(
      'Estimates the energy of an inference as bands over published tables: by part and by layer, beside the same array ' +
        'with multipliers; and says whether memory hides what arithmetic gains, and from what reuse on it does not.',
    )
    .option(
      '--accelergy <folder>',
      "write the counts and prices in Accelergy's forms there: action_counts.yaml, and an ERT for each table of arithmetic",
    )
    .option(
      '--table <name>',
      'a table of energies measured in gates, by which the array alone is priced beside the published ones: a name, or a .json file',
      measuredTable,
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus energy lenet5 --images 1000 --accelergy accelergy')
    .action(async (name: string, options: EnergyOptions) => {
      const question = await whileShown(output, (progress) => questionOf(name, options, progress));
      const run = countedRun(question);
      const report = makeEnergyReport(question, run, options.table);
      if (options.accelergy !== undefined) {
        const folder = madeFolder(options.accelergy, '--accelergy');
        writeAllWhole(accelergyFiles(run).map(({ name: file, text }): [string, string] => [join(folder, file), text]));
      }
      output.out(options.json ? jsonText(report) : energyCommandText(report));
    });
}
