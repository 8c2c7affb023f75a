// SPDX-License-Identifier: Apache-2.0
// The maps of all layers, put together again from the words that the core was seen to write. Maps share addresses on
// chip, one after the other; here each has its own place.

import type { CompiledNetwork } from '../compile/index.ts';
import { type Codes, layerGeometry, mapSize, newCodes, outputBits } from '../network/index.ts';
import type { WrittenWords } from './core-driver.ts';
import { DeviceFault } from './device-fault.ts';
import { type LaneCodes, laneCodes } from './lane-codes.ts';

/** Where a layer's words belong. */
export interface MapLayout {
  /** Index of the layer. */
  readonly layer: number;
  readonly name: string;
  /** Values in the map of an image, and words in that of a batch. */
  readonly size: number;
  readonly target: number;
  readonly base: number;
}

/** Where the words of each record of the program belong; those of one layer belong together. */
export function recordLayouts(compiled: CompiledNetwork): readonly MapLayout[] {
  const layouts = mapLayouts(compiled);
  return compiled.records.map(({ layer }) => layouts[layer]!);
}

/** Where all layers' words belong. */
export function mapLayouts({ network, placements }: CompiledNetwork): readonly MapLayout[] {
  return network.layers.map(({ layer }, index) => ({
    layer: index,
    name: layer.name,
    size: mapSize(layerGeometry(layer).output),
    target: placements[index]!.dest.buffer,
    base: placements[index]!.dest.base,
  }));
}

/** Maps of zeros for every layer of `count` images. */
export function newMaps({ network }: CompiledNetwork, count: number): Codes[] {
  return network.layers.map((layer) => newCodes(outputBits(layer), count * mapSize(layerGeometry(layer.layer).output)));
}

/** Words that one layer wrote, one after the other. */
export interface LayerWords extends LaneCodes {
  readonly layer: number;
  /** The first of them, and the one after the last, among all that were written. */
  readonly from: number;
  readonly to: number;
}

/**
 * Splits words by layer, and checks that each is where it belongs.
 * @param records where the words of each record belong
 * @returns the parts, and for each word its place in its layer's map
 * @throws {DeviceFault} when a word is outside its layer's map
 */
export function layerWords(
  { layers: written, targets, addresses, words, cycles, count }: WrittenWords,
  records: readonly MapLayout[],
  rows: number,
  dataBits: number,
): { readonly parts: readonly LayerWords[]; readonly elements: Uint32Array } {
  const lanes = laneCodes(words, words.length / count, rows, dataBits);
  const elements = new Uint32Array(count);
  const parts: LayerWords[] = [];
  for (let from = 0, to = 0; from < count; from = to) {
    const record = written[from]!;
    const layout = records[record];
    if (!layout)
      throw new DeviceFault(`Expected writes of the program's layers, but received one of record ${record}.`);
    const { base, size, target } = layout;
    for (to = from; to < count && written[to] === record; to++) {
      const element = addresses[to]! - base;
      if (targets[to] !== target || element < 0 || element >= size) {
        throw misplaced(layout, targets[to]!, addresses[to]!, cycles[to]!);
      }
      elements[to] = element;
    }
    parts.push({ ...lanes, layer: layout.layer, from, to });
  }
  return { parts, elements };
}

function misplaced(layout: MapLayout, target: number, address: number, cycle: number): DeviceFault {
  const { name, base, size } = layout;
  return new DeviceFault(
    `Expected writes of layer ${name} to be in buffer ${layout.target} at addresses from ${base} to ` +
      `${base + size - 1}, but received ${address} in buffer ${target} in cycle ${cycle}.`,
  );
}

/**
 * Spreads one layer's words over the maps of a batch's images.
 * @param map codes of the layer for all images
 * @param size values in the map of one image
 * @param first image in lane 0
 * @param used images in the batch
 */
export function spreadWords(
  { codes, stride, from, to }: LayerWords,
  elements: Uint32Array,
  map: Codes,
  size: number,
  first: number,
  used: number,
): void {
  for (let lane = 0; lane < used; lane++) {
    const base = (first + lane) * size;
    for (let word = from; word < to; word++) map[base + elements[word]!] = codes[word * stride + lane]!;
  }
}
