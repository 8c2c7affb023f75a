// SPDX-License-Identifier: Apache-2.0
// What cells and arrays of the three kinds take and how fast they are, on an FPGA and in standard cells: figures that were
// measured, kept in src/energy/areas with their sources and the command that measures them again.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { ARRAY_CELLS, type ArrayCell } from '../compile/index.ts';
import { packageRoot } from '../network/index.ts';
import { checkShape } from '../network/safetensors.ts';

const figure = v.pipe(v.number(), v.minValue(0), v.maxValue(1e9));
const text = v.pipe(v.string(), v.minLength(1), v.maxLength(300));
const count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64));

/** One cell or array of 8-bit cells. */
export interface AreaFigures {
  /** What it is. */
  readonly name: string;
  /** Its Verilog. */
  readonly source: string;
  readonly kind: ArrayCell;
  /** Whether it is an array of cells for FPGAs, or such a cell. */
  readonly pipelined: boolean;
  readonly rows: number;
  readonly columns: number;
  /** Cells of an array that an operand reaches in a clock. @defaultValue 1 */
  readonly reach?: number;
  /** Taps that a cell of an array takes in a clock. @defaultValue 1 */
  readonly tapsPerClock?: number;
  /** Look-up tables of four inputs, of all cells. */
  readonly luts: number;
  readonly registers: number;
  /** On the FPGA; null where it does not fit. */
  readonly fpgaMHz: number | null;
  /** Area in standard cells, of all cells, in um2. */
  readonly squareMicrons: number;
  /** In standard cells. */
  readonly cellsMHz: number;
}

/** What a part takes. */
export interface PartFigures {
  readonly source: string;
  readonly luts: number;
  readonly registers: number;
  readonly squareMicrons: number;
}

/** All of them, with where they come from. */
export interface AreaTable {
  /** Of look-up tables and the FPGA's clock: FPGA, tools, how it is done. */
  readonly fpga: string;
  /** Of registers, area and the standard cells' clock: library, voltage, tools, how it is done. */
  readonly cells: string;
  readonly date: string;
  /** Command that measures all of it again. */
  readonly command: string;
  /** Single cells first, then arrays, each of every kind. */
  readonly areas: readonly AreaFigures[];
  /** What a core of minima has more than others, whatever its size, to skip taps. */
  readonly skipping: PartFigures;
}

const area: v.GenericSchema<AreaFigures> = v.strictObject({
  name: text,
  source: text,
  kind: v.picklist(ARRAY_CELLS),
  pipelined: v.boolean(),
  rows: count,
  columns: count,
  reach: v.exactOptional(count),
  tapsPerClock: v.exactOptional(count),
  luts: figure,
  registers: figure,
  fpgaMHz: v.nullable(figure),
  squareMicrons: figure,
  cellsMHz: figure,
});

const schema: v.GenericSchema<AreaTable> = v.strictObject({
  fpga: text,
  cells: text,
  date: text,
  command: text,
  areas: v.pipe(v.array(area), v.minLength(1)),
  skipping: v.strictObject({ source: text, luts: figure, registers: figure, squareMicrons: figure }),
});

/** Reads the table that comes with the package. */
export function readAreas(): AreaTable {
  const path = join(packageRoot(), 'src', 'energy', 'areas', 'measured.json');
  return checkShape(`${path} to be a table of areas`, schema, JSON.parse(readFileSync(path, 'utf8')));
}
