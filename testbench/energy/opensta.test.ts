// SPDX-License-Identifier: Apache-2.0
// What counted toggles cost, by the toolkit and by OpenSTA: cells of all three kinds in osu018, with taps of LeNet-5.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLibrary } from '../../src/energy/gate/index.ts';
import { parseLiberty } from '../../src/energy/gate/liberty.ts';
import { comparePrices } from '../support/compare-prices.ts';
import { OSU018 } from '../support/osu018.ts';
import { singleInputLibrary } from '../support/single-input-library.ts';
import { triedCell } from '../support/tried-cells.ts';

const TOLERANCE = 0.005;

it('a library of single inputs should keep the tables of its ways and no other', () => {
  const table = (value: number): string =>
    `rise_power (t) { values ("${value}, 1"); } fall_power (t) { values ("${value}, 2"); }`;
  const text = `library (l) { nom_voltage : 2; default_operating_conditions : usual; capacitive_load_unit (1, pf);
    operating_conditions (usual) { voltage : 2; }
    power_lut_template (t) { variable_1 : total_output_net_capacitance; index_1 ("0, 1"); }
    cell (NAND) { area : 3;
      pin (A, B) { direction : input; capacitance : 4; internal_power () { ${table(5)} } }
      pin (Y) { direction : output; function : "!(A B)";
        timing () { related_pin : "A"; timing_sense : negative_unate; timing_type : combinational; }
        internal_power () { related_pin : "A"; ${table(6)} }
        internal_power () { related_pin : "B"; ${table(7)} } } } }`;
  const single = singleInputLibrary(parseLiberty(text), [
    { cell: 'NAND', input: 'A', output: 'Y' },
    { cell: 'NAND', input: 'B' },
    { cell: 'NAND', input: 'B' },
  ]);
  // OpenSTA knows operating conditions that come before their name only.
  expect(single.indexOf('default_operating_conditions')).toBeGreaterThan(
    single.indexOf('operating_conditions (usual)'),
  );
  const { cells, volts } = readLibrary(single);
  expect(volts).toBe(2);
  expect([...cells.keys()]).toEqual(['NAND__A__Y', 'NAND__B']);
  const [a, y] = cells.get('NAND__A__Y')!.pins;
  expect([a, y]).toMatchObject([
    { name: 'A', capacitance: 4, powers: [] },
    { name: 'Y', function: '(!A)', powers: [{ from: 'A', rise: { values: [6, 1] }, fall: { values: [6, 2] } }] },
  ]);
  expect(cells.get('NAND__B')!.pins).toMatchObject([{ name: 'B', powers: [{ rise: { values: [5, 1] } }] }]);
});

const hasTools = ['yosys', 'sta'].every((tool) => spawnSync(tool, ['-version']).error === undefined);

describe.skipIf(!hasTools || !existsSync(OSU018))(
  'a cell (skipped without yosys, opensta and qflow-tech-osu018)',
  () => {
    it.each(['minimum_gates', 'distance_invert', 'multiply_save'])(
      'should take what OpenSTA says: %s',
      { timeout: 300_000 },
      async (module) => {
        const library = readLibrary(readFileSync(OSU018, 'utf8'));
        const cell = triedCell(module);
        const { gates, registers, own } = await comparePrices(cell, { liberty: OSU018, library });
        expect(own.gates).toBeGreaterThan(1e-12);
        expect(Math.abs(gates - 1)).toBeLessThan(TOLERANCE);
        expect(Math.abs(registers - 1)).toBeLessThan(TOLERANCE);
      },
    );
  },
);
