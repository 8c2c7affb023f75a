// SPDX-License-Identifier: Apache-2.0
// Which schedule takes fewer clocks for so many images, by the closed form. One image fills the array only where weights
// are held; a batch that fills the rows takes fewer clocks where sums stay.

import {
  type Configuration,
  type Need,
  type Schedule,
  sizeNeeds,
  stationaryNeeds,
  unsupported,
  unsupportedStationary,
} from '../compile/index.ts';
import type { Network, QuantizedNetwork } from '../network/index.ts';
import { networkCounters } from './run-counters.ts';

/** A schedule, or the one that takes fewer clocks. */
export type ScheduleChoice = Schedule | 'auto';

/** What may be asked for. */
export const SCHEDULES: readonly ScheduleChoice[] = ['auto', 'output', 'weight'];

function fits(needs: readonly Need[], configuration: Configuration): boolean {
  return needs.every(({ name, needed }) => needed <= (configuration[name] ?? 0));
}

/**
 * Chooses a schedule for a network: of those that a configuration has room for the one whose layers take fewer clocks
 * for so many images.
 * @returns `output` where nothing fits
 */
export function chooseSchedule(
  given: Network | QuantizedNetwork,
  configuration: Configuration,
  images: number,
): Schedule {
  if ((configuration.partialDepth ?? 0) === 0) return 'output';
  const [network, integers] = 'network' in given ? [given.network, given.layers] : [given, undefined];
  const computes = network.layers.every(
    (layer) => unsupported(layer) === null && unsupportedStationary(layer, configuration) === null,
  );
  if (!computes || !fits(stationaryNeeds(network, configuration, integers), configuration)) return 'output';
  if (!fits(sizeNeeds(network, configuration, integers), configuration)) return 'weight';
  const clocks = (schedule: Schedule): number =>
    networkCounters(given, configuration, images, schedule).reduce((sum, { cycles }) => sum + cycles.total, 0);
  return clocks('weight') < clocks('output') ? 'weight' : 'output';
}
