// SPDX-License-Identifier: Apache-2.0
// `berus cycles`: what a network takes on an array by the closed form, without running anything, beside SCALE-Sim.

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import { type Configuration, loadConfiguration, type Schedule } from '../compile/index.ts';
import {
  type Dataflow,
  dataflows,
  networkWorkload,
  readTopology,
  type ScheduleChoice,
  scheduleNetwork,
  scaleSimReports,
  timeline,
  topologyWorkload,
  type Workload,
} from '../cycles/index.ts';
import { networkNames, shippedNetworks, writeAllWhole } from '../network/index.ts';
import { cyclesText, type ImageZeros, makeCyclesReport, reportedLayers } from '../report/index.ts';
import { configOption } from './config-option.ts';
import { imageZeros, zerosOption } from './image-zeros.ts';
import { openModel } from './model-file.ts';
import { chosenNetwork } from './network-option.ts';
import { oneOf, wholeNumber } from './options.ts';
import { scheduleOption } from './schedule-option.ts';
import { checkOut } from './out-file.ts';
import { madeFolder } from './out-folder.ts';
import { jsonText, type Output } from './output.ts';
import { whileShown } from './progress.ts';

/** Images that may be asked for; sums stay exact. */
const MOST_IMAGES = 1_000_000;

interface CyclesOptions {
  readonly config: string;
  readonly images?: number;
  readonly schedule: ScheduleChoice;
  readonly data?: string;
  readonly dataflow: Dataflow;
  readonly reports?: string;
  readonly timeline?: string;
  readonly json?: boolean;
}

function workloadOf(named: string): Workload {
  if (named.endsWith('.csv')) return topologyWorkload(basename(named, '.csv'), readTopology(named));
  // Weights say how many planes a layer that multiplies takes.
  const shipped = shippedNetworks().includes(named);
  const described = networkNames.includes(named) || named.endsWith('.json') || !existsSync(named);
  if (described && !shipped) return networkWorkload(chosenNetwork(named));
  const { net, model } = openModel(named);
  return networkWorkload(net ?? model!.network);
}

/** What is counted, and its schedule: layers of a topology are no network, and keep their sums in the cells. */
function scheduled(
  choice: ScheduleChoice,
  workload: Workload,
  configuration: Configuration,
  images: number,
): { workload: Workload; schedule: Schedule } {
  if (workload.network === null) {
    if (choice === 'auto' || choice === 'output') return { workload, schedule: 'output' };
    throw new RangeError(`Expected --schedule to be output with a topology, but received ${choice}.`);
  }
  const { network, schedule } = scheduleNetwork(workload.network, configuration, images, choice);
  return { workload: network === workload.network ? workload : networkWorkload(network), schedule };
}

/** Writes what was asked for besides the text: all of it or nothing. */
function writeFiles(
  options: CyclesOptions,
  workload: Workload,
  configuration: Configuration,
  images: number,
  schedule: Schedule,
  zeros: ImageZeros | undefined,
): void {
  const files: [path: string, text: string][] = [];
  if (options.timeline !== undefined) {
    checkOut(options.timeline, '--timeline');
    const drawn = timeline(workload, configuration, images, { schedule, occupied: zeros?.occupied });
    files.push([options.timeline, `${JSON.stringify(drawn)}\n`]);
  }
  if (options.reports !== undefined) {
    const reports = scaleSimReports(reportedLayers(workload), configuration, options.dataflow);
    const folder = madeFolder(options.reports, '--reports');
    files.push(...reports.map(({ name, text }): [string, string] => [join(folder, name), text]));
  }
  writeAllWhole(files);
}

/** Adds `berus cycles` to the program. */
export function addCyclesCommand(program: Command, output: Output): void {
  program
    .command('cycles')
    .summary("count a network's cycles by the closed form, beside SCALE-Sim's")
    .description(
      'Counts the cycles of each layer on an array by the closed form that equals the RTL, beside what SCALE-Sim counts.',
    )
    .argument(
      '<network>',
      `${networkNames.join(', ')}, a .json file, a file of berus quantize or train, or a topology of SCALE-Sim (.csv)`,
    )
    .addOption(configOption())
    .addOption(scheduleOption())
    .option(
      '--images <n>',
      'images, a row of the array each, in batches (default: one batch that fills the rows)',
      wholeNumber('--images', 1, MOST_IMAGES),
    )
    .addOption(zerosOption())
    .option(
      '--dataflow <name>',
      "of SCALE-Sim's counts: os, ws or is",
      oneOf('--dataflow', () => dataflows),
      'os',
    )
    .option('--reports <folder>', "write SCALE-Sim's three report files there")
    .option('--timeline <file>', 'write the batches as a Chrome trace, for https://ui.perfetto.dev')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExample:\n  $ berus cycles resnet18.csv --config wide --reports reports --timeline trace.json',
    )
    .action(async (named: string, options: CyclesOptions) => {
      const configuration = loadConfiguration(options.config);
      const asked = workloadOf(named);
      const images = options.images ?? configuration.rows;
      const { dataflow, data } = options;
      const { workload, schedule } = scheduled(options.schedule, asked, configuration, images);
      const zeros = await whileShown(output, (progress) =>
        imageZeros({ network: workload.network, configuration, schedule, images, data }, progress),
      );
      const report = makeCyclesReport({
        workload,
        configName: options.config,
        configuration,
        images,
        schedule,
        zeros,
        dataflow,
      });
      writeFiles(options, workload, configuration, images, schedule, zeros);
      for (const warning of workload.warnings) output.err(`berus: ${warning}\n`);
      output.out(options.json ? jsonText(report) : cyclesText(report));
    });
}
