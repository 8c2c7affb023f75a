// SPDX-License-Identifier: Apache-2.0
// What `berus energy` and `berus report` are asked of: a network with its integers, an array, images.

import type { Command } from 'commander';
import { loadConfiguration } from '../compile/index.ts';
import { type ScheduleChoice, scheduleNetwork, skipsTaps } from '../cycles/index.ts';
import type { EnergyQuestion } from '../report/index.ts';
import { configOption } from './config-option.ts';
import { firstBatchZeros, imageZeros, zerosOption } from './image-zeros.ts';
import { NETWORKS, openQuantized } from './model-file.ts';
import { wholeNumber } from './options.ts';
import type { Progress } from './progress.ts';
import { scheduleOption } from './schedule-option.ts';

/** The options of a question. */
export interface QuestionOptions {
  readonly config: string;
  readonly schedule: ScheduleChoice;
  readonly images: number;
  readonly data?: string;
}

/** Images that may be asked for; counts stay exact. */
const MOST_IMAGES = 1_000_000;

/** Adds a question's argument and options to a command. */
export function askOf(command: Command): Command {
  return command
    .argument('<network>', `${NETWORKS}, or a file of berus quantize or train`)
    .addOption(configOption())
    .addOption(scheduleOption())
    .option('--images <n>', 'images that a loaded network is used for', wholeNumber('--images', 1, MOST_IMAGES), 1000)
    .addOption(zerosOption());
}

/** The question that was typed. */
export async function questionOf(
  name: string,
  { config, schedule: choice, images, data }: QuestionOptions,
  progress: Progress,
): Promise<EnergyQuestion> {
  const configuration = loadConfiguration(config);
  const { network, schedule } = scheduleNetwork(openQuantized(name), configuration, images, choice);
  // Cells of distances skip nothing; they are compared with minima, which do.
  const compared = configuration.cell !== 'product' && schedule === 'output';
  const skipping = skipsTaps(configuration, schedule) || !compared ? data : undefined;
  const zeros = await imageZeros({ network, configuration, schedule, images, data: skipping }, progress);
  const firstBatch = compared ? firstBatchZeros(network, configuration, images, data) : undefined;
  return { network, configName: config, configuration, images, schedule, zeros, firstBatch };
}
