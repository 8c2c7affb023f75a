// SPDX-License-Identifier: Apache-2.0
// The table by which `berus energy` prices the array in gates: one that is named (`--table`), or one that is measured now
// with a library of one's own (`--liberty`).

import { Option } from 'commander';
import type { Configuration } from '../compile/index.ts';
import { gateSimulator } from '../device/index.ts';
import {
  FIT_IMAGES,
  measureLibrary,
  type MeasuredTable,
  measuredTableNames,
  openLibrary,
  readMeasuredTable,
} from '../energy/index.ts';
import { writeWhole } from '../network/index.ts';
import { pixelCodes } from '../quantize/index.ts';
import { fold, inferReference, layerSums } from '../reference/index.ts';
import { type EnergyQuestion, requireMeasurable } from '../report/index.ts';
import { isBadInput } from './failure.ts';
import { testImages } from './image-zeros.ts';
import { oneOf, wholeNumber } from './options.ts';
import { checkOut } from './out-file.ts';
import type { Progress } from './progress.ts';

/** Rows and columns of the arrays that are measured where none are named: small ones, so that it takes a minute or two. */
const SIZES = [4];

/**
 * The same for arrays in blocks, or of cells that take several taps a clock: 4x4 cells may be a single block, and of other
 * adders than larger arrays, as synthesis takes what is smaller.
 */
const SIZES_OF_BLOCKS = [4, 8];

function sizesFor({ rows, columns, reach = 1, tapsPerClock = 1 }: Configuration): readonly number[] {
  const isPlain = reach === 1 && tapsPerClock === 1;
  return isPlain || Math.max(rows, columns) < 8 ? SIZES : SIZES_OF_BLOCKS;
}

/** Reads `--sizes`. */
function sizesOf(text: string): number[] {
  const sizes = text.split(',').map(wholeNumber('--sizes', 1, FIT_IMAGES));
  return [...new Set(sizes)].toSorted((a, b) => a - b);
}

/** The options that choose it. */
export interface GateOptions {
  readonly table?: string;
  readonly liberty?: string;
  readonly saveTable?: string;
  readonly sizes?: readonly number[];
  readonly data?: string;
}

/** `--table`, `--liberty`, `--sizes` and `--save-table`, for `addOption`. */
export function gateOptions(): Option[] {
  return [
    new Option(
      '--table <name>',
      'a table of energies measured in gates, by which the array alone is priced beside the published ones: a name, or a .json file',
    ).argParser((name) =>
      name.endsWith('.json')
        ? name
        : oneOf('--table', () => ['published', ...measuredTableNames()], 'or a .json file')(name),
    ),
    new Option(
      '--liberty <file>',
      "measure such a table now, in cells of a Liberty library of one's own, with Yosys and Verilator and test images of --data",
    ),
    new Option(
      '--sizes <n,n>',
      `rows and columns of the arrays that --liberty measures, up to ${FIT_IMAGES}: larger ones take longer (default: ${SIZES.join(',')}, in blocks or of several taps a clock ${SIZES_OF_BLOCKS.join(',')})`,
    ).argParser(sizesOf),
    new Option('--save-table <file>', 'where the table of --liberty goes, for --table'),
  ];
}

/** Fails before the work where the options contradict each other. */
export function checkGateOptions({ table, liberty, sizes, saveTable }: GateOptions): void {
  if (table !== undefined && liberty !== undefined) {
    throw new RangeError('Expected --table or --liberty, but received both.');
  }
  for (const [option, value] of Object.entries({ '--sizes': sizes, '--save-table': saveTable })) {
    if (liberty === undefined && value !== undefined) {
      throw new RangeError(`Expected --liberty with ${option}, but received none.`);
    }
  }
  if (saveTable === undefined) return;
  if (!saveTable.endsWith('.json')) {
    throw new RangeError(`Expected --save-table to be a .json file, but received ${saveTable || "''"}.`);
  }
  checkOut(saveTable, '--save-table');
}

async function measured(
  { network, configuration }: EnergyQuestion,
  liberty: string,
  { sizes = sizesFor(configuration), data }: GateOptions,
  progress: Progress,
): Promise<MeasuredTable> {
  const library = openLibrary(liberty);
  const count = 2 * FIT_IMAGES;
  const chosen = testImages(network.network, data, count);
  if (chosen === undefined) {
    throw new RangeError(
      `Expected --data to be a set of at least ${count} test images with --liberty, but received none.`,
    );
  }
  const images = pixelCodes(chosen.set.images, network.imageBits);
  const { sumBits, reach, tapsPerClock } = configuration;
  const { table } = await measureLibrary({
    liberty,
    library,
    sources: [{ name: network.network.name, net: network, images, sumBits }],
    sizes,
    reach,
    tapsPerClock,
    infer: (net, codes, several) => inferReference(net, codes, several).maps,
    folding: { layerSums, fold },
    simulator: gateSimulator,
    onProgress: progress.note,
  });
  return table;
}

/** A table, or why there is none; neither where none is asked for. */
export interface GateTable {
  readonly table?: MeasuredTable;
  readonly fault?: Error;
}

/** The table that the options ask for. What is wrong with it leaves the published tables to answer. */
export async function gateTable(
  question: EnergyQuestion,
  options: GateOptions,
  progress: Progress,
): Promise<GateTable> {
  const { table: name, liberty, saveTable } = options;
  try {
    if (liberty !== undefined) {
      requireMeasurable(question, '--liberty');
      const table = await measured(question, liberty, options, progress);
      if (saveTable !== undefined) writeWhole(saveTable, `${JSON.stringify(table, null, 2)}\n`);
      return { table };
    }
    if (name === undefined || name === 'published') return {};
    const table = readMeasuredTable(name);
    requireMeasurable(question, `--table ${table.id}`);
    return { table };
  } catch (error) {
    if (!isBadInput(error)) throw error;
    return { fault: error };
  }
}
