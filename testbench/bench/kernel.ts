// SPDX-License-Identifier: Apache-2.0
// Figures of the kernels, each part in a process of its own.
//
// Options: --only PART[,PART]  --json

import { parseArgs } from 'node:util';
import { float } from './kernel/float.ts';
import { integers } from './kernel/integers.ts';
import { runScript } from './support/child.ts';
import { type Figure, type Measured, printFigures } from './support/figures.ts';

const COMMAND = 'npm run bench -- kernel';

const parts: Readonly<Record<string, () => Promise<Measured[]>>> = { float, integers };

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean' } } });
const chosen = values.only?.split(',') ?? Object.keys(parts);
const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  process.stderr.write(`Expected --only to name some of ${Object.keys(parts).join(', ')}, but received ${unknown}.\n`);
  process.exit(2);
}

const figures: Figure[] = [];
for (const name of chosen) {
  if (chosen.length === 1) {
    const measured = await parts[name]!();
    figures.push(...measured.map((figure) => ({ ...figure, command: `${COMMAND} --only ${name}` })));
  } else {
    process.stderr.write(`measuring ${name}\n`);
    const own = await runScript<{ figures: Figure[] }>(import.meta.filename, ['--only', name, '--json']);
    figures.push(...own.figures);
  }
}
printFigures(figures);
