// SPDX-License-Identifier: Apache-2.0
// What counted toggles cost, by the toolkit and by OpenSTA: cells of all three kinds in osu018, with taps of LeNet-5.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadMnist } from '../../src/data/index.ts';
import { priceToggles, readLibrary, synthesize } from '../../src/energy/gate/index.ts';
import { parseLiberty } from '../../src/energy/gate/liberty.ts';
import { realOperands } from '../../src/energy/measure/index.ts';
import { readQuantized, shippedWeights } from '../../src/network/index.ts';
import { inferredBy } from '../support/inferred.ts';
import { openStaEnergy } from '../support/opensta-power.ts';
import { OSU018 } from '../support/osu018.ts';
import { singleInputLibrary } from '../support/single-input-library.ts';
import { tapToggles } from '../support/tap-energy.ts';
import { sumBits, TRIED_CELLS, triedSources } from '../support/tried-cells.ts';

const TAPS = 1000; // of each layer
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
        const cell = TRIED_CELLS.find((one) => one.module === module)!;
        const parameters = { W_DATA: 8, W_ACC: sumBits(cell, 8) };
        const netlist = await synthesize({
          top: module,
          sources: triedSources(),
          parameters,
          liberty: OSU018,
          library,
        });
        const net = readQuantized(shippedWeights('lenet5'));
        const { x, w, first } = realOperands(net, inferredBy(net, loadMnist('test').images.subarray(0, 784), 1), TAPS);
        const weights = cell.kind === 'multiply' ? w[0]!.map((code) => code ^ 128) : w[0]!;
        const { toggles, clocks } = await tapToggles(cell, 8, netlist, { x: x[0]!, w: weights, first });
        const own = priceToggles(netlist, library, toggles, clocks);
        const theirs = await openStaEnergy(netlist, library, OSU018, toggles, clocks);
        // OpenSTA counts what a cell drives, not what an input of the design does.
        let inputs = 0;
        for (const [input, farads] of theirs.inputLoads) {
          inputs += ((toggles.get(input)! / clocks) * farads * library.volts ** 2) / 2;
        }
        expect(own.gates).toBeGreaterThan(1e-12);
        expect(Math.abs(own.gates / theirs.gates - 1)).toBeLessThan(TOLERANCE);
        expect(Math.abs((own.clock + own.registers - inputs) / theirs.registers - 1)).toBeLessThan(TOLERANCE);
      },
    );
  },
);
