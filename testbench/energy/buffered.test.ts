// SPDX-License-Identifier: Apache-2.0
// Nets with many pins get trees of buffers: no net has more pins than asked for, and every pin is where it was but for
// buffers. Skipped without qflow-tech-osu018.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buffered, type FlatNetlist, type Instance, type Net, readLibrary } from '../../src/energy/gate/index.ts';
import { OSU018 } from '../support/osu018.ts';

const possible = existsSync(OSU018);

/** A register on net 2 of clock 1, and inverters on it. */
function fanOut(inverters: number): FlatNetlist {
  const { cells } = readLibrary(readFileSync(OSU018, 'utf8'));
  const put = (name: string, cell: string, pins: Readonly<Record<string, Net>>): Instance => ({
    name,
    cell: cells.get(cell)!,
    pins: new Map(Object.entries(pins)),
  });
  const many = Array.from({ length: inverters }, (_, i) => put(`inverter${i}`, 'INVX1', { A: 2, Y: 10 + i }));
  return {
    top: 'many',
    ports: [
      { name: 'clk', direction: 'input', nets: [1] },
      { name: 'y', direction: 'output', nets: many.map((_, i) => 10 + i) },
    ],
    instances: [put('register', 'DFFPOSX1', { CLK: 1, D: 3, Q: 2 }), ...many],
  };
}

function loads({ instances }: FlatNetlist): number[] {
  const pins = new Map<Net, number>();
  for (const { cell, pins: own } of instances) {
    for (const { name, direction } of cell.pins) {
      const net = own.get(name);
      if (direction === 'input' && net !== undefined && net !== 1) pins.set(net, (pins.get(net) ?? 0) + 1);
    }
  }
  return [...pins.values()];
}

describe.skipIf(!possible)('buffers (needs qflow-tech-osu018)', () => {
  const library = readLibrary(readFileSync(OSU018, 'utf8'));

  it.each([
    [4, 4, 0],
    // Two buffers of four and one.
    [5, 4, 2],
    // Five of four, and two of them.
    [17, 4, 5 + 2],
    [64, 4, 16 + 4],
    [65, 4, 17 + 5 + 2],
    [9, 2, 5 + 3 + 2],
  ])('should carry a net to %i pins, %i on each, by %i buffers', (pins, most, buffers) => {
    const netlist = fanOut(pins);
    const { instances, sources, ...rest } = buffered(netlist, library, most);
    expect(rest).toEqual({ top: netlist.top, ports: netlist.ports });
    expect(instances.length).toBe(netlist.instances.length + buffers);
    expect(sources.size).toBe(buffers);
    expect(Math.max(...loads({ ...netlist, instances }))).toBeLessThanOrEqual(most);
    const driver = new Map(
      instances.filter(({ name }) => name.startsWith('buffer')).map(({ pins: own }) => [own.get('Y')!, own.get('A')!]),
    );
    expect([...driver.keys()].sort()).toEqual([...sources.keys()].sort());
    const sourceOf = (net: Net): Net => (driver.has(net) ? sourceOf(driver.get(net)!) : net);
    for (const [net, source] of sources) expect(sourceOf(net)).toBe(source);
    for (const { name, pins: own } of netlist.instances) {
      const now = instances.find((instance) => instance.name === name)!.pins;
      expect([...now].map(([pin, net]) => [pin, sourceOf(net)])).toEqual([...own]);
    }
    expect(netlist).toEqual(fanOut(pins));
  });

  it('should be refused where the library has none, in one line', () => {
    const without = new Map([...library.cells].filter(([name]) => !name.includes('BUF')));
    expect(() => buffered(fanOut(3), { ...library, cells: without }, 2)).toThrow(
      /^Expected library osu018_stdcells to have a buffer, but it has none\.$/,
    );
  });
});
