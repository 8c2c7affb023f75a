// SPDX-License-Identifier: Apache-2.0

import type { EnergySource } from '../energy/index.ts';

/** The sources of tables, without their figures. */
export function sourcesOf(tables: readonly EnergySource[]): EnergySource[] {
  return tables.map(({ id, source, process, voltage, date, rule }) => ({ id, source, process, voltage, date, rule }));
}
