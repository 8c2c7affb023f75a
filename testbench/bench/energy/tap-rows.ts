// SPDX-License-Identifier: Apache-2.0
// Energies of a tap side by side, as figures.

import type { GateEnergy } from '../../../src/energy/gate/index.ts';
import type { Measured } from '../support/figures.ts';

/** What one cell takes. */
export interface Row {
  readonly name: string;
  readonly kind: string;
  readonly energy: GateEnergy;
}

/** Energies of rows, each beside the least of the distances and of the multipliers among them. */
export function energyFigures(rows: readonly Row[], what: string): Measured[] {
  const kinds = [...new Set(rows.map(({ kind }) => kind))].filter((kind) => !/minimum/.test(kind));
  const best = kinds.map(
    (kind) => rows.filter((row) => row.kind === kind).toSorted((a, b) => a.energy.total - b.energy.total)[0]!,
  );
  const ratios = (own: GateEnergy, of: (energy: GateEnergy) => number): string =>
    best.map((to) => `${to.name}: ratio ${(of(own) / of(to.energy)).toFixed(2)}`).join('; ');
  return rows.flatMap(({ name: cell, energy }): Measured[] => [
    {
      name: `${cell}, ${what}`,
      value: energy.total * 1e12,
      unit: 'pJ',
      against: ratios(energy, ({ total }) => total),
    },
    {
      name: `${cell}, ${what}, without clock pins`,
      value: (energy.total - energy.clock) * 1e12,
      unit: 'pJ',
      against: ratios(energy, ({ total, clock }) => total - clock),
    },
  ]);
}
