// SPDX-License-Identifier: Apache-2.0
// A netlist in which no net but the clock drives more pins than a few: nets with more get trees of buffers, which a
// layout would have, too, and synthesis by Yosys has not. A register that hundreds of pins hang on takes far longer, and
// gates behind it spend far more on their slow inputs, than it would behind a tree.

import { parseFunction, valueOf } from './boolean.ts';
import { clocksOf } from './clocks.ts';
import { LibertyError } from './liberty-error.ts';
import type { Library, LibraryCell } from './library.ts';
import type { FlatNetlist, Instance, Net } from './netlist.ts';

/** A netlist with buffers. */
export interface Buffered extends FlatNetlist {
  /** Of each net behind a buffer, the net of the same value that was there before. */
  readonly sources: ReadonlyMap<number, number>;
}

/** A library's smallest buffer, and its pins. */
function findBuffer({ cells, name }: Library): { cell: LibraryCell; input: string; output: string } {
  const found = [...cells.values()].flatMap((cell) => {
    const [input, ...otherInputs] = cell.pins.filter(({ direction }) => direction === 'input');
    const [output, ...otherOutputs] = cell.pins.filter(({ direction }) => direction === 'output');
    const alone = otherInputs.length + otherOutputs.length === 0 && !cell.register && !cell.otherState;
    if (!input || output?.function === undefined || output.threeState !== undefined || !alone) return [];
    const value = parseFunction(output.function);
    if (valueOf(value, new Set()) || !valueOf(value, new Set([input.name]))) return [];
    return [{ cell, input: input.name, output: output.name }];
  });
  if (found.length === 0) throw new LibertyError(`Expected library ${name} to have a buffer, but it has none.`);
  return found.reduce((best, one) => (one.cell.area < best.cell.area ? one : best));
}

/**
 * Checks that a library has a buffer.
 * @throws {LibertyError} when it has none
 */
export function requireBuffer(library: Library): void {
  findBuffer(library);
}

/**
 * Puts buffers in.
 * @param most pins that a net may drive, from 2 on
 * @throws {LibertyError} when the library has no buffer
 */
export function buffered(netlist: FlatNetlist, library: Library, most: number): Buffered {
  const { cell, input, output } = findBuffer(library);
  const { root, gated } = clocksOf(netlist);
  const sources = new Map<number, number>();
  const instances: Instance[] = [];
  /** Instances whose pins are moved. */
  const pins: Map<string, Net>[] = [];
  const put = (instance: Instance): number => {
    const own = new Map(instance.pins);
    pins.push(own);
    return instances.push({ ...instance, pins: own }) - 1;
  };
  const sinks = new Map<number, (readonly [instance: number, pin: string])[]>();
  let next = 0;
  for (const instance of netlist.instances) {
    const index = put(instance);
    for (const { name, direction } of instance.cell.pins) {
      const net = instance.pins.get(name);
      if (typeof net !== 'number') continue;
      next = Math.max(next, net);
      if (direction !== 'input' || net === root || gated.has(net)) continue;
      const driven = sinks.get(net);
      if (driven) driven.push([index, name]);
      else sinks.set(net, [[index, name]]);
    }
  }
  for (const { nets } of netlist.ports) for (const net of nets) if (typeof net === 'number') next = Math.max(next, net);
  for (const [net, driven] of sinks) {
    let level = driven;
    while (level.length > most) {
      const above: typeof level = [];
      for (let from = 0; from < level.length; from += most) {
        sources.set(++next, net);
        for (const [instance, pin] of level.slice(from, from + most)) pins[instance]!.set(pin, next);
        above.push([
          put({
            name: `buffer${next}`,
            cell,
            pins: new Map<string, Net>([
              [input, net],
              [output, next],
            ]),
          }),
          input,
        ]);
      }
      level = above;
    }
  }
  return { ...netlist, instances, sources };
}
