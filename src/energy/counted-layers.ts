// SPDX-License-Identifier: Apache-2.0
// What an estimate has to know of layers, from their counters: those of the RTL or of the closed form.

import { type Configuration, isHeld, layNetwork, type Schedule } from '../compile/index.ts';
import { type LayerCounters, skippedTaps } from '../cycles/index.ts';
import { layerGeometry, type Network } from '../network/index.ts';
import type { CountedLayer } from './estimate.ts';

/** The layers of a run of so many images. */
export function countedLayers(
  { layers }: Network,
  configuration: Configuration,
  images: number,
  counters: readonly LayerCounters[],
  schedule: Schedule,
): CountedLayer[] {
  const plans = schedule === 'output' ? [] : layNetwork(layers, configuration, schedule).plans;
  return layers.map((layer, index) => {
    const counted = counters[index]!;
    const plan = plans[index];
    const { cycles, events } = counted;
    // Cells count bits of products, or of minima a pixel's activations besides: neither is what the twin multiplies,
    // which would skip what is 0, too.
    const taken = cycles.stream / (cycles.stream + skippedTaps(layer, configuration, counted));
    const countsTaps = layer.cell === 'adder' && configuration.cell !== 'minimum';
    return {
      name: layer.name,
      events,
      operations: countsTaps ? events.sads : layerGeometry(layer).sads * images * taken,
      ...(plan !== undefined && isHeld(plan) && { folds: plan.taps }),
    };
  });
}
