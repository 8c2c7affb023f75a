// SPDX-License-Identifier: Apache-2.0
export { type Cell, type Layer, type MapShape, type Network, picture, type PoolKind } from './layer.ts';
export { type LayerGeometry, layerGeometry, mapSize, shapeText } from './geometry.ts';
export { classesOf, inputBits, outputBits, pictureShape, shortcutOf, sourceOf } from './maps.ts';
export {
  type Codes,
  FOLD_LIMITS,
  newCodes,
  type Provenance,
  type QuantizedLayer,
  type QuantizedNetwork,
} from './quantized.ts';
export { buildNetwork, type LayerForm, type NetworkForm } from './build-layer.ts';
export { parseNetwork, readNetwork } from './network-file.ts';
export { networkByName, networkNames, twinOf } from './networks.ts';
export { lenet5 } from './lenet5.ts';
export { resnet18, resnet20, resnet32 } from './resnet.ts';
export { cifarSmall, vggSmall } from './cifar.ts';
export { packageRoot } from './package-root.ts';
export { checkLayer, checkNetwork } from './check-network.ts';
export { batchNormEpsilon, type FloatLayer, type FloatModel, type InputScaling } from './float-model.ts';
export { readQuantized, writeQuantized } from './quantized-file.ts';
export { shippedNetworks, shippedWeights } from './weights.ts';
export { type FloatFile, fileKind, readFloat, writeFloat } from './float-file.ts';
export { errorCode, readText, readWhole, writeAllWhole, writeWhole } from './whole-file.ts';
export { decodeNpy, isNpy } from './npy.ts';
export { singles, type Tensor, type TensorType, tensorText } from './tensor.ts';
export { classOf, countCorrect } from './scores.ts';
