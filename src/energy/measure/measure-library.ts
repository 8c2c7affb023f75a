// SPDX-License-Identifier: Apache-2.0
// A table of measured energies from a Liberty file, kept in the cache by all that it is made from: the library, the
// array's Verilog, the tools, the networks with their operands, and how it is done.

import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, hashContent, hashValue } from '../../../sim/addon/index.ts';
import { type Library, LibertyError, readLibrary, requireCells, requirePower, yosysVersion } from '../gate/index.ts';
import type { MeasuredLane, MeasuredTable } from '../table.ts';
import { arraySources } from './array-energy.ts';
import { FIT_IMAGES, type Fit, fitArrays, type FitRequest, type LayerCheck } from './fit.ts';
import { laneSources, measureLane, realFolds } from './fold-energy.ts';
import { measuredTable } from './measured-table.ts';

/** To be raised where the same inputs give another table. */
const METHOD = 2;

/** What was measured: the table, and how far it is off where it was not fitted. */
export interface MeasuredLibrary {
  readonly table: MeasuredTable;
  readonly checks: readonly LayerCheck[];
}

/**
 * Reads a Liberty file that energies can be measured with.
 * @throws {LibertyError} in one line, when it cannot be read, is no Liberty file, has no power tables or lacks a cell
 */
export function openLibrary(path: string): Library {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new LibertyError(
      `Expected ${path || "''"} to be a Liberty file, but received ${(error as NodeJS.ErrnoException).code}.`,
    );
  }
  const library = readLibrary(text);
  requirePower(library);
  requireCells(library);
  return library;
}

/** A value as text, arrays of numbers by their hash. */
function digestOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    ArrayBuffer.isView(part) ? hashContent(new Uint8Array(part.buffer, part.byteOffset, part.byteLength)) : part,
  );
}

/** Lanes with the folds of each network's first image. */
async function measureLanes(request: FitRequest): Promise<MeasuredLane[]> {
  const { library, sources, infer, folding, simulator, onProgress } = request;
  const lanes: MeasuredLane[] = [];
  for (const { name, net, images, sumBits } of sources) {
    const image = images.subarray(0, images.length / (2 * FIT_IMAGES));
    const folds = realFolds(net, image, infer(net, image, 1), folding);
    const { lane } = await measureLane(name, sumBits, folds, request, simulator);
    onProgress(
      `measuring ${library.name}, a lane of ${sumBits}-bit sums: ${folds.code.length} folds of ${name} simulated`,
    );
    lanes.push(lane);
  }
  return lanes;
}

/**
 * Measures, or takes what was measured before.
 * @throws {LibertyError} when the library is not what is needed, in one line
 * @throws {ToolError} when Yosys is missing or refuses, in one line
 */
export async function measureLibrary(request: FitRequest): Promise<MeasuredLibrary> {
  const { liberty, library, sources, sizes, reach = 1, tapsPerClock = 1, simulator, onProgress } = request;
  const versions = [await yosysVersion(), await simulator.version()];
  const digest = hashContent(await readFile(liberty));
  const rtl = [...arraySources(), ...laneSources()].map((path) => hashContent(readFileSync(path)));
  const array = [reach, tapsPerClock, ...sizes];
  const key = hashValue(['measured', METHOD, digest, ...rtl, ...versions, ...array, digestOf(sources)]);
  const wait = (): void => onProgress(`waiting for another process that measures ${library.name}`);
  const folder = await cached(key, `energies of ${library.name}`, wait, async (into) => {
    const fit: Fit = await fitArrays(request);
    const table = measuredTable(request, fit, await measureLanes(request), versions[0]!, digest);
    const measured: MeasuredLibrary = { table, checks: fit.checks };
    await writeFile(join(into, 'measured.json'), JSON.stringify(measured));
  });
  return JSON.parse(await readFile(join(folder, 'measured.json'), 'utf8')) as MeasuredLibrary;
}
