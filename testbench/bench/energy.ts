// SPDX-License-Identifier: Apache-2.0
// What adding in place of multiplying saves, measured: `npm run bench -- energy [PARTS] [--liberty FILE]`, all parts if
// none is named.
//
// cells: LUTs of an iCE40 and area in a standard-cell library of every cell that was tried, and of the smallest where they
// share operand registers.
// taps: energy of a tap in single cells, gate by gate, with operands of real networks; --twin FILE is a float model
// of resnet20-cnn (`berus train resnet20-cnn --float FILE`) for its operands at 6 and 4 bits.
// shared: the same in cells that share operand registers with others.
// arrays: the same in arrays of cells of --sizes 4,8, in blocks of --reaches 1 cells, each of which takes --taps 1 taps in
// a clock, and their clock.
// folds: what follows the array: energy of a fold, and area of a lane.
// areas: look-up tables, registers, area and clock of cells and of arrays of --sizes 4,8, --reaches 1 and --taps 1, for the
// table of `berus report`;
// --out FILE.json writes it, --seeds N places N times.
// prices: what toggles of every cell cost by the toolkit, over what they cost by OpenSTA.
// fit: energies an event, fitted to arrays of --sizes 4,8, in blocks of --reaches 1 cells that take --taps 1 taps a clock, one
// table for each; --out FILE.json writes it for `berus energy --table`, where it is one.
// image: one whole image through a large array of gates, and how long that takes.

import { existsSync } from 'node:fs';
import { LibertyError, ToolError } from '../../src/energy/gate/index.ts';
import { openLibrary } from '../../src/energy/measure/index.ts';
import { readFloat } from '../../src/network/index.ts';
import { OSU018 } from '../support/osu018.ts';
import { areaFigures } from './energy/areas.ts';
import { arrayFigures } from './energy/arrays.ts';
import { cellFigures } from './energy/cells.ts';
import { foldFigures } from './energy/folds.ts';
import { fitFigures } from './energy/fit.ts';
import { priceFigures } from './energy/prices.ts';
import { sharedTapFigures } from './energy/shared-taps.ts';
import { tapFigures } from './energy/taps.ts';
import { imageFigures } from './energy/image.ts';
import { type Measured, printFigures } from './support/figures.ts';
import { officialResnet20 } from './support/official.ts';

const COMMAND = 'npm run bench -- energy';

const note = (text: string): void => void process.stderr.write(`${text}\n`);
const args = process.argv.slice(2);
const PARTS = ['cells', 'areas', 'prices', 'taps', 'shared', 'arrays', 'folds', 'fit', 'image'];
const named = (part: string): boolean => args.includes(part) || !PARTS.some((p) => args.includes(p));
const option = (name: string): string | undefined => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined);
const liberty = option('--liberty') ?? OSU018;

async function measure(): Promise<Measured[]> {
  const library = existsSync(liberty) ? openLibrary(liberty) : undefined;
  if (!library) note(`Expected ${liberty} (Debian package qflow-tech-osu018) to exist: what needs it is left out.`);
  const figures: Measured[] = [];
  if (named('cells')) figures.push(...(await cellFigures(library && { liberty, library }, note)));
  const sizes = (option('--sizes') ?? '4,8').split(',').map(Number);
  const reaches = (option('--reaches') ?? '1').split(',').map(Number);
  const taps = (option('--taps') ?? '1').split(',').map(Number);
  const out = option('--out');
  if (library && named('areas')) {
    const seeds = Number(option('--seeds') ?? 3);
    figures.push(
      ...(await areaFigures(
        { liberty, library },
        { sizes, reaches, taps, seeds, out: named('fit') ? undefined : out },
        note,
      )),
    );
  }
  if (library && named('prices')) figures.push(...(await priceFigures({ liberty, library }, note)));
  if (library && named('image')) figures.push(...(await imageFigures({ liberty, library }, note)));
  if (library && ['taps', 'shared', 'arrays', 'folds', 'fit'].some(named)) {
    const model = await officialResnet20();
    const twin = option('--twin');
    if (!model) note('no ResNet-20: its weights or CIFAR-10 are not at hand (docs/data.md)');
    const models = { official: model, twin: twin === undefined ? undefined : readFloat(twin) };
    if (named('taps')) figures.push(...(await tapFigures({ liberty, library }, models, note)));
    if (named('shared')) figures.push(...(await sharedTapFigures({ liberty, library }, models, note)));
    if (named('arrays')) {
      figures.push(...(await arrayFigures({ liberty, library }, model, { sizes, reaches, taps }, note)));
    }
    if (named('folds')) figures.push(...(await foldFigures({ liberty, library }, model, note)));
    if (named('fit')) {
      const all = reaches.flatMap((reach) => taps.map((tapsPerClock) => ({ reach, tapsPerClock })));
      if (all.length > 1 && out !== undefined) note('several tables are fitted: none is written');
      const file = all.length === 1 ? out : undefined;
      for (const one of all) {
        figures.push(...(await fitFigures({ liberty, library }, model, { sizes, out: file, ...one }, note)));
      }
    }
  }
  return figures;
}

try {
  printFigures((await measure()).map((figure) => ({ ...figure, command: COMMAND })));
} catch (error) {
  if (!(error instanceof LibertyError || error instanceof ToolError)) throw error;
  note(error.message);
  process.exitCode = 1;
}
