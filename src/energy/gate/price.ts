// SPDX-License-Identifier: Apache-2.0
// Toggles of a netlist's nets to energy, by the tables of the library:
//
// - a net's toggle charges or discharges the pins on it: C V^2 / 2;
// - a pin's toggle costs what its internal_power says, the mean of rise and fall. Where an output has a table for each
//   input that it may follow, inputs count by how often they toggle;
// - slews go through the netlist from inputs that change at once, as a timing analyser would pass them on.
//
// Wires have no capacitance of their own, as there is no layout, and the clock no tree: registers' clock pins are
// charged for what they cost inside at an edge without slew, and gates that pass the clock on to some registers for what
// they cost inside, as often as they do.

import { clocksOf } from './clocks.ts';
import type { Arc, Edges, Library, Pin } from './library.ts';
import { requirePower } from './library.ts';
import { inOrder } from './in-order.ts';
import { LibertyError } from './liberty-error.ts';
import { lookUp, type Table } from './lookup.ts';
import type { FlatNetlist, Instance, Net } from './netlist.ts';

/** Energy of a clock in joules, by what it is spent on. */
export interface GateEnergy {
  /** Inside registers because of their clock pins, whatever they hold. */
  readonly clock: number;
  /** Registers whose values change, and the nets that they and the inputs drive. */
  readonly registers: number;
  /** All other cells and the nets that they drive. */
  readonly gates: number;
  readonly total: number;
}

/** Slews of a net in the library's unit of time. */
interface Slews {
  readonly rise: number;
  readonly fall: number;
}

const AT_ONCE: Slews = { rise: 0, fall: 0 };

/** Capacitance on each net. */
function loadsOf({ instances }: FlatNetlist): Map<Net, number> {
  const loads = new Map<Net, number>();
  for (const { cell, pins } of instances) {
    for (const { name, capacitance } of cell.pins) {
      const net = pins.get(name);
      if (net !== undefined) loads.set(net, (loads.get(net) ?? 0) + capacitance);
    }
  }
  return loads;
}

function outputs({ cell, pins }: Instance): (readonly [Pin, number])[] {
  return cell.pins.flatMap((pin) => {
    const net = pins.get(pin.name);
    return pin.direction === 'output' && typeof net === 'number' ? [[pin, net] as const] : [];
  });
}

function inputs({ cell, pins }: Instance): number[] {
  return cell.pins.flatMap(({ name, direction }) => {
    const net = pins.get(name);
    return direction === 'input' && typeof net === 'number' ? [net] : [];
  });
}

/** Instances, each after those that drive its inputs, which registers do not wait for. */
function driversFirst({ instances, top }: FlatNetlist): Instance[] {
  const driver = new Map<number, Instance>();
  for (const instance of instances) for (const [, net] of outputs(instance)) driver.set(net, instance);
  const needs = (instance: Instance): Instance[] =>
    instance.cell.register ? [] : inputs(instance).flatMap((net) => driver.get(net) ?? []);
  return inOrder(instances, needs, top);
}

function slewAfter(arc: Arc, edge: 'rise' | 'fall', from: Slews, load: number): number {
  const table = arc[edge];
  if (!table) return 0;
  const other = edge === 'rise' ? 'fall' : 'rise';
  const [same, opposite] = [from[edge], from[other]];
  const slew = arc.sense === 'positive' ? same : arc.sense === 'negative' ? opposite : Math.max(same, opposite);
  return Math.max(0, lookUp(table, slew, load));
}

/** Slews of all nets. */
function slewsOf(netlist: FlatNetlist, loads: ReadonlyMap<Net, number>): Map<Net, Slews> {
  const slews = new Map<Net, Slews>();
  for (const instance of driversFirst(netlist)) {
    for (const [{ arcs }, net] of outputs(instance)) {
      const load = loads.get(net) ?? 0;
      let [rise, fall] = [0, 0];
      for (const arc of arcs) {
        const from = slews.get(instance.pins.get(arc.from) ?? '0') ?? AT_ONCE;
        rise = Math.max(rise, slewAfter(arc, 'rise', from, load));
        fall = Math.max(fall, slewAfter(arc, 'fall', from, load));
      }
      slews.set(net, { rise, fall });
    }
  }
  return slews;
}

/** Loads and slews of a netlist, which do not depend on what toggles. */
interface Electrics {
  readonly loads: ReadonlyMap<Net, number>;
  readonly slews: ReadonlyMap<Net, Slews>;
}

const known = new WeakMap<FlatNetlist, Electrics>();

/** Worked out once for each netlist. */
function electricsOf(netlist: FlatNetlist): Electrics {
  const before = known.get(netlist);
  if (before) return before;
  const loads = loadsOf(netlist);
  const found = { loads, slews: slewsOf(netlist, loads) };
  known.set(netlist, found);
  return found;
}

/** Mean of a rising and a falling pin's energy. */
function meanEnergy({ rise, fall }: Edges, { rise: up, fall: down }: Slews, load: number): number {
  const slew = (up + down) / 2;
  const tables = [rise, fall].filter((table): table is Table => table !== undefined);
  if (tables.length === 0) return 0;
  return tables.reduce((sum, table) => sum + lookUp(table, slew, load), 0) / tables.length;
}

/**
 * Prices toggles.
 * @param toggles of each net in `clocks` clocks, without the clock's own; of a net that a gate clocks registers by, the
 *   clocks in which it rises
 * @throws {LibertyError} when the library has no power tables, or nothing toggles.
 */
export function priceToggles(
  netlist: FlatNetlist,
  library: Library,
  toggles: ReadonlyMap<number, number>,
  clocks: number,
): GateEnergy {
  requirePower(library);
  if (![...toggles.values()].some((count) => count > 0)) {
    throw new LibertyError(`Expected nets of ${netlist.top} to toggle, but received none that did.`);
  }
  const { loads, slews } = electricsOf(netlist);
  const rate = (net: Net | undefined): number => (typeof net === 'number' ? (toggles.get(net) ?? 0) / clocks : 0);
  const { gated } = clocksOf(netlist);
  const isGated = (net: Net | undefined): boolean => typeof net === 'number' && gated.has(net);
  // In the unit of the tables' energies.
  const perFarad = library.capacitanceUnit / library.energyUnit;
  const charge = (net: number): number =>
    isGated(net) ? 0 : (rate(net) * (loads.get(net) ?? 0) * perFarad * library.volts ** 2) / 2;
  let [clock, registers, gates] = [0, 0, 0];
  for (const { nets, direction } of netlist.ports) {
    if (direction === 'input') for (const net of nets) if (typeof net === 'number') registers += charge(net);
  }
  for (const instance of netlist.instances) {
    const { cell, pins } = instance;
    let spent = 0;
    for (const { name, direction, powers } of cell.pins) {
      const net = pins.get(name);
      const load = loads.get(net ?? '0') ?? 0;
      if (direction === 'input') {
        const own = powers.filter(({ from }) => from === undefined);
        const slew = isGated(net) ? AT_ONCE : (slews.get(net ?? '0') ?? AT_ONCE);
        const energy = own.reduce((sum, power) => sum + power.share * meanEnergy(power, slew, 0), 0);
        if (cell.register?.clockedOn === name) clock += 2 * energy * (isGated(net) ? rate(net) : 1);
        else spent += rate(net) * energy;
      } else if (typeof net === 'number') {
        spent += charge(net);
        // Registers follow their clock alone; it has no toggles here.
        const weights = powers.map(({ from, share }) => share * (cell.register ? 1 : rate(pins.get(from ?? ''))));
        const all = weights.reduce((sum, weight) => sum + weight, 0);
        powers.forEach((power, i) => {
          const slew = slews.get(pins.get(power.from ?? '') ?? '0') ?? AT_ONCE;
          const energy = meanEnergy(power, slew, load);
          // A clock rises and falls, whichever input it follows.
          if (isGated(net)) clock += (2 * rate(net) * energy) / powers.length;
          else if (all > 0) spent += rate(net) * (weights[i]! / all) * energy;
        });
      }
    }
    if (cell.register) registers += spent;
    else gates += spent;
  }
  const joules = library.energyUnit;
  return {
    clock: clock * joules,
    registers: registers * joules,
    gates: gates * joules,
    total: (clock + registers + gates) * joules,
  };
}
