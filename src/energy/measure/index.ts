// SPDX-License-Identifier: Apache-2.0
export {
  type ArrayCell,
  arrayEnergy,
  type ArrayGates,
  arrayGates,
  arrayParameters,
  arraySources,
  TAP_BITS,
  type Technology,
} from './array-energy.ts';
export { type Folding, type LaneEnergy, measureLane, realFolds } from './fold-energy.ts';
export { FIT_IMAGES, type FitRequest, type FitSource, type LayerCheck } from './fit.ts';
export { errorOf } from './measured-table.ts';
export { type MeasuredLibrary, measureLibrary, openLibrary } from './measure-library.ts';
export { addingLayers, type Inferred, type Operands, realOperands } from './operands.ts';
