// SPDX-License-Identifier: Apache-2.0
// Clocks in which the host moves words over the core's ports, one a clock, while the array stands still.

import { type Configuration, type Need, sizeNeeds } from '../compile/index.ts';
import { layerGeometry, mapSize, type Network } from '../network/index.ts';
import { batchesOf } from './counters-sum.ts';

/** Cycles that belong to no layer. */
export interface HostCycles {
  /** Weights, folds and the program, once. */
  readonly networkLoad: number;
  /** Images, a word a value: `rows` images share it. */
  readonly imageLoad: number;
  /** Results: a read word is there a clock after its address, so one clock more than words. */
  readonly resultRead: number;
}

/** The host's cycles for a network and so many images. */
export function hostCycles({ name, layers }: Network, configuration: Configuration, images: number): HostCycles {
  const batches = batchesOf(images, configuration);
  const loaded = new Set<Need['name']>(['weightDepth', 'foldDepth', 'programDepth']);
  return {
    networkLoad: sizeNeeds(name, layers, configuration)
      .filter((need) => loaded.has(need.name))
      .reduce((sum, { needed }) => sum + needed, 0),
    imageLoad: batches * mapSize(layers[0]!.input),
    resultRead: batches * (mapSize(layerGeometry(layers.at(-1)!).output) + 1),
  };
}
