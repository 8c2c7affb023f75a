// SPDX-License-Identifier: Apache-2.0
// Liberty files: what is read of them, and what a file that is not good enough is told.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readLibrary, requirePower } from '../../src/energy/gate/library.ts';
import { lookUp } from '../../src/energy/gate/lookup.ts';
import { OSU018 } from '../support/osu018.ts';

const SMALL = `/* two cells */
library (small) {
  nom_voltage : 1.2;
  voltage_unit : "1V"; time_unit : "100ps";
  capacitive_load_unit (10,
      ff);
  power_lut_template (t) { variable_1 : total_output_net_capacitance; variable_2 : input_transition_time;
    index_1 ("0, 1"); index_2 ("0, 2"); }
  cell (NAND) { area : 3; // of what is not said
    pin (A, B) { direction : input; }
    pin (Y) { direction : output; function : "!(A B)";
      internal_power () { rise_power (t) { values ("1, 2", \\
        "3, 4"); } } }
  }
  cell ("REG") { area : 7.5
    ff (IQ, IQN) { next_state : "D"; clocked_on : "CK'"; clear : "R" }
    pin (D) { direction : input } pin (CK) { direction : input; clock : true; } pin (R) { direction : input; }
    pin (Q) { direction : output; function : "IQ"; three_state : "!R"; }
  }
}`;

describe('a Liberty file', () => {
  it('should be read into units, areas, pins and registers', () => {
    const library = readLibrary(SMALL);
    expect(library).toMatchObject({ name: 'small', volts: 1.2 });
    expect(library.capacitanceUnit).toBeCloseTo(1e-14, 20);
    expect(library.timeUnit).toBeCloseTo(1e-10, 16);
    const milli = readLibrary(SMALL.replace('"1V"', '"100mV"').replace('1.2', '12'));
    expect(milli.volts).toBeCloseTo(1.2, 12);
    expect(milli.energyUnit).toBeCloseTo(1e-16, 22);
    const nand = library.cells.get('NAND')!;
    expect(nand).toMatchObject({ name: 'NAND', area: 3, otherState: false, hasPower: true });
    expect(nand.pins.map(({ name, direction }) => [name, direction])).toEqual([
      ['A', 'input'],
      ['B', 'input'],
      ['Y', 'output'],
    ]);
    expect(nand.pins[2]!.function).toBe('!(A B)');
    expect(library.cells.get('REG')).toMatchObject({
      area: 7.5,
      register: { value: 'IQ', inverse: 'IQN', nextState: 'D', clockedOn: 'CK', falling: true, clear: 'R' },
      hasPower: false,
    });
    expect(library.cells.get('REG')!.pins[3]).toMatchObject({
      name: 'Q',
      direction: 'output',
      function: 'IQ',
      threeState: '!R',
    });
  });

  it.each([
    [0, 0, 1],
    [2, 0, 2],
    [0, 1, 3],
    [1, 0.5, 2.5],
    [4, 0, 3],
    [0, -1, -1],
  ])('should give at slew %d and load %d, between and beyond its points, %d', (slew, load, value) => {
    const [power] = readLibrary(SMALL).cells.get('NAND')!.pins[2]!.powers;
    expect(lookUp(power!.rise!, slew, load)).toBeCloseTo(value, 12);
  });

  it('should give tables for conditions equal shares', () => {
    const table = 'internal_power () { WHEN power (scalar) { values ("1"); } } ';
    const inverter = (first: string, second: string): readonly number[] => {
      const body = [first, second].map((when) => table.replace('WHEN', when)).join('');
      const cell = `cell (N) { area : 1; pin (A) { direction : input; ${body} } }`;
      const library = readLibrary(SMALL.replace('cell (NAND)', `${cell} cell (NAND)`));
      return library.cells.get('N')!.pins[0]!.powers.map(({ share }) => share);
    };
    expect(inverter('when : "B";', 'when : "!B";')).toEqual([0.5, 0.5]);
    expect(inverter('related_pg_pin : VDD;', 'related_pg_pin : VSS;')).toEqual([1, 1]);
  });

  it.each([
    ['', 'Expected a library group in line 1 of the Liberty file.'],
    ['library (a) {\n cell (b) {', 'Expected } of cell, but received the end in line 2 of the Liberty file.'],
    ['library (a) {\n\n cell b }', 'Expected (, but received b in line 3 of the Liberty file.'],
    [
      'library (a) { nom_voltage : 1; capacitive_load_unit (1, pf); }',
      'Expected library a to have cells, but received none.',
    ],
    [SMALL.replace('1.2', 'high'), 'Expected nom_voltage of library small to be positive, but received high.'],
    [
      SMALL.replace('index_1', 'index_3'),
      'Expected a table of rise_power (t) over a slew and a load, but received total_output_net_capacitance of 0 points.',
    ],
    [SMALL.replace('"1, 2"', '"1"'), 'Expected a table of rise_power (t) to have 4 values, but received 3.'],
    [SMALL.replace('ff)', 'fs)'), 'Expected capacitive_load_unit to be a number of f such as 1pf, but received 10fs.'],
    [SMALL.replace('100ps', 'fast'), 'Expected time_unit to be a number of s such as 1ps, but received fast.'],
    [SMALL.replace('area : 3', 'size : 3'), 'Expected area of cell NAND to be a number, but received nothing.'],
  ])('should be refused in one line when it is wrong: %#', (text, message) => {
    expect(() => readLibrary(text)).toThrow(expect.objectContaining({ name: 'LibertyError', message }));
  });

  it('should be refused for energies when it has no power tables', () => {
    expect(() => requirePower(readLibrary(SMALL))).not.toThrow();
    const message = 'Expected library small to have internal_power tables, but received none.';
    expect(() => requirePower(readLibrary(SMALL.replace('internal_power', 'timing')))).toThrow(message);
  });

  it.skipIf(!existsSync(OSU018))('should be that of osu018', () => {
    const library = readLibrary(readFileSync(OSU018, 'utf8'));
    expect(library.cells.size).toBe(32);
    expect(library.cells.get('FAX1')!.pins.map(({ name }) => name)).toEqual(['A', 'B', 'C', 'YC', 'YS']);
    expect(library.cells.get('DFFPOSX1')).toMatchObject({
      area: 96,
      register: { nextState: 'D', clockedOn: 'CLK', falling: false },
    });
    expect(() => requirePower(library)).not.toThrow();
  });
});
