// SPDX-License-Identifier: Apache-2.0
// Which words of the maps of a batch hold anything: cells of minima skip taps that are 0 for every image of the batch,
// so that their clocks depend on its maps.

import type { Configuration } from '../compile/index.ts';
import { type Codes, layerGeometry, mapSize, type Network, pictureShape, sourceOf } from '../network/index.ts';

/**
 * For each layer, the map that it reads: a byte a value, [row][column][channel], 1 where some image of the batch has a
 * code that is not 0. Layers that read the same map may share its bytes.
 */
export type Occupancy = readonly Uint8Array[];

/** What the clocks of one batch depend on besides the network. */
export interface BatchData {
  /** @defaultValue nothing is 0 */
  readonly occupancy?: Occupancy | undefined;
  /** Which batch of a run it is, from 0 on: pictures lie in two banks by turns. */
  readonly batch: number;
  /** Its images, where clocks depend on how many there are. @defaultValue as many as a batch has at most */
  readonly images?: number;
}

/** Which values of a map are not 0 in some of the images from one up to another. */
function occupied(codes: Codes, size: number, from: number, to: number): Uint8Array {
  const found = new Uint8Array(size);
  for (let image = from; image < to; image++) {
    for (let i = 0; i < size; i++) if (codes[image * size + i] !== 0) found[i] = 1;
  }
  return found;
}

/**
 * Occupancies of the batches of a run, one a batch of `rows` images or what is left of them.
 * @param pictures codes of all images
 * @param maps of each layer for all images, as a device gives them
 */
export function occupanciesOf(
  network: Network,
  { rows }: Pick<Configuration, 'rows'>,
  pictures: Codes,
  maps: readonly Codes[],
  images: number,
): Occupancy[] {
  const sources = network.layers.map((_, index) => sourceOf(network, index));
  const sizeOf = (source: number): number =>
    mapSize(source === -1 ? pictureShape(network) : layerGeometry(network.layers[source]!).output);
  return Array.from({ length: Math.ceil(images / rows) }, (_, batch) => {
    const [from, to] = [batch * rows, Math.min((batch + 1) * rows, images)];
    const read = new Map<number, Uint8Array>();
    return sources.map((source) => {
      const found = read.get(source) ?? occupied(source === -1 ? pictures : maps[source]!, sizeOf(source), from, to);
      read.set(source, found);
      return found;
    });
  });
}
