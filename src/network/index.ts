// SPDX-License-Identifier: Apache-2.0
export type { AdderLayer, MapShape, Network } from './layer.ts';
export { type LayerGeometry, layerGeometry, mapSize } from './geometry.ts';
export { type Codes, FOLD_LIMITS, type Provenance, type QuantizedLayer, type QuantizedNetwork } from './quantized.ts';
export { lenet5 } from './lenet5.ts';
export { packageRoot } from './package-root.ts';
export { checkLayer, checkNetwork } from './check-network.ts';
export { batchNormEpsilon, type FloatLayer, type FloatModel, type InputScaling } from './float-model.ts';
export { readQuantized, writeQuantized } from './quantized-file.ts';
export { shippedWeights } from './weights.ts';
