// SPDX-License-Identifier: Apache-2.0
// A netlist as Verilog of library cells, for tools that read no other: a wire a net, a port for each bit of an input.

import type { FlatNetlist, Net } from '../../src/energy/gate/index.ts';

/** The name of a net in {@link structuralVerilog}, or a constant. */
export function netName(net: Net): string {
  return typeof net === 'number' ? `n${net}` : `1'b${net}`;
}

/** Input bits of a netlist as nets, the clock among them. */
export function inputNets({ ports }: FlatNetlist): number[] {
  const nets = ports.flatMap(({ direction, nets: bits }) => (direction === 'input' ? bits : []));
  return [...new Set(nets.filter((net) => typeof net === 'number'))];
}

/** Writes a netlist as a module of this name. */
export function structuralVerilog(netlist: FlatNetlist, module: string): string {
  const inputs = inputNets(netlist).map(netName);
  const cells = netlist.instances.map(({ name, cell, pins }) => {
    const list = [...pins].map(([pin, net]) => `.${pin}(${netName(net)})`);
    return `${cell.name} ${name} (${list.join(', ')});`;
  });
  return [`module ${module} (${inputs.join(', ')});`, `input ${inputs.join(', ')};`, ...cells, 'endmodule', ''].join(
    '\n',
  );
}
