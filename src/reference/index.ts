// SPDX-License-Identifier: Apache-2.0
export { computeLayer, fold, inferReference, layerSums, type ReferenceResult } from './reference.ts';
