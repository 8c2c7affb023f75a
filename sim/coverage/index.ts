// SPDX-License-Identifier: Apache-2.0
// Coverage data of simulations: read, merged, summed up, and written for lcov.

export { toLcov } from './lcov.ts';
export { mergeCoverage } from './merge.ts';
export { parseCoverage } from './parse.ts';
export type { CoverageKind, CoveragePoint } from './point.ts';
export { formatCoverage, summarizeCoverage, type CoverageSummary } from './summary.ts';
