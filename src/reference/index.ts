// SPDX-License-Identifier: Apache-2.0
export { adderLayer, adderSums, fold, inferReference, type ReferenceResult } from './reference.ts';
