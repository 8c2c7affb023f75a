// SPDX-License-Identifier: Apache-2.0
// A small array as gates: what it sums is checked against the integers while its toggles are counted. Skipped without
// Yosys and qflow-tech-osu018.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { arrayRegisterBits, type ArrayShape } from '../../src/energy/array-events.ts';
import { gateSimulator } from '../../src/device/index.ts';
import { netlistArea, readLibrary } from '../../src/energy/gate/index.ts';
import { arrayEnergy, arrayGates } from '../../src/energy/measure/index.ts';
import { OSU018 } from '../support/osu018.ts';

const possible = spawnSync('yosys', ['-V']).error === undefined && existsSync(OSU018);

const KINDS = ['adder', 'minimum', 'multiplier'] as const;

describe.skipIf(!possible)('an array of gates', () => {
  it.each([
    [1, { rows: 1, columns: 2 }],
    [0, { rows: 3, columns: 4, reach: 2 }],
    [1, { rows: 3, columns: 5, reach: 3 }],
    [2, { rows: 2, columns: 2, reach: 2 }],
    [0, { rows: 3, columns: 4, reach: 2, tapsPerClock: 2 }],
    [0, { rows: 1, columns: 5, tapsPerClock: 4 }],
    [1, { rows: 3, columns: 5, reach: 3, tapsPerClock: 4 }],
    [1, { rows: 2, columns: 2, tapsPerClock: 2 }],
    [2, { rows: 3, columns: 2, reach: 2, tapsPerClock: 2 }],
    [2, { rows: 2, columns: 2, tapsPerClock: 4 }],
  ] as const)('should sum with cells %i in %j, and cost something', { timeout: 240_000 }, async (cell, shape) => {
    // Where a clock has several taps, a tile's last may have fewer, and its sums may take longer to leave than it takes.
    const { rows, columns, tapsPerClock = 1 } = shape as ArrayShape;
    const [tile, tiles] = [6, 50];
    const taps = tile * tiles;
    const lane = (by: number): Uint8Array => Uint8Array.from({ length: taps }, (_, i) => (i * by * 37) % 256);
    const lanes = (count: number, from: number): Uint8Array[] =>
      Array.from({ length: count }, (_, i) => lane(from + i));
    const first = Uint8Array.from({ length: taps }, (_, i) => Number(i % tile === 0));
    const operands = { x: lanes(rows, 3), w: lanes(columns, 7), first };
    const library = readLibrary(readFileSync(OSU018, 'utf8'));
    const gates = await arrayGates(cell, shape, { liberty: OSU018, library });
    const { accBits } = gates;
    const bits = arrayRegisterBits({ kind: KINDS[cell], dataBits: 8, accBits, sumBits: accBits }, shape);
    expect(netlistArea(gates.netlist, true) / 96).toBe(bits);
    const { total, clock, tapsAClock } = await arrayEnergy(gates, operands, library, gateSimulator);
    const own = Math.ceil(tile / tapsPerClock);
    expect(tapsAClock).toBe(taps / (own + (tiles - 1) * Math.max(own, columns)));
    expect(clock).toBeGreaterThan(0);
    expect(total).toBeGreaterThan(1.5 * clock);
  });
});
