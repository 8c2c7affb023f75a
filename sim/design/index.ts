// SPDX-License-Identifier: Apache-2.0
// What Verilator says that a design has.

export { portRefusal } from './assemble.ts';
export { descriptionArgs, descriptionFiles, readDesign } from './describe.ts';
export type { Design, ModuleType, ParameterType, PortType, Scope, SignalType, VariableType } from './design.ts';
export { findSignal, signalRefusal, type FoundSignal } from './find-signal.ts';
export { instancesAt, modulePlaces, type ModulePlace } from './module-places.ts';
export { readJson } from './read-json.ts';
export { readXml } from './read-xml.ts';
export type { Refusal, SignalShape } from './shape.ts';
export { describeStaged } from './staged.ts';
