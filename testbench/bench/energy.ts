// SPDX-License-Identifier: Apache-2.0
// What adding in place of multiplying saves, measured: `npm run bench -- energy [cells] [taps] [arrays] [--liberty FILE]`,
// all three parts if none is named.
//
// cells: LUTs of an iCE40 and area in a standard-cell library of every cell that was tried.
// taps: energy of a tap in the smallest cells, gate by gate, with operands of real networks.
// arrays: the same in arrays of cells.

import { existsSync, readFileSync } from 'node:fs';
import { readLibrary } from '../../src/energy/gate/index.ts';
import { OSU018 } from '../support/osu018.ts';
import { arrayFigures } from './energy/arrays.ts';
import { cellFigures } from './energy/cells.ts';
import { tapFigures } from './energy/taps.ts';
import { type Measured, printFigures } from './support/figures.ts';
import { officialResnet20 } from './support/official.ts';

const COMMAND = 'npm run bench -- energy';

const note = (text: string): void => void process.stderr.write(`${text}\n`);
const args = process.argv.slice(2);
const named = (part: string): boolean =>
  args.includes(part) || !['cells', 'taps', 'arrays'].some((p) => args.includes(p));
const place = args.indexOf('--liberty');
const liberty = place < 0 ? OSU018 : (args[place + 1] ?? '');
const library = existsSync(liberty) ? readLibrary(readFileSync(liberty, 'utf8')) : undefined;
if (!library) note(`Expected ${liberty} (Debian package qflow-tech-osu018) to exist: what needs it is left out.`);

const figures: Measured[] = [];
if (named('cells')) figures.push(...(await cellFigures(library && { liberty, library }, note)));
if (library && (named('taps') || named('arrays'))) {
  const model = await officialResnet20();
  if (!model) note('no ResNet-20: its weights or CIFAR-10 are not at hand (docs/data.md)');
  if (named('taps')) figures.push(...(await tapFigures({ liberty, library }, model, note)));
  if (named('arrays')) figures.push(...(await arrayFigures({ liberty, library }, model, note)));
}
printFigures(figures.map((figure) => ({ ...figure, command: COMMAND })));
