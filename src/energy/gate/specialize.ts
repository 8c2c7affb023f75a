// SPDX-License-Identifier: Apache-2.0
// A module that is to stay whole in a design, told what is true of its inputs wherever it is used: bits that are
// constant, and bits that are copies of others. Without this, gates would be spent on what dissolving it would remove.

interface YosysCell {
  readonly type: string;
  readonly connections: Record<string, (number | string)[]>;
}

interface YosysDesign {
  readonly modules: Record<
    string,
    {
      readonly ports: Record<string, { readonly direction: string; readonly bits: (number | string)[] }>;
      cells: Record<string, YosysCell>;
      netnames: Record<string, { bits: (number | string)[] }>;
    }
  >;
}

/** Does so for every module called `block`, in a design as Yosys writes it in JSON. */
export function specialize(json: string, block: string): string {
  const design = JSON.parse(json) as YosysDesign;
  // Yosys makes names of its own anew, and ends where one is there already.
  for (const found of Object.values(design.modules)) {
    const { cells, netnames } = found;
    found.cells = Object.fromEntries(Object.values(cells).map((cell, i) => [`cell_${i}`, cell]));
    found.netnames = Object.fromEntries(Object.entries(netnames).filter(([name]) => !name.startsWith('$')));
  }
  const all = Object.values(design.modules).flatMap(({ cells }) => Object.values(cells));
  for (const [name, { ports, cells, netnames }] of Object.entries(design.modules)) {
    if (!name.split('\\').includes(block)) continue;
    const uses = all.filter(({ type }) => type === name);
    const known = new Map<number | string, number | string>();
    const first = new Map<string, number | string>();
    for (const [port, { direction, bits }] of Object.entries(ports)) {
      if (direction !== 'input') continue;
      bits.forEach((bit, i) => {
        const outside = uses.map(({ connections }) => connections[port]?.[i] ?? 'x');
        const constant = outside.every((net) => net === outside[0]) && typeof outside[0] === 'string';
        const key = outside.join();
        const same = constant ? outside[0] : first.get(key);
        if (same === undefined) first.set(key, bit);
        else known.set(bit, same === 'x' ? '0' : same);
      });
    }
    const replace = (bits: readonly (number | string)[]): (number | string)[] =>
      bits.map((bit) => known.get(bit) ?? bit);
    for (const { connections } of Object.values(cells)) {
      for (const [pin, bits] of Object.entries(connections)) connections[pin] = replace(bits);
    }
    // The ports keep their bits, which nothing inside reads any more.
    for (const net of Object.keys(netnames)) if (!(net in ports)) netnames[net]!.bits = replace(netnames[net]!.bits);
  }
  return JSON.stringify(design);
}
