// SPDX-License-Identifier: Apache-2.0
// The maps of a run, filled batch by batch: from the words that layers were seen to write, and the last one from what
// the host read. A value that is computed again has to be the same again.

import type { CompiledNetwork } from '../compile/index.ts';
import { classOf, type Codes } from '../network/index.ts';
import { batchSize, imagesOf, inBlocks } from './blocked-words.ts';
import { imagesIn, type WrittenWords } from './written-words.ts';
import type { CellLocation } from './device.ts';
import { DeviceFault } from './device-fault.ts';
import { laneCodes } from './lane-codes.ts';
import { cellOf } from './made-at.ts';
import {
  type MapLayout,
  mapLayouts,
  newMaps,
  type RecordLayout,
  recordLayouts,
  recordWords,
  type RecordWords,
  spreadWords,
} from './written-maps.ts';

/** No word is written in the first cycle. */
const NEVER = 0;

/** Maps, and when each value was last written. */
export class MapStore {
  readonly maps: readonly Codes[];
  readonly #compiled: CompiledNetwork;
  readonly #layouts: readonly MapLayout[];
  readonly #records: readonly RecordLayout[];
  readonly #count: number;
  /** Of each layer whether words are of one image. */
  readonly #blocked: readonly boolean[];
  /** For each batch and layer, the cycle in which each word of its map was last written, image by image where words are of one. */
  readonly #cycles: Float64Array[][] = [];

  constructor(compiled: CompiledNetwork, count: number) {
    this.#compiled = compiled;
    this.#count = count;
    this.#layouts = mapLayouts(compiled);
    this.#blocked = inBlocks(compiled);
    this.#records = recordLayouts(compiled);
    this.maps = newMaps(compiled, count);
  }

  /** Takes words; a later write of an address replaces an earlier one, as on chip. */
  add(words: WrittenWords, batch: number): void {
    const { rows, dataBits } = this.#compiled.configuration;
    const { parts, elements } = recordWords(words, this.#records, rows, dataBits);
    const atOnce = batchSize(this.#compiled);
    const written = (this.#cycles[batch] ??= this.#layouts.map(
      ({ size }, layer) => new Float64Array(size * (this.#blocked[layer]! ? atOnce : 1)),
    ));
    const used = imagesOf(this.#compiled, this.#count, batch);
    for (const part of parts) {
      const { layer, again } = this.#records[part.record]!;
      const cycles = written[layer]!;
      const first = batch * atOnce;
      const { size } = this.#layouts[layer]!;
      if (again > 0) this.#checkAgain(part, elements, first, used);
      for (let word = part.from; word < part.to; word++) {
        cycles[imagesIn(words, word, used).first * size + elements[word]!] = words.cycles[word]!;
      }
      spreadWords({ ...part, images: words.images }, elements, this.maps[layer]!, size, first, used);
    }
  }

  /**
   * Checks words that were written before.
   * @throws {DeviceFault} when one of them has changed
   */
  #checkAgain({ record, codes, stride, from, to }: RecordWords, elements: Uint32Array, image: number, used: number) {
    const { layer, name, first, again } = this.#records[record]!;
    const { size } = this.#layouts[layer]!;
    const map = this.maps[layer]!;
    for (let word = from; word < to; word++) {
      const element = elements[word]!;
      if (element >= first + again) continue;
      for (let lane = 0; lane < used; lane++) {
        const before = map[(image + lane) * size + element]!;
        const code = codes[word * stride + lane]!;
        if (code === before) continue;
        throw new DeviceFault(
          `Expected layer ${name}, image ${image + lane}, to compute element ${element} again as ${before}, ` +
            `but received ${code}.`,
        );
      }
    }
  }

  /** Takes the last layer's map from what the host read, as a user of the hardware would. */
  addResults(words: Uint32Array, classes: Uint16Array, batch: number): void {
    const { rows, dataBits } = this.#compiled.configuration;
    const { size } = this.#layouts.at(-1)!;
    const map = this.maps.at(-1)!;
    const lanes = laneCodes(words, words.length / size, rows, dataBits);
    const elements = Uint32Array.from({ length: size }, (_, element) => element);
    const first = batch * batchSize(this.#compiled);
    spreadWords({ ...lanes, from: 0, to: size }, elements, map, size, first, classes.length);
    classes.forEach((found, lane) => {
      const image = first + lane;
      const largest = classOf(map, image, size);
      if (found === largest) return;
      throw new DeviceFault(
        `Expected the core's class of image ${image} to be ${largest}, its largest score, but received ${found}.`,
      );
    });
  }

  locate(layer: number, image: number, element: number): CellLocation {
    const atOnce = batchSize(this.#compiled);
    const lane = image % atOnce;
    const word = (this.#blocked[layer]! ? lane * this.#layouts[layer]!.size : 0) + element;
    const cycle = this.#cycles[Math.floor(image / atOnce)]?.[layer]?.[word] ?? NEVER;
    return { ...cellOf(this.#compiled, layer, lane, element), ...(cycle !== NEVER && { cycle }) };
  }
}
