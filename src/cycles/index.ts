// SPDX-License-Identifier: Apache-2.0
export type { LayerCounters, LayerCycles, LayerEvents } from './counters.ts';
export { layerCounters } from './layer-cycles.ts';
