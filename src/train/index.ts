// SPDX-License-Identifier: Apache-2.0
export { type Augmentation } from './augment.ts';
export { type Evaluation, evaluateFloat, recalibrate } from './evaluate.ts';
export { type TrainOptions, type TrainProgress, trainNetwork } from './train.ts';
export { type Made, type MakeOptions, measureIntegers, trainAndQuantize } from './make.ts';
