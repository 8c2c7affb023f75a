// SPDX-License-Identifier: Apache-2.0
// A small array as gates: what it sums is checked against the integers while its toggles are counted. Skipped without
// Yosys and qflow-tech-osu018.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { arrayRegisterBits } from '../../src/energy/array-events.ts';
import { gateSimulator } from '../../src/device/index.ts';
import { netlistArea, readLibrary } from '../../src/energy/gate/index.ts';
import { arrayEnergy, arrayGates } from '../../src/energy/measure/index.ts';
import { OSU018 } from '../support/osu018.ts';

const possible = spawnSync('yosys', ['-V']).error === undefined && existsSync(OSU018);

it.skipIf(!possible)('an array of gates should sum minima, and cost something', { timeout: 240_000 }, async () => {
  const taps = 300;
  const lane = (by: number): Uint8Array => Uint8Array.from({ length: taps }, (_, i) => (i * by * 37) % 256);
  const first = Uint8Array.from({ length: taps }, (_, i) => Number(i % 6 === 0));
  const operands = { x: [lane(3)], w: [lane(7), lane(13)], first };
  const library = readLibrary(readFileSync(OSU018, 'utf8'));
  const gates = await arrayGates(1, 1, 2, { liberty: OSU018, library });
  // An array of one row keeps a flag more than larger ones do.
  const { accBits } = gates;
  const bits = arrayRegisterBits({ kind: 'minimum', dataBits: 8, accBits, sumBits: accBits }, 1, 2);
  expect(netlistArea(gates.netlist, true) / 96).toBe(bits + 1);
  const { total, clock } = await arrayEnergy(gates, operands, library, gateSimulator);
  expect(clock).toBeGreaterThan(0);
  expect(total).toBeGreaterThan(2 * clock);
});
