// SPDX-License-Identifier: Apache-2.0
// Where the package's own files are: Verilog, configurations and shipped
// weights stay outside dist/, and this code runs both from there and from src/.

import { createRequire } from 'node:module';
import { dirname } from 'node:path';

/** Absolute folder of this package's package.json, which the package exports to itself. */
export function packageRoot(): string {
  return dirname(createRequire(import.meta.url).resolve('berus/package.json'));
}
