// SPDX-License-Identifier: Apache-2.0
// Counters of a layer over all batches of a set of images.

import type { Configuration } from '../compile/index.ts';
import type { Layer } from '../network/index.ts';
import type { LayerCounters } from './counters.ts';
import { layerCounters } from './layer-cycles.ts';

/** Batches of so many images: each fills at most `rows` rows. */
export function batchesOf(images: number, { rows }: Pick<Configuration, 'rows'>): number {
  return Math.ceil(images / rows);
}

function scaled<T extends object>(record: T, times: number): T {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, (value as number) * times])) as T;
}

/**
 * Counters of one layer, summed over the batches of so many images. A batch costs the same however many of its rows
 * are in use: only the absolute differences follow the images.
 */
export function runCounters(layer: Layer, configuration: Configuration, images: number): LayerCounters {
  const batches = batchesOf(images, configuration);
  const { cycles, events } = layerCounters(layer, configuration, 1);
  return {
    cycles: scaled(cycles, batches),
    events: { ...scaled(events, batches), sads: events.sads * images },
  };
}
