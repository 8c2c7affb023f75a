// SPDX-License-Identifier: Apache-2.0
// Words that are blocks of one image's channels, taken apart: as if each value had been written by itself, in lane 0 of
// a word of its own at the address that it has among the map's values.

import {
  channelLanes,
  type CompiledNetwork,
  getLane,
  imagesAtOnce,
  programRecords,
  staysOf,
  writesBlocks,
} from '../compile/index.ts';
import { layerGeometry, mapSize, type MapShape } from '../network/index.ts';
import { ALL_IMAGES, type WrittenWords } from './written-words.ts';

/** What says how many images run at once. */
type Scheduled = Pick<CompiledNetwork, 'schedule' | 'configuration'>;

/** Images of a batch, at most. */
export function batchSize({ schedule, configuration }: Scheduled): number {
  return imagesAtOnce(schedule, configuration);
}

/** Batches of a run of `count` images. */
export function batchesOf(scheduled: Scheduled, count: number): number {
  return Math.ceil(count / batchSize(scheduled));
}

/** Images of a batch of a run of `count`. */
export function imagesOf(scheduled: Scheduled, count: number, batch: number): number {
  const atOnce = batchSize(scheduled);
  return Math.min(atOnce, count - batch * atOnce);
}

/** Of each layer whether its words are blocks of one image's channels. */
export function inBlocks({ schedule, network }: Pick<CompiledNetwork, 'schedule' | 'network'>): readonly boolean[] {
  return staysOf(schedule, network.layers.length).map(writesBlocks);
}

/** The values in a word of a map: the first one's index in [row][column][channel], and how many. */
function valuesOf({ channels }: MapShape, lanes: number, word: number): { first: number; count: number } {
  const blocks = Math.ceil(channels / lanes);
  const channel = (word % blocks) * lanes;
  return { first: Math.floor(word / blocks) * channels + channel, count: Math.min(lanes, channels - channel) };
}

/** Where the words of a record's map are, where they are blocks: that of each image follows the one before. */
interface BlockedMap {
  readonly base: number;
  readonly shape: MapShape;
  /** Words of an image's. */
  readonly size: number;
}

/** Values, as many as there may be, each a word by itself. */
class Values {
  readonly #parts: number;
  readonly #layers: Uint32Array;
  readonly #targets: Uint32Array;
  readonly #addresses: Uint32Array;
  readonly #words: Uint32Array;
  readonly #cycles: Float64Array;
  readonly #images: Int32Array;
  #count = 0;

  constructor(most: number, parts: number) {
    this.#parts = parts;
    this.#layers = new Uint32Array(most);
    this.#targets = new Uint32Array(most);
    this.#addresses = new Uint32Array(most);
    this.#words = new Uint32Array(most * parts);
    this.#cycles = new Float64Array(most);
    this.#images = new Int32Array(most);
  }

  /** Adds a word that was written, or a value of it, with what it is in place of the word. */
  add(written: WrittenWords, word: number, address: number, image: number, value?: number): void {
    const at = this.#count++;
    const parts = this.#parts;
    this.#layers[at] = written.layers[word]!;
    this.#targets[at] = written.targets[word]!;
    this.#addresses[at] = address;
    this.#cycles[at] = written.cycles[word]!;
    this.#images[at] = image;
    if (value === undefined) this.#words.set(written.words.subarray(word * parts, (word + 1) * parts), at * parts);
    else this.#words[at * parts] = value;
  }

  all(): WrittenWords {
    const count = this.#count;
    return {
      count,
      layers: this.#layers.subarray(0, count),
      targets: this.#targets.subarray(0, count),
      addresses: this.#addresses.subarray(0, count),
      words: this.#words.slice(0, count * this.#parts),
      cycles: this.#cycles.subarray(0, count),
      images: this.#images.subarray(0, count),
    };
  }
}

/**
 * Takes the words that layers wrote apart, where they are blocks.
 * @param used images of the batch
 */
export function writtenValues(written: WrittenWords, compiled: CompiledNetwork, used: number): WrittenWords {
  const { schedule, configuration, network, placements, records } = compiled;
  if (schedule === 'output') return written;
  const lanes = channelLanes(configuration);
  const parts = written.count === 0 ? 1 : written.words.length / written.count;
  const values = new Values(written.count * lanes, parts);
  const blocked = inBlocks(compiled);
  const maps = programRecords(records).map(({ layer }): BlockedMap | null => {
    const shape = layerGeometry(network.layers[layer]!.layer).output;
    const size = (mapSize(shape) / shape.channels) * Math.ceil(shape.channels / lanes);
    return blocked[layer]! ? { base: placements[layer]!.dest.base, shape, size } : null;
  });
  for (let word = 0; word < written.count; word++) {
    const map = maps[written.layers[word]!];
    const address = written.addresses[word]!;
    const at = address - (map?.base ?? 0);
    // A word that is nowhere in the map is left as it is, and found to be misplaced.
    if (map === undefined || map === null) values.add(written, word, address, ALL_IMAGES);
    else if (at < 0 || at >= used * map.size) values.add(written, word, map.base + mapSize(map.shape), 0, 0);
    else {
      const image = Math.floor(at / map.size);
      const { first, count } = valuesOf(map.shape, lanes, at % map.size);
      for (let lane = 0; lane < count; lane++) {
        const value = getLane(written.words, word * parts, lane, configuration.dataBits);
        values.add(written, word, map.base + first + lane, image, value);
      }
    }
  }
  return values.all();
}

/** Takes the words of the result buffer apart, where they are blocks. */
export function resultValues(words: Uint32Array, compiled: CompiledNetwork): Uint32Array {
  const { schedule, configuration, network, resultWords } = compiled;
  if (schedule !== 'weight') return words;
  const lanes = channelLanes(configuration);
  const parts = words.length / resultWords;
  const { height, width, channels } = layerGeometry(network.layers.at(-1)!.layer).output;
  const values = new Uint32Array(height * width * channels * parts);
  for (let word = 0; word < resultWords; word++) {
    const { first, count } = valuesOf({ height, width, channels }, lanes, word);
    for (let lane = 0; lane < count; lane++) {
      values[(first + lane) * parts] = getLane(words, word * parts, lane, configuration.dataBits);
    }
  }
  return values;
}

/** The core's classes as indices of values: where words are blocks, it counts lanes of all words. */
export function valueClasses(classes: Uint16Array, { schedule, configuration, network }: CompiledNetwork): Uint16Array {
  if (schedule !== 'weight') return classes;
  const lanes = channelLanes(configuration);
  const shape = layerGeometry(network.layers.at(-1)!.layer).output;
  return classes.map((lane) => valuesOf(shape, lanes, Math.floor(lane / lanes)).first + (lane % lanes));
}
