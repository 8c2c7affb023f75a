// SPDX-License-Identifier: Apache-2.0
// What the closed form says of a whole run: its counters summed over batches.

import type { Configuration, Schedule } from '../../src/compile/index.ts';
import { type LayerCounters, networkCounters } from '../../src/cycles/index.ts';
import type { Case } from './arbitraries.ts';
import { zerosOf } from './count-alike.ts';

/** Counters of each layer of a case, without holds. */
export function closedForm(chosen: Case, configuration: Configuration, schedule?: Schedule): LayerCounters[] {
  const { network, count } = chosen;
  return networkCounters(network, configuration, count, schedule, zerosOf(chosen, configuration));
}
