// SPDX-License-Identifier: Apache-2.0
// What the counted layers of a workload need of a configuration, the most of each size.

import { type Configuration, type Need, type Schedule, sizeNeeds } from '../compile/index.ts';
import { layerGeometry, mapSize, picture, type Network, type QuantizedNetwork } from '../network/index.ts';
import type { Workload } from './workload.ts';

/** Needs by name, the largest of each. */
function largestOf(needs: Iterable<Need>): Need[] {
  const largest = new Map<Need['name'], Need>();
  for (const need of needs) {
    if (need.needed > (largest.get(need.name)?.needed ?? -1)) largest.set(need.name, need);
  }
  return [...largest.values()];
}

function networkNeeds(given: Network | QuantizedNetwork, configuration: Configuration, schedule: Schedule): Need[] {
  const [network, integers] = 'network' in given ? [given.network, given.layers] : [given, undefined];
  return sizeNeeds(network, configuration, integers, schedule);
}

/** Sizes that hold every layer at once; of others the largest layer's is enough. */
const ADD_UP: ReadonlySet<Need['name']> = new Set(['weightDepth', 'foldDepth', 'programDepth']);

/** Needs of layers that do not make a network: one map a buffer, and the last one's in the result buffer. */
function apartNeeds({ name, layers }: Workload, configuration: Configuration): Need[] {
  const counted = layers.flatMap(({ work, notCounted }) => (work && notCounted === null ? [work.layer] : []));
  const sums = new Map<Need['name'], Need>();
  const rest: Need[] = [];
  counted.forEach((layer, index) => {
    const alone = { ...layer, source: picture, shortcut: null };
    for (const need of sizeNeeds({ name, layers: [alone] }, configuration)) {
      if (ADD_UP.has(need.name)) {
        sums.set(need.name, { ...need, needed: need.needed + (sums.get(need.name)?.needed ?? 0) });
      } else if (need.name !== 'activationDepth' && (need.name !== 'resultDepth' || index === counted.length - 1)) {
        rest.push(need);
      }
    }
    const words = (needed: number, what: string): Need => ({ name: 'activationDepth', unit: 'words', needed, what });
    rest.push(words(mapSize(layer.input), `the input of layer ${layer.name}`));
    if (index < counted.length - 1) {
      rest.push(words(mapSize(layerGeometry(layer).output), `the output of layer ${layer.name}`));
    }
  });
  return [...rest, ...sums.values()];
}

/**
 * What the counted layers need.
 * @param schedule of a network; layers by themselves keep their sums in the cells
 */
export function workloadNeeds(workload: Workload, configuration: Configuration, schedule: Schedule = 'output'): Need[] {
  const { network, layers } = workload;
  const whole = network !== null && layers.every(({ notCounted }) => notCounted === null);
  return largestOf(whole ? networkNeeds(network, configuration, schedule) : apartNeeds(workload, configuration));
}
