// SPDX-License-Identifier: Apache-2.0
// Verilog modules as objects in Node: any top module becomes an addon through
// Verilator, built once and cached by content.

export { build } from './build.ts';
export { Capture, type Captured, type CaptureOptions } from './capture.ts';
export { SimulationError, type SimulationErrorDetails, type SimulationErrorKind } from './errors.ts';
export { Model, type CreateOptions, type ModelCode } from './model.ts';
export type { PortArray } from './native.ts';
export type { BuildOptions, ParameterValue } from './options.ts';
export type { Port, Ports } from './ports.ts';
export { Simulation, type RunUntilOptions } from './simulation.ts';
export { findVerilator, type Verilator } from './verilator.ts';
export {
  BuildError,
  CacheError,
  ToolchainError,
  buildAddon,
  cacheFolder,
  findCompiler,
  formatDiagnostic,
  loadAddon,
  type AddonOptions,
  type Compiler,
  type Diagnostic,
} from './addon/index.ts';
