// SPDX-License-Identifier: Apache-2.0
// From gates to energy: toggles counted in a simulation against toggles counted by hand, prices worked by hand from
// small tables, and a cell that Yosys made. What OpenSTA says of prices is in opensta.test.ts.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import { loadMnist } from '../../src/data/index.ts';
import { countToggles, gateSimulator } from '../../src/device/index.ts';
import {
  type GateEnergy,
  type Library,
  type Netlist,
  netlistArea,
  priceToggles,
  readLibrary,
  simulationNetlist,
  synthesize,
} from '../../src/energy/gate/index.ts';
import { readQuantized, shippedWeights } from '../../src/network/index.ts';
import { type Folds, foldEnergy, foldNetlist, realFolds } from '../../src/energy/measure/fold-energy.ts';
import { readNetlist } from '../../src/energy/gate/netlist.ts';
import { runTool } from '../../src/energy/gate/run-tool.ts';
import { specialize } from '../../src/energy/gate/specialize.ts';
import { fold, inferReference, layerSums } from '../../src/reference/index.ts';
import { OSU018 } from '../support/osu018.ts';
import { cellParameters, triedCell, triedSources } from '../support/tried-cells.ts';

/** An inverter, an exclusive or, and a register; energies in pJ are round numbers. */
const LIBRARY = readLibrary(`library (round) {
  nom_voltage : 2; capacitive_load_unit (1, pf);
  power_lut_template (by_load) { variable_1 : total_output_net_capacitance; index_1 ("0, 10"); }
  cell (INV) { area : 1;
    pin (A) { direction : input; capacitance : 1; }
    pin (Y) { direction : output; function : "!A";
      internal_power () { related_pin : "A"; rise_power (scalar) { values ("3"); } fall_power (scalar) { values ("1"); } } } }
  cell (XOR) { area : 2;
    pin (A, B) { direction : input; capacitance : 2; }
    pin (Y) { direction : output; function : "A^B";
      internal_power () { related_pin : "A"; rise_power (by_load) { values ("0, 10"); } fall_power (by_load) { values ("0, 10"); } }
      internal_power () { related_pin : "B"; rise_power (scalar) { values ("5"); } fall_power (scalar) { values ("5"); } } } }
  cell (REG) { area : 4; ff (IQ, IQN) { next_state : "D"; clocked_on : "CK"; }
    pin (CK) { direction : input; capacitance : 1;
      internal_power () { rise_power (scalar) { values ("0.5"); } fall_power (scalar) { values ("1.5"); } } }
    pin (D) { direction : input; capacitance : 1; }
    pin (Q) { direction : output; function : "IQ";
      internal_power () { related_pin : "CK"; rise_power (scalar) { values ("7"); } fall_power (scalar) { values ("9"); } } } }
}`);

/** A counter of two bits: nets 3 and 4 are its bits, 5 and 6 what they are next, 1 the clock. */
function counter(output = 'count'): Netlist {
  const cell = (type: string, connections: Record<string, number>): unknown => ({
    type,
    connections: Object.fromEntries(Object.entries(connections).map(([pin, net]) => [pin, [net]])),
  });
  const json = {
    modules: {
      counter: {
        attributes: { top: '1' },
        ports: { clk: { direction: 'input', bits: [1] }, [output]: { direction: 'output', bits: [3, 4] } },
        cells: {
          low: cell('REG', { CK: 1, D: 5, Q: 3 }),
          high: cell('REG', { CK: 1, D: 6, Q: 4 }),
          invert: cell('INV', { A: 3, Y: 5 }),
          carry: cell('XOR', { A: 3, B: 4, Y: 6 }),
        },
      },
    },
  };
  return readNetlist(JSON.stringify(json), 'counter', LIBRARY);
}

/** Two copies of a register and an inverter. */
function pair(): Netlist {
  const cell = (type: string, connections: Record<string, number | string>): unknown => ({
    type,
    connections: Object.fromEntries(Object.entries(connections).map(([pin, net]) => [pin, [net]])),
  });
  const json = {
    modules: {
      pair: {
        attributes: { top: '1' },
        ports: {
          clk: { direction: 'input', bits: [1] },
          d: { direction: 'input', bits: [10] },
          q: { direction: 'output', bits: [11, 12] },
        },
        cells: {
          a: cell('$paramod\\half', { ck: 1, d: 10, q: 11 }),
          b: cell('$paramod\\half', { ck: 1, d: '1', q: 12 }),
        },
      },
      '$paramod\\half': {
        attributes: {},
        ports: {
          ck: { direction: 'input', bits: [1] },
          d: { direction: 'input', bits: [2] },
          q: { direction: 'output', bits: [4] },
        },
        cells: { keep: cell('REG', { CK: 1, D: 2, Q: 3 }), invert: cell('INV', { A: 3, Y: 4 }) },
      },
    },
  };
  return readNetlist(JSON.stringify(json), 'pair', LIBRARY, 'half');
}

describe('toggles', () => {
  it('should be counted of every net but the clock', async () => {
    const netlist = simulationNetlist(counter());
    const { counts, clocks, outputs } = await countToggles(netlist, {}, 101, 1, ['count']);
    expect(clocks).toBe(100);
    // The low bit and its inverse toggle in each clock, the high bit in each other; high ^ low in each other, too.
    const byNet = Object.fromEntries(netlist.nets.map((net, i) => [net, counts[i]]));
    expect(byNet).toEqual({ 3: 100, 4: 50, 5: 100, 6: 50 });
    const [from, ...then] = Array.from(outputs['count']!).slice(0, 5);
    expect(then).toEqual([1, 2, 3, 4].map((more) => (from! + more) % 4));
  });

  // Found by a cell whose weights were called v, as the words of nets were.
  it.each(['v', 'r', 'k', 'earlier'])('should be counted of a netlist with a port called %s', async (name) => {
    const { outputs } = await countToggles(simulationNetlist(counter(name)), {}, 6, 1, [name]);
    const [from, ...then] = Array.from(outputs[name]!);
    expect(then).toEqual([1, 2, 3, 4, 5].map((more) => (from! + more) % 4));
  });

  it.each(['counting', 'toggle_planes', 'v$'])('should be refused of a netlist with a port called %s', (name) => {
    expect(() => simulationNetlist(counter(name))).toThrow(
      `Expected no port of counter to be called counting or toggle_planes, or to end with $, but received ${name}.`,
    );
  });

  it('should be counted of registers whose clock a gate lets through, and of that clock its rises', async () => {
    const text = `library (gates) { nom_voltage : 2; capacitive_load_unit (1, pf);
      cell (INV) { area : 1; pin (A) { direction : input; } pin (Y) { direction : output; function : "!A"; } }
      cell (AND) { area : 1; pin (A, B) { direction : input; capacitance : 1; }
        pin (Y) { direction : output; function : "A B";
          internal_power () { related_pin : "A"; rise_power (scalar) { values ("2"); } fall_power (scalar) { values ("4"); } } } }
      ${['REG', 'REGN']
        .map(
          (
            name,
          ) => `cell (${name}) { area : 4; ff (IQ, IQN) { next_state : "D"; clocked_on : "${name === 'REG' ? '' : '!'}CK"; }
        pin (CK) { direction : input; capacitance : 1; internal_power () { rise_power (scalar) { values ("0.5"); } fall_power (scalar) { values ("0.5"); } } }
        pin (D) { direction : input; } pin (Q) { direction : output; function : "IQ"; } }`,
        )
        .join('\n')} }`;
    const cell = (type: string, connections: Record<string, number>): unknown => ({
      type,
      connections: Object.fromEntries(Object.entries(connections).map(([pin, net]) => [pin, [net]])),
    });
    const library = readLibrary(text);
    // Net 3 lets the clock through to the register of net 5, which toggles whenever it is clocked; net 7's always is.
    const json = {
      modules: {
        gated: {
          attributes: { top: '1' },
          ports: { clk: { direction: 'input', bits: [1] }, enable: { direction: 'input', bits: [2] } },
          cells: {
            hold: cell('REGN', { CK: 1, D: 2, Q: 3 }),
            gate: cell('AND', { A: 1, B: 3, Y: 4 }),
            bit: cell('REG', { CK: 4, D: 6, Q: 5 }),
            invert: cell('INV', { A: 5, Y: 6 }),
            free: cell('REG', { CK: 1, D: 2, Q: 7 }),
          },
        },
      },
    };
    const netlist = readNetlist(JSON.stringify(json), 'gated', library);
    const counted = simulationNetlist(netlist);
    const length = 104;
    const enable = Uint8Array.from({ length }, (_, i) => Number(i % 4 === 3)); // One clock of four.
    const { counts } = await countToggles(counted, { enable }, length, 4);
    const toggles = new Map(counted.nets.map((net, i) => [net, counts[i]!]));
    expect(Object.fromEntries(toggles)).toEqual({ 2: 50, 3: 50, 4: 25, 5: 25, 6: 25, 7: 50 });
    // Two registers on the clock itself, one on a quarter of it; and the gate's rise and fall each fourth clock.
    const { clock, gates } = priceToggles(counted.flat, library, toggles, 100);
    expect(clock).toBeCloseTo((2 * 1 + 0.25 * 1 + 0.25 * (2 + 4)) * 1e-12, 18);
    // What hangs on a clock is not charged, behind a gate as at the root.
    expect(gates).toBe(0);
  });

  it('should be counted in each copy of a block', async () => {
    const netlist = pair();
    expect(netlistArea(netlist)).toBe(2 * (4 + 1));
    const counted = simulationNetlist(netlist);
    const length = 104;
    const d = Uint8Array.from({ length }, (_, i) => i & 1);
    const { counts, outputs } = await countToggles(counted, { d }, length, 4, ['q']);
    const byNet = Object.fromEntries(counted.nets.map((net, i) => [net, counts[i]]));
    // The first copy follows d, net 10, and drives 11; the second has a constant input, and drives 12.
    const [[follows, still]] = [...counted.flat.inner[0]!.values()] as [[number, number]];
    expect(byNet).toEqual({ 10: 100, 11: 100, 12: 0, [follows]: 100, [still]: 0 });
    expect(Array.from(outputs['q']!).slice(-2)).toEqual([0, 1]);
    const { gates } = priceToggles(
      counted.flat,
      LIBRARY,
      new Map(counted.nets.map((net, i) => [net, counts[i]!])),
      100,
    );
    expect(gates).toBeCloseTo(2e-12, 20); // One inverter without a load.
  });

  it('should be refused for more clocks than the counters hold', async () => {
    await expect(countToggles(simulationNetlist(counter(), 5), {}, 33, 1)).rejects.toThrow(
      'Expected clocks to be from 2 to 32, but received 33.',
    );
  });
});

it('a block should be told of inputs that are constant or copies wherever it is', () => {
  const cells = {
    one: { type: 'block', connections: { a: [5, 6, 6, '0'] } },
    two: { type: 'block', connections: { a: [5, 7, 7, '0'] } },
  };
  const block = {
    ports: { a: { direction: 'input', bits: [2, 3, 4, 8] } },
    cells: { all: { type: '$and', connections: { A: [2, 3, 4, 8] } } },
    netnames: { a: { bits: [2, 3, 4, 8] } },
  };
  const design = { modules: { top: { ports: {}, cells, netnames: {} }, block } };
  const told = JSON.parse(specialize(JSON.stringify(design), 'block')) as typeof design;
  expect(Object.values(told.modules.block.cells)[0]!.connections.A).toEqual([2, 3, 3, '0']);
  expect(told.modules.block.ports.a.bits).toEqual([2, 3, 4, 8]);
});

describe('a price', () => {
  it('should be what the tables say', () => {
    // Loads: net 3 is 1 (INV) + 2 (XOR), net 4 is 2, nets 5 and 6 are 1 each. C V^2 / 2 is 2 pJ for each pF.
    const toggles = new Map([
      [3, 100],
      [4, 50],
      [5, 100],
      [6, 50],
    ]);
    const { clock, registers, gates, total } = priceToggles(counter(), LIBRARY, toggles, 100);
    expect(clock).toBeCloseTo(2 * 2 * 1e-12, 20); // two registers, two edges, mean of 0.5 and 1.5
    expect(registers).toBeCloseTo((1 * (6 + 8) + 0.5 * (4 + 8)) * 1e-12, 20);
    // The exclusive or follows A two times of three, when it costs its load of 1, else 5.
    expect(gates).toBeCloseTo((1 * (2 + 2) + 0.5 * (2 + (2 / 3) * 1 + (1 / 3) * 5)) * 1e-12, 20);
    expect(total).toBeCloseTo(clock + registers + gates, 20);
  });

  it('should be refused of gates in a loop, which no simulator settles', () => {
    const { instances, ...rest } = counter();
    // The inverter follows itself.
    const loop: Netlist = {
      ...rest,
      instances: instances.map((one) =>
        one.cell.name === 'INV'
          ? {
              ...one,
              pins: new Map([
                ['A', 5],
                ['Y', 5],
              ]),
            }
          : one,
      ),
    };
    const message = 'Expected counter to have no loop of gates, but received one.';
    expect(() => priceToggles(loop, LIBRARY, new Map([[3, 1]]), 1)).toThrow(message);
    expect(() => simulationNetlist(loop)).toThrow(message);
  });

  it('should be refused when nothing toggles', () => {
    expect(() => priceToggles(counter(), LIBRARY, new Map([[3, 0]]), 10)).toThrow(
      'Expected nets of counter to toggle, but received none that did.',
    );
  });

  it('should be refused when the library has no cell of a kind', () => {
    const cells = new Map([...LIBRARY.cells].filter(([name]) => name !== 'XOR'));
    const json =
      '{"modules":{"a":{"attributes":{"top":"1"},"ports":{},"cells":{"u":{"type":"XOR","connections":{}}}}}}';
    expect(() => readNetlist(json, 'a', { ...LIBRARY, cells })).toThrow(
      'Expected library round to have a cell for XOR (u), but it has none.',
    );
  });
});

it('should say in one line that a program is not installed', async () => {
  await expect(runTool('berus-no-such-tool', [], 'package none')).rejects.toThrow(
    'Expected berus-no-such-tool to run, but it is not installed (package none).',
  );
});

const hasYosys = spawnSync('yosys', ['-V']).error === undefined;

describe.skipIf(!hasYosys || !existsSync(OSU018))('osu018 (skipped without Yosys and qflow-tech-osu018)', () => {
  const library: Library | undefined = existsSync(OSU018) ? readLibrary(readFileSync(OSU018, 'utf8')) : undefined;
  const synthesized = (module: string): Promise<Netlist> => {
    const parameters = cellParameters(triedCell(module), 4);
    return synthesize({ top: module, sources: triedSources(), parameters, liberty: OSU018, library: library! });
  };

  it('should make a cell that sums minima, and costs less where operands are 0', { timeout: 120_000 }, async () => {
    const netlist = await synthesized('minimum_gates');
    expect(netlistArea(netlist, true)).toBe(96 * 22);
    const counted = simulationNetlist(netlist);
    const length = 500;
    const energy = async (zeros: number): Promise<number> => {
      const code = (i: number, by: number): number => ((i * by) % 101 < zeros ? 0 : (i * by) % 16);
      const x = Uint8Array.from({ length }, (_, i) => code(i, 7));
      const w = Uint8Array.from({ length }, (_, i) => code(i, 11));
      const first = Uint8Array.from({ length }, (_, i) => Number(i % 9 === 1));
      const { counts, clocks, outputs } = await countToggles(counted, { x, w, first }, length, 3, ['sum']);
      for (let i = 9, sum = 0; i + 2 < length; i++) {
        sum = (i % 9 === 0 ? 0 : sum) + Math.min(x[i]!, w[i]!);
        expect(outputs['sum']![i + 2], `tap ${i}`).toBe(sum);
      }
      const toggles = new Map(counted.nets.map((net, i) => [net, counts[i]!]));
      return priceToggles(netlist, library!, toggles, clocks).total;
    };
    const [few, many] = [await energy(0), await energy(60)];
    expect(few).toBeGreaterThan(1e-12);
    expect(many).toBeLessThan(0.8 * few);
  });

  it('should make a lane that folds sums as the reference does', { timeout: 120_000 }, async () => {
    const net = readQuantized(shippedWeights('lenet5'));
    const image = loadMnist('test').images.subarray(0, 784);
    const folds = realFolds(net, image, inferReference(net, image, 1).maps, { layerSums, fold }, 300);
    expect(folds.code.length).toBe(300 + 300 + 120 + 84 + 10);
    const { sumBits } = loadConfiguration('default');
    const netlist = await foldNetlist(sumBits, { liberty: OSU018, library: library! });
    const energy = (some: Folds): Promise<GateEnergy> => foldEnergy(netlist, sumBits, some, library!, gateSimulator);
    const { clock, total } = await energy(folds);
    expect(total).toBeGreaterThan(3 * clock);
    // Codes are compared on the way.
    const wrong = { ...folds, code: folds.code.map((code, i) => (i === 5 ? code ^ 1 : code)) };
    await expect(energy(wrong)).rejects.toThrow(/^Expected gates of fold_lane to fold sum 5 to /);
  });

  it('should not make what has no source', async () => {
    const parameters = {};
    await expect(
      synthesize({ top: 'nothing', sources: [], parameters, liberty: OSU018, library: library! }),
    ).rejects.toThrow(/^Expected yosys to succeed, but it ended with 1: ERROR: /);
  });
});
