// SPDX-License-Identifier: Apache-2.0
// TypeScript declarations of a design.

export { designTypes, typesName } from './design-types.ts';
