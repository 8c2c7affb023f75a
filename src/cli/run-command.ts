// SPDX-License-Identifier: Apache-2.0
// `berus run`: inference on a device, every code compared with the reference, and the report.

import type { Command } from 'commander';
import { loadConfiguration } from '../compile/index.ts';
import { loadDataFor } from '../data/index.ts';
import { createDevice, DEVICE_LEVELS, type DeviceLevel } from '../device/index.ts';
import { pixelCodes } from '../quantize/index.ts';
import { makeRunReport, type RunReport, runText } from '../report/index.ts';
import { configOption } from './config-option.ts';
import { dataOption, firstImages, imagesOption } from './data-option.ts';
import { inferInParts, partSize } from './infer-in-parts.ts';
import { NETWORKS, openQuantized } from './model-file.ts';
import { oneOf } from './options.ts';
import { jsonText, type Output } from './output.ts';
import { createProgress, type Progress } from './progress.ts';

interface RunOptions {
  readonly config: string;
  readonly device: DeviceLevel;
  readonly images?: string;
  readonly data?: string;
  readonly weights?: string;
  readonly json?: boolean;
}

async function run(name: string, options: RunOptions, progress: Progress): Promise<RunReport> {
  const configuration = loadConfiguration(options.config);
  const network = openQuantized(name, options.weights);
  const test = loadDataFor(network.network, options.data, 'test');
  const { labels, images, count } = firstImages(test, options.images, 100);
  const codes = pixelCodes(images, network.imageBits);
  const size = partSize(configuration.rows);
  const infer = async (level: DeviceLevel, what: string): Promise<Awaited<ReturnType<typeof inferInParts>>> => {
    using device = await createDevice(level, network, { configuration, onProgress: progress.note });
    return await inferInParts(device, codes, count, size, (done) =>
      progress.update(`${what}: ${done} of ${count} images`),
    );
  };
  const inference = await infer(options.device, options.device);
  const { maps } = options.device === 'reference' ? inference : await infer('reference', 'checking');
  return makeRunReport({
    network: network.network,
    configName: options.config,
    configuration,
    device: options.device,
    inference,
    expected: maps,
    labels,
  });
}

/** Adds `berus run` to the program; `finish` takes the exit code. */
export function addRunCommand(program: Command, output: Output, finish: (code: number) => void): void {
  program
    .command('run')
    .summary('run a network on a device and check every integer')
    .description('Runs a network on test images and compares every code of every layer with the reference.')
    .argument('<network>', `${NETWORKS.join(', ')}, or a file of berus quantize or train`)
    .addOption(configOption())
    .option(
      '--device <level>',
      DEVICE_LEVELS.join(', '),
      oneOf('--device', () => DEVICE_LEVELS),
      'rtl',
    )
    .addOption(imagesOption('100'))
    .addOption(dataOption())
    .option('--weights <file>', 'quantized weights in place of the shipped ones')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus run lenet5 --config wide --images 1000 --json')
    .action(async (name: string, options: RunOptions) => {
      const progress = createProgress(output);
      try {
        const report = await run(name, options, progress);
        progress.end();
        output.out(options.json ? jsonText(report) : runText(report));
        finish(report.bitExact ? 0 : 1);
      } finally {
        progress.end();
      }
    });
}
