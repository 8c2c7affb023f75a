// SPDX-License-Identifier: Apache-2.0
// Which schedule takes fewer clocks for so many images, by the closed form. One image fills the array only where weights
// are held; a batch that fills the rows takes fewer clocks where sums stay; a few images may take the fewest where each
// layer has a schedule of its own.

import {
  type Configuration,
  type Schedule,
  type ScheduleName,
  unsupported,
  unsupportedStationary,
} from '../compile/index.ts';
import type { Network, QuantizedNetwork } from '../network/index.ts';
import { chooseLayers, unsupportedLayers } from './choose-layers.ts';
import { networkCounters } from './run-counters.ts';
import { fits, type Scheduled } from './scheduled.ts';

/** A schedule, or the one that takes the fewest clocks. */
export type ScheduleChoice = ScheduleName | 'auto';

/** What may be asked for. */
export const SCHEDULES: readonly ScheduleChoice[] = ['auto', 'output', 'weight', 'layers'];

/** Clocks of the layers of a network, for all images. */
function clocksOf<Given extends Network | QuantizedNetwork>(
  { network, schedule }: Scheduled<Given>,
  configuration: Configuration,
  images: number,
): number {
  return networkCounters(network, configuration, images, schedule).reduce((sum, { cycles }) => sum + cycles.total, 0);
}

/** The one of some with the fewest clocks, the first of equals; undefined for none. */
function fewestClocks<Given extends Network | QuantizedNetwork>(
  some: readonly Scheduled<Given>[],
  configuration: Configuration,
  images: number,
): Scheduled<Given> | undefined {
  const [first, ...others] = some;
  if (first === undefined || others.length === 0) return first;
  let best = { one: first, clocks: clocksOf(first, configuration, images) };
  for (const one of others) {
    const clocks = clocksOf(one, configuration, images);
    if (clocks < best.clocks) best = { one, clocks };
  }
  return best.one;
}

/** The same schedule for all layers: those that a configuration can hold and has room for. */
function ofAllLayers<Given extends Network | QuantizedNetwork>(
  given: Given,
  configuration: Configuration,
): Scheduled<Given>[] {
  const network: Network = 'network' in given ? given.network : given;
  const output = { network: given, schedule: 'output' } as const;
  const weight = { network: given, schedule: 'weight' } as const;
  const held =
    (configuration.partialDepth ?? 0) > 0 &&
    network.layers.every(
      (layer) => unsupported(layer) === null && unsupportedStationary(layer, configuration) === null,
    );
  if (!held || !fits(weight, configuration)) return [output];
  return fits(output, configuration) ? [output, weight] : [weight];
}

/**
 * Chooses one schedule for all layers of a network: of those that a configuration has room for the one whose layers take
 * fewer clocks for so many images.
 * @returns `output` where nothing fits
 */
export function chooseSchedule(
  given: Network | QuantizedNetwork,
  configuration: Configuration,
  images: number,
): Schedule {
  return fewestClocks(ofAllLayers(given, configuration), configuration, images)!.schedule;
}

/**
 * A network with the schedule that was chosen, or with `auto` the one with the fewest clocks for so many images.
 * @throws {RangeError} where each layer is to have a schedule of its own, and the array cannot
 */
export function scheduleNetwork<Given extends Network | QuantizedNetwork>(
  given: Given,
  configuration: Configuration,
  images: number,
  choice: ScheduleChoice,
): Scheduled<Given> {
  if (choice === 'layers') return chooseLayers(given, configuration, images);
  if (choice !== 'auto') return { network: given, schedule: choice };
  const network: Network = 'network' in given ? given.network : given;
  const some = ofAllLayers(given, configuration);
  if (images > 1 && unsupportedLayers(network, configuration) === null) {
    const layers = chooseLayers(given, configuration, images);
    if (fits(layers, configuration)) some.push(layers);
  }
  return fewestClocks(some, configuration, images)!;
}
