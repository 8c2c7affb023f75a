// SPDX-License-Identifier: Apache-2.0
export { type NamedTensors, readTensors, type TensorFormat } from './read-tensors.ts';
export {
  type Imported,
  type ImportedLayer,
  importModel,
  type ImportOptions,
  type ImportReport,
} from './import-model.ts';
export type { GivenScaling } from './input-scaling.ts';
export { type LayerMap, type MapEntry, readMap } from './map-file.ts';
export { exportModel, stateDict } from './export-tensors.ts';
