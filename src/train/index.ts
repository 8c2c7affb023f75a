// SPDX-License-Identifier: Apache-2.0
export { type Augmentation, augmentations } from './augment.ts';
export { type EpochRecord } from './checkpoint.ts';
export { type Evaluation, evaluateFloat, recalibrate } from './evaluate.ts';
export { type Learner, type Listeners, type TrainProgress } from './learn.ts';
export { type Recipe, type RecipeOptions, usualRecipe } from './settings.ts';
export { type TrainOptions, trainNetwork } from './train.ts';
export { fineTune, type FineTuned, type FineTuneOptions, usualFineTuning } from './fine-tune.ts';
export { type DataParts, type Made, makeNetwork, type MakeOptions, measureIntegers } from './make.ts';
