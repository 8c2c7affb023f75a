// SPDX-License-Identifier: Apache-2.0
// Properties of designs, with fast-check: values made from ports' types, and runs that
// start from the same state, shrink, and show the smallest failure as a waveform.

export { checkDesign, type CheckDesignOptions } from './check-design.ts';
export type { CheckedModel, CheckedPort, CheckedSignal, CheckedSimulation, DrivenModel } from './checked.ts';
export { DesignCheckError, type DesignCheckErrorDetails } from './design-check-error.ts';
export { drive, inputValues } from './inputs.ts';
export { portValue, type PortElements, type PortValue } from './port-value.ts';
export { stimulus, type Stimulus, type StimulusOptions } from './stimulus.ts';
