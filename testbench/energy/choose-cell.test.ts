// SPDX-License-Identifier: Apache-2.0
// Which cells to take: by hand-made figures, and by those that come with the package.

import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import { occupanciesOf } from '../../src/cycles/index.ts';
import { eachEvent } from '../../src/energy/array-events.ts';
import {
  type AreaTable,
  chooseCell,
  type MeasuredTable,
  readAreas,
  readMeasuredTable,
} from '../../src/energy/index.ts';
import { newCodes, readQuantized, shippedWeights } from '../../src/network/index.ts';

const network = readQuantized(shippedWeights('lenet5'));
const configuration = loadConfiguration('tiny');
const question = { network, configuration, images: 4, zerosOf: null, occupied: undefined };

const one = (picojoules: number): MeasuredTable['cells']['adder'] => ({
  picojoules: eachEvent(() => picojoules),
  perTap: eachEvent(() => 1),
});

function table(distance: number, minimum: number): MeasuredTable {
  const about = { id: 'round', source: '-', process: '-', voltage: '-', date: '-', rule: '-' };
  return { ...about, clockBit: 0, cells: { adder: one(distance), minimum: one(minimum), multiplier: one(1) } };
}

const array = { source: '-', pipelined: false, rows: 4, columns: 4, registers: 1, cellsMHz: 1 };
const AREAS: AreaTable = {
  ...{ fpga: '-', cells: '-', date: '-', command: '-' },
  areas: [
    { ...array, name: 'a cell', kind: 'distance', rows: 1, columns: 1, luts: 1, fpgaMHz: 1000, squareMicrons: 1 },
    { ...array, name: 'a', kind: 'distance', luts: 160, fpgaMHz: 50, squareMicrons: 1000 },
    { ...array, name: 'a, pipelined', kind: 'distance', pipelined: true, luts: 80, fpgaMHz: 100, squareMicrons: 9000 },
    { ...array, name: 'b', kind: 'minimum', luts: 100, fpgaMHz: 100, squareMicrons: 800 },
    // Of another arrangement, so not taken.
    { ...array, name: 'd', kind: 'minimum', tapsPerClock: 2, luts: 1, fpgaMHz: 100, squareMicrons: 1 },
    { ...array, name: 'e', kind: 'minimum', reach: 2, luts: 1, fpgaMHz: 100, squareMicrons: 1 },
    { ...array, name: 'c', kind: 'distance', rows: 32, columns: 32, luts: 1, fpgaMHz: null, squareMicrons: 1 },
  ],
  skipping: { source: '-', luts: 20, registers: 0, squareMicrons: 100 },
};

describe('the cells to take', () => {
  it('should be those of less energy in standard cells', () => {
    const { standardCells, ratios } = chooseCell(question, table(2, 3), AREAS);
    expect(standardCells).toBe('distance');
    expect(ratios.energy).toBeCloseTo(1.5, 6); // Nothing is 0, so as many taps.
    expect(chooseCell(question, table(3, 2), AREAS).standardCells).toBe('minimum');
  });

  it('should be those of fewer look-up tables at equal speed on an FPGA, of the better array of each kind', () => {
    const { fpga, fpgaPipelined, ratios, areasOf } = chooseCell(question, table(1, 1), AREAS);
    expect({ fpga, fpgaPipelined, areasOf }).toEqual({ fpga: 'distance', fpgaPipelined: true, areasOf: '4x4' });
    expect(ratios.luts / ratios.clocks).toBeCloseTo((100 + 20) / 80, 9);
    expect(ratios.squareMicrons).toBeCloseTo((800 + 100) / 1000, 9);
    const slower = { ...AREAS, areas: AREAS.areas.filter(({ pipelined }) => !pipelined) };
    expect(chooseCell(question, table(1, 1), slower)).toMatchObject({ fpga: 'minimum', fpgaPipelined: false });
  });

  it('should need nothing that skips taps where cells take several in a clock', () => {
    const pairs = { ...question, configuration: { ...configuration, tapsPerClock: 2 } };
    const { ratios } = chooseCell(pairs, table(1, 1), AREAS);
    expect(ratios.luts / ratios.clocks).toBeCloseTo(100 / 80, 9);
    expect(ratios.squareMicrons).toBeCloseTo(800 / 1000, 9);
  });

  it('should be decided by zeros of the images at hand', () => {
    const black = newCodes(8, 4 * 784);
    const maps = network.layers.map(({ layer }) =>
      newCodes(8, 4 * layer.input.height * layer.input.width * layer.filters),
    );
    const occupied = occupanciesOf(network.network, configuration, black, maps, 4);
    const { ratios } = chooseCell({ ...question, zerosOf: 'black', occupied }, table(1, 1), AREAS);
    const plain = chooseCell(question, table(1, 1), AREAS).ratios;
    expect(ratios.clocks).toBeLessThan(0.5 * plain.clocks);
    expect(ratios.luts).toBeLessThan(0.5 * plain.luts);
  });

  it('should not be told from energies of cells of another width, or of other arrays', () => {
    for (const other of [{ dataBits: 6 }, { pipelined: 1 }]) {
      const found = chooseCell({ ...question, configuration: { ...configuration, ...other } }, table(1, 1), AREAS);
      expect(found).toMatchObject({ standardCells: null, ratios: { energy: null } });
    }
  });

  it('should be minima in standard cells for LeNet-5, by what comes with the package', () => {
    const found = chooseCell(question, readMeasuredTable('osu018'), readAreas());
    expect(found.standardCells).toBe('minimum');
  });
});

it('the table of areas should have cells and arrays of every kind, products the largest', () => {
  const { areas } = readAreas();
  for (const cells of [1, 16, 64]) {
    const least = (kind: string, of: 'luts' | 'squareMicrons'): number =>
      Math.min(
        ...areas.filter((area) => area.kind === kind && area.rows * area.columns === cells).map((area) => area[of]),
      );
    for (const of of ['luts', 'squareMicrons'] as const) {
      expect(least('product', of)).toBeGreaterThan(1.5 * Math.max(least('distance', of), least('minimum', of)));
    }
  }
});
