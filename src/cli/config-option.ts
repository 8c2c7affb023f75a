// SPDX-License-Identifier: Apache-2.0
// `--config`: a named configuration or a file; what the file holds is checked when it is read.

import { Option } from 'commander';
import { configurationNames } from '../compile/index.ts';
import { oneOf } from './options.ts';

/** The option `--config`. */
export function configOption(): Option {
  return new Option(
    '--config <name>',
    'size of the array: a name in rtl/configs.json, or a .json file like one of its entries',
  )
    .default('default')
    .argParser((text) =>
      text.endsWith('.json') ? text : oneOf('--config', configurationNames, 'or a .json file')(text),
    );
}
