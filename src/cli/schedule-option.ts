// SPDX-License-Identifier: Apache-2.0
// `--schedule`: what stays in the array's cells.

import { Option } from 'commander';
import { SCHEDULES } from '../cycles/index.ts';
import { oneOf } from './options.ts';

/** The option `--schedule`. */
export function scheduleOption(): Option {
  return new Option(
    '--schedule <name>',
    'what stays in the cells: output, the sums of a batch; weight, the weights of one image after the other; layers, ' +
      'whichever suits each layer; auto, what takes the fewest clocks for the images',
  )
    .default('auto')
    .argParser(oneOf('--schedule', () => SCHEDULES));
}
