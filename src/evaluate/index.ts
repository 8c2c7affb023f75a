// SPDX-License-Identifier: Apache-2.0
export { type ClassAccuracy, type Confusion, confusionOf } from './confusion.ts';
export { evaluate, type Evaluated, type EvaluateOptions, type Measured } from './evaluate.ts';
export { floatScores, integerScores, type IntegerLevel, type OnImages } from './scores.ts';
export { type LayerSignal, measureSignals } from './signal.ts';
