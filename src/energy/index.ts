// SPDX-License-Identifier: Apache-2.0
export type { Band, EnergySplit } from './band.ts';
export {
  type CountedLayer,
  type CountedRun,
  type EnergyEstimate,
  type PricedLayer,
  estimateEnergy,
  publishedTables,
} from './estimate.ts';
export type { BoundaryBytes, EnergyTables } from './layer-energy.ts';
export type { ArithmeticTable, EnergySource, MemoryTable, OffChipTable, Point, RegisterTable } from './table.ts';
