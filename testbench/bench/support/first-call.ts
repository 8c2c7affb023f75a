// SPDX-License-Identifier: Apache-2.0
// A process that prints how long its first closed form takes, in milliseconds: argv are the sizes as JSON.

import type { Configuration } from '../../../src/compile/index.ts';
import { networkCounters } from '../../../src/cycles/index.ts';
import { resnet18 } from '../../../src/network/index.ts';

const sizes = JSON.parse(process.argv[2]!) as Configuration;
const start = performance.now();
networkCounters(resnet18, sizes, sizes.rows);
process.stdout.write(String(performance.now() - start));
