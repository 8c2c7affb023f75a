// SPDX-License-Identifier: Apache-2.0
export { compareInference, type LayerComparison, type Mismatch } from './compare.ts';
export type { EnergyReport, ImageEnergyReport, LayerReport, RunCyclesReport, RunReport } from './report-shape.ts';
export { type CyclesQuestion, makeCyclesReport, reportedLayers } from './cycles-report.ts';
export type { CyclesLayerReport, CyclesReport, CyclesTotals, ScaleSimReport } from './cycles-shape.ts';
export { cyclesText } from './cycles-text.ts';
export { chartColumn, type ChartSeries, type LineChart, lineChart } from './line-chart.ts';
export { makeRunReport, type RunResult } from './run-report.ts';
export { runText } from './run-text.ts';
export { type CurvePoint, trainingCurve } from './training-curve.ts';
