// SPDX-License-Identifier: Apache-2.0
// Figures of berus/sim, each measured in turns with a plain C++ program where
// there is one that does the same. Every part has a process of its own: what one
// leaves behind, compiled JavaScript and memory, must not touch the next.
//
// Options: --only PART[,PART]  --json

import { parseArgs } from 'node:util';
import { builds } from './sim/builds.ts';
import { counter } from './sim/counter.ts';
import { note } from './sim/designs.ts';
import { instances } from './sim/instances.ts';
import { mixed } from './sim/mixed.ts';
import { off } from './sim/off.ts';
import { ports } from './sim/ports.ts';
import { published } from './sim/published.ts';
import { cluster, soc } from './sim/soc.ts';
import { state } from './sim/state.ts';
import { tasks } from './sim/tasks.ts';
import { runScript } from './support/child.ts';
import { printFigures, type Figure, type Measured } from './support/figures.ts';

const COMMAND = 'npm run bench -- sim --only';

const parts: Readonly<Record<string, () => Promise<Measured[]>>> = {
  ports,
  soc,
  cluster,
  counter,
  mixed,
  tasks,
  builds,
  instances,
  state,
  off,
};

const { values } = parseArgs({ options: { only: { type: 'string' }, json: { type: 'boolean' } } });
const chosen = values.only?.split(',') ?? Object.keys(parts);
const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  note(`Expected --only to name some of ${Object.keys(parts).join(', ')}, but received ${unknown}.`);
  process.exit(2);
}

const figures: Figure[] = [];
for (const name of chosen) {
  if (chosen.length === 1) {
    const measured = await parts[name]!();
    figures.push(...measured.map((figure) => ({ ...figure, command: `${COMMAND} ${name}` })));
  } else {
    note(`measuring ${name}`);
    const own = await runScript<{ figures: Figure[] }>(import.meta.filename, ['--only', name, '--json']);
    figures.push(...own.figures);
  }
}

if (values.json === true) {
  process.stdout.write(`${JSON.stringify({ figures, published }, undefined, 2)}\n`);
} else {
  printFigures(figures);
  process.stdout.write('\nPublished by others, not measured here:\n');
  for (const { name, value, source } of published) process.stdout.write(`${name}: ${value}  (${source})\n`);
}
