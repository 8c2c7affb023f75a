// SPDX-License-Identifier: Apache-2.0
// A netlist with its blocks dissolved: each copy's inner nets get numbers of their own, beyond those of the top.

import { LibertyError } from './liberty-error.ts';
import type { Block, FlatNetlist, Instance, Net, Netlist } from './netlist.ts';

/** A netlist on one level, and where the nets of blocks are in it. */
export interface Flattened extends FlatNetlist {
  /** Of each block, for each net inside it that is on none of its ports: its number in each copy. */
  readonly inner: readonly ReadonlyMap<number, readonly number[]>[];
}

/** All nets of cells and ports. */
export function netsOf({ ports, instances }: FlatNetlist): Set<number> {
  const all = new Set<number>();
  const add = (net: Net | undefined): void => void (typeof net === 'number' && all.add(net));
  for (const { pins, cell } of instances) for (const { name } of cell.pins) add(pins.get(name));
  for (const { nets } of ports) for (const net of nets) add(net);
  return all;
}

/** Nets of the top, those between blocks as well. */
export function outerNets(netlist: Netlist): Set<number> {
  const all = netsOf(netlist);
  for (const { copies } of netlist.blocks) {
    for (const copy of copies) {
      for (const nets of copy.values()) for (const net of nets) if (typeof net === 'number') all.add(net);
    }
  }
  return all;
}

/** The body's nets that its ports carry. */
function portNets({ body }: Block): Set<Net> {
  const found = new Set<Net>();
  for (const { name, direction, nets } of body.ports) {
    for (const net of nets) {
      if (direction === 'output' && (typeof net !== 'number' || found.has(net))) {
        throw new LibertyError(`Expected a cell to drive output ${name} of block ${body.top}, but none does.`);
      }
      found.add(net);
    }
  }
  return found;
}

/** Dissolves the blocks of a netlist. */
export function flatten(netlist: Netlist): Flattened {
  const { top, ports, blocks } = netlist;
  const instances: Instance[] = [...netlist.instances];
  let next = 0;
  for (const net of outerNets(netlist)) next = Math.max(next, net);
  const inner = blocks.map((block, index) => {
    const { body, copies } = block;
    const outside = portNets(block);
    const own = [...netsOf(body)].filter((net) => !outside.has(net));
    const numbers = new Map(own.map((net) => [net, copies.map(() => ++next)] as const));
    copies.forEach((copy, c) => {
      const at = new Map<Net, Net>(own.map((net) => [net, numbers.get(net)![c]!]));
      for (const { name, nets } of body.ports) nets.forEach((net, bit) => at.set(net, copy.get(name)?.[bit] ?? '0'));
      for (const { name, cell, pins } of body.instances) {
        const moved = new Map([...pins].map(([pin, net]) => [pin, at.get(net) ?? net]));
        instances.push({ name: `b${index}_${c}_${name}`, cell, pins: moved });
      }
    });
    return numbers;
  });
  return { top, ports, instances, inner };
}
