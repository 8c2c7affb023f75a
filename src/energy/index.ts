// SPDX-License-Identifier: Apache-2.0
export { accelergyFiles, type AccelergyFile } from './accelergy.ts';
export type { BoundaryBytes, EnergyPart } from './actions.ts';
export type { Band, EnergySplit } from './band.ts';
export {
  type CellEstimate,
  type CountedLayer,
  type CountedRun,
  type EnergyEstimate,
  type EnergyRatio,
  type PricedLayer,
  arrayRatio,
  dramTypes,
  estimateEnergy,
  isHidden,
  publishedTables,
} from './estimate.ts';
export { type AreaFigures, type AreaTable, type PartFigures, readAreas } from './areas.ts';
export { type AddingCell, withCells } from './adding-cells.ts';
export { type CellChoice, type CellRatios, chooseCell } from './choose-cell.ts';
export { countedLayers } from './counted-layers.ts';
export type { EnergyTables } from './layer-energy.ts';
export { type ArrayEnergy, type MeasuredEnergy, measuredEnergy, requireWidth } from './measured.ts';
export {
  FIT_IMAGES,
  type FitRequest,
  type FitSource,
  type MeasuredLibrary,
  measureLibrary,
  openLibrary,
} from './measure/index.ts';
export { measuredTableNames, measuredTableOf, readMeasuredTable } from './read-measured.ts';
export { type ArraySizeUse, arraySizeUses, type Comparison, type DramUse, dramUses } from './memory-use.ts';
export type {
  ArithmeticTable,
  EnergySource,
  MeasuredLane,
  MeasuredTable,
  MemoryTable,
  OffChipTable,
  Point,
  RegisterTable,
} from './table.ts';
