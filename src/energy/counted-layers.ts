// SPDX-License-Identifier: Apache-2.0
// What an estimate has to know of layers, from their counters: those of the RTL or of the closed form.

import { type Configuration, isHeld, layNetwork, type Schedule } from '../compile/index.ts';
import { type LayerCounters, takenShares } from '../cycles/index.ts';
import { layerGeometry, type Network, type QuantizedNetwork } from '../network/index.ts';
import type { CountedLayer } from './estimate.ts';

/**
 * The layers of a run of so many images.
 * @param given with its weights, where cells of minima skip taps that none of them uses
 */
export function countedLayers(
  given: Network | QuantizedNetwork,
  configuration: Configuration,
  images: number,
  counters: readonly LayerCounters[],
  schedule: Schedule,
): CountedLayer[] {
  const [{ layers }, integers] = 'network' in given ? [given.network, given.layers] : [given, undefined];
  const { tapsPerClock = 1 } = configuration;
  const { plans } = layNetwork(layers, configuration, schedule, integers);
  return layers.map((layer, index) => {
    const counted = counters[index]!;
    const plan = plans[index]!;
    const { events, cycles } = counted;
    // Cells count bits of products, or of minima a pixel's activations besides: neither is what the twin multiplies,
    // which would skip activations that are 0, too, but has no planes whose bits may be.
    const taken = takenShares(plan, integers?.[index], configuration, images, counted);
    const countsTaps = layer.cell === 'adder' && configuration.cell !== 'minimum';
    return {
      name: layer.name,
      events,
      operations: countsTaps ? events.sads : layerGeometry(layer).sads * images * taken.products,
      ...(taken.products !== taken.taps && { bitsSkipped: 1 - taken.taps / taken.products }),
      ...(isHeld(plan) && { folds: plan.taps }),
      // A word of weights is read for each tap.
      ...(tapsPerClock > 1 && cycles.stream > 0 && { tapsAClock: events.weightReads / cycles.stream }),
    };
  });
}
