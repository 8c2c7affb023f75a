// SPDX-License-Identifier: Apache-2.0
// Reads tables of measured energies, the JSON that `berus energy --liberty` and `npm run bench -- energy fit` write: those
// that come with the package, and one's own.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { packageRoot } from '../network/index.ts';
import { checkShape } from '../network/safetensors.ts';
import { ARRAY_EVENTS, type ArrayTaps } from './array-events.ts';
import type { MeasuredTable } from './table.ts';

const energy = v.pipe(v.number(), v.minValue(0), v.maxValue(1e6));
const events = v.strictObject(v.entriesFromList(ARRAY_EVENTS, energy));
const measuredCell = v.strictObject({ picojoules: events, perTap: events });
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
const bits = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096));
const lane = v.strictObject({ sumBits: bits, picojoules: energy, registerBits: bits, source: text });
const schema = v.strictObject({
  id: text,
  source: text,
  process: text,
  voltage: text,
  date: text,
  rule: text,
  reach: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64))),
  tapsPerClock: v.optional(v.picklist([1, 2, 4])),
  clockBit: energy,
  cells: v.strictObject({ adder: measuredCell, minimum: measuredCell, multiplier: measuredCell }),
  lanes: v.optional(v.pipe(v.array(lane), v.minLength(1))),
});

/** The folder of the tables that come with the package. */
function folder(): string {
  return join(packageRoot(), 'src', 'energy', 'tables');
}

/** Names of the tables that come with the package. */
export function measuredTableNames(): string[] {
  return readdirSync(folder()).flatMap((file) => /^(.*)\.json$/.exec(file)?.[1] ?? []);
}

/**
 * Reads a table.
 * @param name one of `measuredTableNames()`, or the path of a .json file
 * @throws {RangeError} when it is no JSON, or has a wrong or a missing field, naming file and field
 */
export function readMeasuredTable(name: string): MeasuredTable {
  const path = name.endsWith('.json') ? name : join(folder(), `${name}.json`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new RangeError(`Expected ${path} to hold a table as JSON, but received ${code ?? message}.`);
  }
  return checkShape(`${path} to be a table of measured energies`, schema, value);
}

/** The table that comes with the package of arrays without blocks, whose cells take one tap a clock. */
const PLAIN = 'osu018';

/** The table that comes with the package of arrays in such blocks and with so many taps a clock; else that without. */
export function measuredTableOf({ reach = 1, tapsPerClock = 1 }: ArrayTaps): MeasuredTable {
  const tables = measuredTableNames().map(readMeasuredTable);
  const found = tables.find((table) => (table.reach ?? 1) === reach && (table.tapsPerClock ?? 1) === tapsPerClock);
  return found ?? readMeasuredTable(PLAIN);
}
