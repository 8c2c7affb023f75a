// SPDX-License-Identifier: Apache-2.0
// The maps of all layers, put together again from the words that the core was seen to write. Maps share addresses on
// chip, one after the other; here each has its own place.

import { type CompiledNetwork, programRecords } from '../compile/index.ts';
import { type Codes, layerGeometry, mapSize, newCodes, outputBits } from '../network/index.ts';
import { imagesIn, type WrittenWords } from './written-words.ts';
import { DeviceFault } from './device-fault.ts';
import { type LaneCodes, laneCodes } from './lane-codes.ts';

/** A layer's map. */
export interface MapLayout {
  readonly name: string;
  /** Values in the map of an image, and words in that of a batch. */
  readonly size: number;
}

/** Where the words of a record belong: of some rows of its layer's map. */
export interface RecordLayout extends MapLayout {
  /** Index of the layer. */
  readonly layer: number;
  /** Place of its first word in the map. */
  readonly first: number;
  /** Words that it writes again: records before it have written them, too. */
  readonly again: number;
  readonly target: number;
  /** Address of its first word. */
  readonly base: number;
}

/** Where the words of each record of the program belong; those of a layer's filters belong together. */
export function recordLayouts({ network, placements, records: all }: CompiledNetwork): readonly RecordLayout[] {
  const records = programRecords(all);
  const written = network.layers.map(() => 0);
  return records.map(({ layer, rows }, index) => {
    const { layer: fields } = network.layers[layer]!;
    const { output } = layerGeometry(fields);
    const row = output.width * output.channels;
    const { from, to } = rows.output;
    const { dest } = placements[layer]!;
    const again = Math.max(written[layer]! - from, 0) * row;
    if (records[index + 1]?.rows !== rows) written[layer] = to;
    return {
      layer,
      name: fields.name,
      first: from * row,
      size: (to - from) * row,
      again,
      target: dest.buffer,
      base: dest.base + (from - rows.destFrom) * row,
    };
  });
}

/** All layers' maps. */
export function mapLayouts({ network }: CompiledNetwork): readonly MapLayout[] {
  return network.layers.map(({ layer }) => ({ name: layer.name, size: mapSize(layerGeometry(layer).output) }));
}

/** Maps of zeros for every layer of `count` images. */
export function newMaps({ network }: CompiledNetwork, count: number): Codes[] {
  return network.layers.map((layer) => newCodes(outputBits(layer), count * mapSize(layerGeometry(layer.layer).output)));
}

/** Words that one record wrote, one after the other. */
export interface RecordWords extends LaneCodes {
  /** Index of the record. */
  readonly record: number;
  /** The first of them, and the one after the last, among all that were written. */
  readonly from: number;
  readonly to: number;
}

/**
 * Splits words by record, and checks that each is where it belongs.
 * @param records where the words of each record belong
 * @returns the parts, and for each word its place in its layer's map
 * @throws {DeviceFault} when a word is outside its record's rows
 */
export function recordWords(
  { layers: written, targets, addresses, words, cycles, count }: WrittenWords,
  records: readonly RecordLayout[],
  rows: number,
  dataBits: number,
): { readonly parts: readonly RecordWords[]; readonly elements: Uint32Array } {
  const lanes = laneCodes(words, words.length / count, rows, dataBits);
  const elements = new Uint32Array(count);
  const parts: RecordWords[] = [];
  for (let from = 0, to = 0; from < count; from = to) {
    const record = written[from]!;
    const layout = records[record];
    if (!layout)
      throw new DeviceFault(`Expected writes of the program's layers, but received one of record ${record}.`);
    const { base, first, size, target } = layout;
    for (to = from; to < count && written[to] === record; to++) {
      const word = addresses[to]! - base;
      if (targets[to] !== target || word < 0 || word >= size) {
        throw misplaced(layout, targets[to]!, addresses[to]!, cycles[to]!);
      }
      elements[to] = first + word;
    }
    parts.push({ ...lanes, record, from, to });
  }
  return { parts, elements };
}

function misplaced(layout: RecordLayout, target: number, address: number, cycle: number): DeviceFault {
  const { name, base, size } = layout;
  return new DeviceFault(
    `Expected writes of layer ${name} to be in buffer ${layout.target} at addresses from ${base} to ` +
      `${base + size - 1}, but received ${address} in buffer ${target} in cycle ${cycle}.`,
  );
}

/**
 * Spreads one record's words over the maps of a batch's images.
 * @param map codes of the layer for all images
 * @param size values in the map of one image
 * @param first image of the batch's first
 * @param used images in the batch
 */
export function spreadWords(
  { codes, stride, from, to, images }: Omit<RecordWords, 'record'> & Pick<WrittenWords, 'images'>,
  elements: Uint32Array,
  map: Codes,
  size: number,
  first: number,
  used: number,
): void {
  if (images !== undefined) {
    for (let word = from; word < to; word++) {
      const those = imagesIn({ images }, word, used);
      for (let image = those.first; image < those.end; image++) {
        map[(first + image) * size + elements[word]!] = codes[word * stride + image - those.first]!;
      }
    }
    return;
  }
  for (let lane = 0; lane < used; lane++) {
    const base = (first + lane) * size;
    for (let word = from; word < to; word++) map[base + elements[word]!] = codes[word * stride + lane]!;
  }
}
