// SPDX-License-Identifier: Apache-2.0
// What an inference takes on a board's configuration, by the closed form: the layers' clocks, in batches that fill the
// rows. The link to the host is not counted, and weights that come for each batch are as if they came a word a clock.

import type { Configuration } from '../compile/index.ts';
import { chooseSchedule, hostCycles, networkCounters, networkWorkload, workloadNeeds } from '../cycles/index.ts';
import type { QuantizedNetwork } from '../network/index.ts';
import type { NetworkCycles } from '../report/index.ts';

/** Counts a network's cycles; where the configuration has no room for it, says for what. */
export function cyclesOn(configuration: Configuration, config: string, network: QuantizedNetwork): NetworkCycles {
  const { name } = network.network;
  const images = configuration.rows;
  const schedule = chooseSchedule(network, configuration, images);
  const small = workloadNeeds(networkWorkload(network), configuration, schedule).filter(
    ({ name: size, needed }) => needed > (configuration[size] ?? 0),
  );
  const counters = networkCounters(network, configuration, images, schedule);
  const sum = (of: (one: (typeof counters)[number]) => number): number =>
    counters.reduce((total, one) => total + of(one), 0) / images;
  const sadsPerImage = sum(({ events }) => events.sads);
  if (small.length === 0) {
    const { segmentLoad } = hostCycles(network, configuration, images, schedule);
    return {
      network: name,
      cyclesPerImage: sum(({ cycles }) => cycles.total),
      sadsPerImage,
      ...(segmentLoad > 0 && {
        notCounted:
          `Inferences a second with weights from a flash or over a line: ${name} takes some anew for each batch, which are ` +
          'counted as if a word came in each clock (docs/board.md has what a flash takes).',
      }),
    };
  }
  const lacking = small.map(({ name: size, needed }) => `${size} of ${needed} (it has ${configuration[size] ?? 0})`);
  return {
    network: name,
    cyclesPerImage: null,
    sadsPerImage,
    notCounted: `Inferences a second: ${name} does not fit ${config}, which would need ${lacking.join(', ')}.`,
  };
}
