// SPDX-License-Identifier: Apache-2.0
// What `berus energy` and `berus report` are asked of: a network with its integers, an array, images.

import type { Command } from 'commander';
import { checkConfiguration, loadConfiguration } from '../compile/index.ts';
import { type ScheduleChoice, scheduleNetwork, skipsTaps } from '../cycles/index.ts';
import { withCells } from '../energy/index.ts';
import type { EnergyQuestion, MinimaZeros } from '../report/index.ts';
import { configOption } from './config-option.ts';
import { isBadInput } from './failure.ts';
import { firstBatchZeros, imageZeros, zerosOption, type ZerosQuestion } from './image-zeros.ts';
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

/**
 * Zeros for cells of minima beside those of distances. Where there are none to be had, by too few images or for want of a
 * compiler for the kernels, all else is answered.
 */
async function minimaZeros(question: ZerosQuestion, progress: Progress): Promise<MinimaZeros> {
  try {
    const configuration = checkConfiguration(withCells(question.configuration, 'minimum'));
    const { schedule, data } = question;
    const used = skipsTaps(configuration, schedule) ? data : undefined;
    return { zeros: await imageZeros({ ...question, configuration, data: used }, progress) };
  } catch (error) {
    if (!isBadInput(error)) throw error;
    return { fault: error };
  }
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
  const asked = { network, configuration, schedule, images };
  const zeros = await imageZeros({ ...asked, data: skipping }, progress);
  const firstBatch = compared ? firstBatchZeros(network, configuration, images, data) : undefined;
  const beside = compared && (configuration.cell ?? 'distance') === 'distance';
  const minima = beside ? await minimaZeros({ ...asked, data }, progress) : undefined;
  return { ...asked, configName: config, zeros, firstBatch, minima };
}
