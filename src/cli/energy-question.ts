// SPDX-License-Identifier: Apache-2.0
// What `berus energy` and `berus report` are asked of: a network with its integers, an array, images.

import type { Command } from 'commander';
import { loadConfiguration } from '../compile/index.ts';
import { chooseSchedule, type ScheduleChoice } from '../cycles/index.ts';
import type { EnergyQuestion } from '../report/index.ts';
import { configOption } from './config-option.ts';
import { NETWORKS, openQuantized } from './model-file.ts';
import { wholeNumber } from './options.ts';
import { scheduleOption } from './schedule-option.ts';

/** The options of a question. */
export interface QuestionOptions {
  readonly config: string;
  readonly schedule: ScheduleChoice;
  readonly images: number;
}

/** Images that may be asked for; counts stay exact. */
const MOST_IMAGES = 1_000_000;

/** Adds a question's argument and options to a command. */
export function askOf(command: Command): Command {
  return command
    .argument('<network>', `${NETWORKS.join(', ')}, or a file of berus quantize or train`)
    .addOption(configOption())
    .addOption(scheduleOption())
    .option('--images <n>', 'images that a loaded network is used for', wholeNumber('--images', 1, MOST_IMAGES), 1000);
}

/** The question that was typed. */
export function questionOf(name: string, { config, schedule: choice, images }: QuestionOptions): EnergyQuestion {
  const configuration = loadConfiguration(config);
  const network = openQuantized(name);
  const schedule = choice === 'auto' ? chooseSchedule(network, configuration, images) : choice;
  return { network, configName: config, configuration, images, schedule };
}
