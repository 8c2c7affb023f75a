// SPDX-License-Identifier: Apache-2.0
// `--config`: a named configuration or a file; what the file holds is checked when it is read.

import { configurationNames } from '../compile/index.ts';
import { oneOf } from './options.ts';

/** Reads `--config`, for commander. */
export function configOption(text: string): string {
  return text.endsWith('.json') ? text : oneOf('--config', configurationNames, 'or a .json file')(text);
}
