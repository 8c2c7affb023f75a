// SPDX-License-Identifier: Apache-2.0
// Words that are blocks of one image's channels, taken apart: as if each value had been written by itself, in lane 0 of
// a word of its own at the address that it has among the map's values.

import { channelLanes, type CompiledNetwork, getLane } from '../compile/index.ts';
import { layerGeometry, type MapShape } from '../network/index.ts';
import type { WrittenWords } from './written-words.ts';

/** Images that run at once: one where weights are held. */
export function imagesAtOnce({ schedule, configuration }: Pick<CompiledNetwork, 'schedule' | 'configuration'>): number {
  return schedule === 'weight' ? 1 : configuration.rows;
}

/** Batches of a run of `count` images. */
export function batchesOf(compiled: Pick<CompiledNetwork, 'schedule' | 'configuration'>, count: number): number {
  return Math.ceil(count / imagesAtOnce(compiled));
}

/** Images of a batch of a run of `count`. */
export function imagesOf(
  compiled: Pick<CompiledNetwork, 'schedule' | 'configuration'>,
  count: number,
  batch: number,
): number {
  const atOnce = imagesAtOnce(compiled);
  return Math.min(atOnce, count - batch * atOnce);
}

/** The values in a word of a map: the first one's index in [row][column][channel], and how many. */
function valuesOf({ channels }: MapShape, lanes: number, word: number): { first: number; count: number } {
  const blocks = Math.ceil(channels / lanes);
  const channel = (word % blocks) * lanes;
  return { first: Math.floor(word / blocks) * channels + channel, count: Math.min(lanes, channels - channel) };
}

/** Takes the words that layers wrote apart, where they are blocks. */
export function writtenValues(written: WrittenWords, compiled: CompiledNetwork): WrittenWords {
  const { schedule, configuration, network, placements, records } = compiled;
  if (schedule !== 'weight') return written;
  const lanes = channelLanes(configuration);
  const most = written.count * lanes;
  const parts = written.count === 0 ? 1 : written.words.length / written.count;
  const values = {
    layers: new Uint32Array(most),
    targets: new Uint32Array(most),
    addresses: new Uint32Array(most),
    words: new Uint32Array(most * parts),
    cycles: new Float64Array(most),
  };
  const places = records.map(({ layer }) => ({
    base: placements[layer]!.dest.base,
    shape: layerGeometry(network.layers[layer]!.layer).output,
  }));
  let count = 0;
  for (let word = 0; word < written.count; word++) {
    const record = written.layers[word]!;
    const place = places[record];
    const base = place?.base ?? 0;
    const at = written.addresses[word]! - base;
    const held = place === undefined || at < 0 ? { first: at, count: 1 } : valuesOf(place.shape, lanes, at);
    for (let lane = 0; lane < held.count; lane++, count++) {
      values.layers[count] = record;
      values.targets[count] = written.targets[word]!;
      values.addresses[count] = base + held.first + lane;
      values.words[count * parts] = getLane(written.words, word * parts, lane, configuration.dataBits);
      values.cycles[count] = written.cycles[word]!;
    }
  }
  return {
    count,
    layers: values.layers.subarray(0, count),
    targets: values.targets.subarray(0, count),
    addresses: values.addresses.subarray(0, count),
    words: values.words.slice(0, count * parts),
    cycles: values.cycles.subarray(0, count),
  };
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
