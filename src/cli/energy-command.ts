// SPDX-License-Identifier: Apache-2.0
// `berus energy`: what an inference costs, beside the same array of multipliers, without running anything.

import { join } from 'node:path';
import type { Command } from 'commander';
import { loadConfiguration } from '../compile/index.ts';
import { chooseSchedule, type ScheduleChoice } from '../cycles/index.ts';
import { accelergyFiles } from '../energy/index.ts';
import { writeAllWhole } from '../network/index.ts';
import { countedRun, type EnergyQuestion, energyCommandText, makeEnergyReport } from '../report/index.ts';
import { configOption } from './config-option.ts';
import { NETWORKS, openQuantized } from './model-file.ts';
import { wholeNumber } from './options.ts';
import { madeFolder } from './out-folder.ts';
import { jsonText, type Output } from './output.ts';
import { scheduleOption } from './schedule-option.ts';

interface EnergyOptions {
  readonly config: string;
  readonly schedule: ScheduleChoice;
  readonly images: number;
  readonly accelergy?: string;
  readonly json?: boolean;
}

/** Images that may be asked for; counts stay exact. */
const MOST_IMAGES = 1_000_000;

function questionOf(name: string, options: EnergyOptions): EnergyQuestion {
  const configuration = loadConfiguration(options.config);
  const network = openQuantized(name);
  const { images } = options;
  const schedule = options.schedule === 'auto' ? chooseSchedule(network, configuration, images) : options.schedule;
  return { network, configName: options.config, configuration, images, schedule };
}

/** Adds `berus energy` to the program. */
export function addEnergyCommand(program: Command, output: Output): void {
  program
    .command('energy')
    .summary("estimate a network's energy an image, beside the same array of multipliers")
    .description(
      'Estimates the energy of an inference as bands over published tables: by part and by layer, beside the same array ' +
        'with multipliers; and says whether memory hides what arithmetic gains, and from what reuse on it does not.',
    )
    .argument('<network>', `${NETWORKS.join(', ')}, or a file of berus quantize or train`)
    .addOption(configOption())
    .addOption(scheduleOption())
    .option('--images <n>', 'images that a loaded network is used for', wholeNumber('--images', 1, MOST_IMAGES), 1000)
    .option(
      '--accelergy <folder>',
      "write the counts and prices in Accelergy's forms there: action_counts.yaml, and an ERT for each table of arithmetic",
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus energy lenet5 --images 1000 --accelergy accelergy')
    .action((name: string, options: EnergyOptions) => {
      const question = questionOf(name, options);
      const run = countedRun(question);
      const report = makeEnergyReport(question, run);
      if (options.accelergy !== undefined) {
        const folder = madeFolder(options.accelergy, '--accelergy');
        writeAllWhole(accelergyFiles(run).map(({ name: file, text }): [string, string] => [join(folder, file), text]));
      }
      output.out(options.json ? jsonText(report) : energyCommandText(report));
    });
}
