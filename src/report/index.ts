// SPDX-License-Identifier: Apache-2.0
export type {
  EnergyReport,
  ImageEnergyReport,
  LayerReport,
  RunCyclesReport,
  RunReport,
  StoppedReport,
  WaveformReport,
} from './report-shape.ts';
export { type CyclesQuestion, makeCyclesReport, reportedLayers } from './cycles-report.ts';
export type { CyclesLayerReport, CyclesReport, CyclesTotals, ScaleSimReport } from './cycles-shape.ts';
export { cyclesText } from './cycles-text.ts';
export { energyCommandText } from './energy-command-text.ts';
export { countedRun, type EnergyQuestion, type MinimaZeros } from './array-energy.ts';
export { type EnergyCommandReport, makeEnergyReport } from './energy-report.ts';
export { requireMeasurable } from './measured-report.ts';
export { type FpgaResult, makeFpgaReport, type NetworkCycles } from './fpga-report.ts';
export type { BuildFigures, FpgaReport, Throughput, UsedPart } from './fpga-shape.ts';
export { fpgaText } from './fpga-text.ts';
export { chartColumn, type ChartSeries, type LineChart, lineChart } from './line-chart.ts';
export type { ImageZeros } from './zeros.ts';
export { makePage } from './make-page.ts';
export { makeRunReport, makeStoppedReport, type RunResult, type RunSetup } from './run-report.ts';
export { runText, stoppedText } from './run-text.ts';
export { type CurvePoint, trainingCurve } from './training-curve.ts';
