// SPDX-License-Identifier: Apache-2.0
// Verilog modules as objects in Node: any top module becomes an addon through
// Verilator, built once and cached by content.

export { build } from './build.ts';
export { Claims, type Driver } from './claims.ts';
export { Capture, type Captured, type CaptureOptions } from './capture.ts';
export {
  formatCoverage,
  mergeCoverage,
  parseCoverage,
  summarizeCoverage,
  toLcov,
  type CoverageKind,
  type CoveragePoint,
  type CoverageSummary,
} from './coverage/index.ts';
export { describeDesign } from './describe-design.ts';
export {
  findSignal,
  type Design,
  type FoundSignal,
  type ParameterType,
  type PortType,
  type SignalType,
} from './design/index.ts';
export { DriverError, SimulationError, type SimulationErrorDetails, type SimulationErrorKind } from './errors.ts';
export { Model, type CreateOptions, type ModelCode } from './model.ts';
export type { PortArray } from './native.ts';
export type { BuildOptions, ParameterValue } from './options.ts';
export type { Port, Ports } from './ports.ts';
export { parameterValue } from './parameter-value.ts';
export {
  Flag,
  Outcome,
  Queue,
  Trigger,
  until,
  within,
  type EdgeDirection,
  type First,
  type Process,
  type ResultOf,
  type ResultsOf,
  type RunAsyncOptions,
  type Task,
  type TaskBody,
  type TaskState,
  type Yielded,
} from './process/index.ts';
export { Simulation, type ClockEdge, type RunUntilOptions } from './simulation.ts';
export type { ClockOptions, ResetOptions } from './clocking.ts';
export type { AnyDesign, DesignTypes, DrivenValue, InputName } from './design-types.ts';
export { Snapshot } from './snapshot.ts';
export { designTypes } from './types/index.ts';
export { findVerilator, type Verilator } from './verilator.ts';
export {
  BuildError,
  CacheError,
  ToolchainError,
  buildAddon,
  cacheFolder,
  clearCache,
  findCompiler,
  formatDiagnostic,
  listCache,
  loadAddon,
  type AddonOptions,
  type CacheEntry,
  type CacheListing,
  type Compiler,
  type Diagnostic,
} from './addon/index.ts';
export { renderWave, waveJson, type WaveOptions } from './wave/index.ts';
export * from './bus/index.ts';
