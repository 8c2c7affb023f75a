// SPDX-License-Identifier: Apache-2.0
// Sampled signals as a picture.

export { renderWave } from './render.ts';
export type { WaveOptions, WaveSignal } from './samples.ts';
export { waveJson, type WaveJson, type WaveLane } from './wave-json.ts';
