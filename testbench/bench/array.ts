// SPDX-License-Identifier: Apache-2.0
// How fast the adder array by itself is simulated, all cells in use in every
// clock, and how fast a plain C++ loop sums the same distances.

import { join } from 'node:path';
import { rtlSources } from '../../src/device/index.ts';
import { packageRoot } from '../../src/network/index.ts';
import { build } from '../../sim/index.ts';
import { type Measured, median, printFigures } from './support/figures.ts';
import { startPlain } from './support/plain-program.ts';

const COMMAND = 'npm run bench -- array';
const TURNS = 9;
const SADS = 20_000_000; // a turn

const ARRAYS = [
  { size: 4, cell: 0, name: '4x4' },
  { size: 16, cell: 0, name: '16x16' },
  { size: 16, cell: 1, name: '16x16 of minima' },
  { size: 32, cell: 0, name: '32x32' },
] as const;

const note = (text: string): void => void process.stderr.write(`${text}\n`);

async function measure({ size, cell, name }: (typeof ARRAYS)[number]): Promise<Measured[]> {
  const model = await build({
    top: 'adder_array',
    sources: rtlSources().filter((path) => /adder_(array|row)\.v$/.test(path)),
    params: { ROWS: size, COLUMNS: size, CELL: cell },
    flags: ['-O3', '-march=native'],
    onProgress: note,
  });
  const source = join(packageRoot(), 'testbench', 'bench', 'native', 'array-main.cpp');
  using program = await startPlain({ model, source, onProgress: note });
  const clocks = Math.round(SADS / size ** 2);
  const turns: { array: number; plain: number }[] = [];
  for (let turn = 0; turn <= TURNS; turn++) {
    const array = (await program.ask('array', clocks)).seconds;
    const plain = (await program.ask('plain', clocks)).seconds;
    if (turn > 0) turns.push({ array, plain });
  }
  const seconds = Math.min(...turns.map(({ array }) => array));
  const ratio = median(turns.map(({ array, plain }) => plain / array));
  return [
    { name: `${name}, cycles`, value: clocks / seconds / 1e6, unit: 'M/s', against: 'the best of the turns' },
    {
      name: `${name}, distances summed`,
      value: (clocks * size ** 2) / seconds / 1e6,
      unit: 'M/s',
      against: `a plain loop in C++: ${(1 / ratio).toFixed(1)} times as fast`,
    },
  ];
}

const figures: Measured[] = [];
for (const array of ARRAYS) figures.push(...(await measure(array)));
printFigures(figures.map((figure) => ({ ...figure, command: COMMAND })));
