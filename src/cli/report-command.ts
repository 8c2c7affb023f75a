// SPDX-License-Identifier: Apache-2.0
// `berus report`: a page of what a network costs on an array.

import type { Command } from 'commander';
import { writeAllWhole } from '../network/index.ts';
import { makePage } from '../report/index.ts';
import { askOf, questionOf, type QuestionOptions } from './energy-question.ts';
import { checkOut } from './out-file.ts';
import { jsonText, type Output } from './output.ts';
import { whileShown } from './progress.ts';
import { version } from './version.ts';

interface ReportOptions extends QuestionOptions {
  readonly out?: string;
  readonly json?: boolean;
}

/** A word of a command line as a POSIX shell takes it. */
function shellWord(word: string): string {
  return /^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Adds `berus report` to the program. */
export function addReportCommand(program: Command, output: Output): void {
  askOf(program.command('report'))
    .summary('write a page of what a network costs on an array: cycles, energy, utilization')
    .description(
      'Writes one HTML page that needs nothing else: cycles by kind, energy beside the same array of minima and of multipliers, ' +
        'utilization of each cell, roofline, timeline, network, and where every figure comes from.',
    )
    .option('--out <file>', 'where it goes (default: berus-NETWORK-CONFIG.html)')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus report lenet5 --config wide --out lenet5.html')
    .action(async (name: string, options: ReportOptions) => {
      const { config, schedule, images, data } = options;
      if (options.out !== undefined) checkOut(options.out);
      const question = await whileShown(output, (progress) => questionOf(name, options, progress));
      const configName = config.replace(/^.*[\\/]/, '').replace(/\.json$/, '');
      const file = options.out ?? `berus-${question.network.network.name}-${configName}.html`;
      checkOut(file);
      const words = ['berus', 'report', name, '--config', config, '--schedule', schedule, '--images', String(images)];
      if (data !== undefined) words.push('--data', data);
      writeAllWhole([[file, makePage(question, words.map(shellWord).join(' '), version())]]);
      output.out(options.json ? jsonText({ network: question.network.network.name, config, out: file }) : `${file}\n`);
    });
}
