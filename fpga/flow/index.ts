// SPDX-License-Identifier: Apache-2.0
export { bitstream } from './bitstream.ts';
export { type Budget, type BudgetCheck, budgetFault, checkBudget, readBudgets } from './budgets.ts';
export { type Board, boardNames, readBoard } from './board.ts';
export { type Build, type BuildRequest, buildPart, toolsFor } from './build.ts';
export { buildModule, type ModuleRequest } from './build-module.ts';
export type { CriticalPath } from './critical-path.ts';
export { boardDesign, type Design, type SourceFile } from './design.ts';
export { FAMILIES } from './families.ts';
export { floorplan } from './floorplan.ts';
export { moduleResources } from './module-resources.ts';
export { type Part, PARTS } from './parts.ts';
export type { Placement } from './place.ts';
export { MisfitError } from './refusals.ts';
export { RESOURCE_NAMES, RESOURCE_TITLES, type Resources } from './resources.ts';
export type { Fmax } from './spread.ts';
export { usedParts } from './used-parts.ts';
export type { Utilization } from './utilization.ts';
