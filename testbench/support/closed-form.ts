// SPDX-License-Identifier: Apache-2.0
// What the closed form says of a whole run: its counters summed over batches.

import type { Configuration } from '../../src/compile/index.ts';
import { type LayerCounters, layerCounters } from '../../src/cycles/index.ts';
import { addCounters } from '../../src/device/index.ts';
import type { Case } from './arbitraries.ts';

/** Counters of each layer of a case, without holds. */
export function closedForm({ network, count }: Case, configuration: Configuration): LayerCounters[] {
  const { rows } = configuration;
  return network.layers.map(({ layer }) =>
    Array.from({ length: Math.ceil(count / rows) }, (_, batch) =>
      layerCounters(layer, configuration, Math.min(rows, count - batch * rows)),
    ).reduce(addCounters),
  );
}
