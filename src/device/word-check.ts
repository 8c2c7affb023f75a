// SPDX-License-Identifier: Apache-2.0
// Compares words with what they should be as layers write them, and finds the first that is wrong, in the order in
// which they are written. A word that a layer leaves out is found when the record after its last begins to write.

import type { CompiledNetwork } from '../compile/index.ts';
import type { Occupancy } from '../cycles/index.ts';
import { type Codes, layerGeometry } from '../network/index.ts';
import { batchesOf, batchSize, imagesOf, inBlocks } from './blocked-words.ts';
import { type Mismatch, mismatchAt } from './compare.ts';
import { imagesIn, type WrittenWords } from './written-words.ts';
import { cellOf } from './made-at.ts';
import { knownZeros } from './known-zeros.ts';
import { writeClocks } from './write-clocks.ts';
import { type MapLayout, mapLayouts, type RecordLayout, recordLayouts, recordWords } from './written-maps.ts';

/** What words are compared with. */
export interface WordExpectation {
  /** Maps of every layer for all images of the run. */
  readonly maps: readonly Codes[];
  readonly count: number;
  /** Whether each word's clock has to be the closed form's, too. */
  readonly clocks: boolean;
}

/** Checks the words of one batch after the other. */
export class WordCheck {
  readonly #compiled: CompiledNetwork;
  readonly #expected: WordExpectation;
  readonly #layouts: readonly MapLayout[];
  readonly #records: readonly RecordLayout[];
  /** When each record writes each of its words, in the last batch and in the others, or in the batch last asked for. */
  readonly #clocks = new Map<string, readonly Float64Array[]>();
  readonly #pictures: Codes;
  /** What {@link knownZeros} says, once clocks have been asked for. */
  #zeros: { readonly occupied: readonly Occupancy[] | undefined } | undefined;
  /** Records of the batch whose words have all come, or never will. */
  #ended = 0;
  /** Of each layer whether words are of one image. */
  readonly #blocked: readonly boolean[];
  /** For each layer, whether the batch wrote each element of its map, image by image where words are of one. */
  readonly #seen: readonly Uint8Array[];

  /** @param pictures codes of all images of the run */
  constructor(compiled: CompiledNetwork, expected: WordExpectation, pictures: Codes) {
    this.#compiled = compiled;
    this.#expected = expected;
    this.#pictures = pictures;
    this.#layouts = mapLayouts(compiled);
    this.#records = recordLayouts(compiled);
    this.#blocked = inBlocks(compiled);
    this.#seen = this.#layouts.map(
      ({ size }, layer) => new Uint8Array(size * (this.#blocked[layer]! ? batchSize(compiled) : 1)),
    );
  }

  /**
   * The first of some words of a batch that is wrong.
   * @param started cycle after the batch's start
   */
  first(words: WrittenWords, batch: number, started: number): Mismatch | undefined {
    const { rows, dataBits } = this.#compiled.configuration;
    const { parts, elements } = recordWords(words, this.#records, rows, dataBits);
    const atOnce = batchSize(this.#compiled);
    const used = imagesOf(this.#compiled, this.#expected.count, batch);
    const written = this.#expected.clocks ? this.#clocksOf(batch) : undefined;
    for (const { record, from, to, codes, stride } of parts) {
      const missing = this.#firstMissing(record, batch, started);
      if (missing !== undefined) return missing;
      const { layer, first } = this.#records[record]!;
      const map = this.#expected.maps[layer]!;
      const { size } = this.#layouts[layer]!;
      const seen = this.#seen[layer]!;
      const clocks = written?.[record];
      for (let word = from; word < to; word++) {
        const element = elements[word]!;
        const cycle = words.cycles[word]!;
        const those = imagesIn(words, word, used);
        // Words of all images are seen, and written, once.
        const place = those.first * size + element;
        seen[place] = 1;
        const expectedCycle = clocks === undefined ? cycle : started + clocks[place - first]!;
        for (let lane = those.first; lane < those.end; lane++) {
          const index = (batch * atOnce + lane) * size + element;
          const got = codes[word * stride + lane - those.first]!;
          if (got === map[index] && cycle === expectedCycle) continue;
          return {
            ...this.#locate(layer, index, got),
            cell: { ...cellOf(this.#compiled, layer, lane, element), cycle },
            ...(clocks !== undefined && { expectedCycle }),
          };
        }
      }
    }
    return undefined;
  }

  /**
   * Clocks of a batch: what the host does meanwhile, and weights that come late, depend on whether another follows; with
   * cells of minima all of it depends on what its maps hold.
   */
  #clocksOf(batch: number): readonly Float64Array[] {
    const { count } = this.#expected;
    const more = batch + 1 < batchesOf(this.#compiled, count);
    const images = imagesOf(this.#compiled, count, batch);
    const { network, configuration, schedule } = this.#compiled;
    const known = { ...this.#expected, pictures: this.#pictures };
    this.#zeros ??= { occupied: knownZeros(network, configuration, schedule, known) };
    const occupancy = this.#zeros.occupied?.[batch];
    const key = occupancy === undefined ? String(more) : `batch ${batch}`;
    const clocks = this.#clocks.get(key) ?? writeClocks(this.#compiled, more, { occupancy, batch, images });
    if (occupancy !== undefined) this.#clocks.clear();
    this.#clocks.set(key, clocks);
    return clocks;
  }

  /**
   * Ends a batch: the first word that its last layers left out.
   * @param started cycle after the batch's start
   */
  endBatch(batch: number, started: number): Mismatch | undefined {
    const missing = this.#firstMissing(this.#records.length, batch, started);
    for (const seen of this.#seen) seen.fill(0);
    this.#ended = 0;
    return missing;
  }

  /** The first word that is missing of layers whose last record comes before `record`, which begins to write. */
  #firstMissing(record: number, batch: number, started: number): Mismatch | undefined {
    for (; this.#ended < record; this.#ended++) {
      const { layer } = this.#records[this.#ended]!;
      if (this.#records.some((later, index) => index > this.#ended && later.layer === layer)) continue;
      const { size } = this.#layouts[layer]!;
      const used = this.#blocked[layer]! ? imagesOf(this.#compiled, this.#expected.count, batch) : 1;
      const place = this.#seen[layer]!.subarray(0, used * size).indexOf(0);
      if (place < 0) continue;
      const [lane, element] = [Math.floor(place / size), place % size];
      return {
        ...this.#locate(layer, (batch * batchSize(this.#compiled) + lane) * size + element, null),
        cell: cellOf(this.#compiled, layer, lane, element),
        expectedCycle: started + this.#clockOf(layer, place, batch),
      };
    }
    return undefined;
  }

  /** The clock of a batch in which some record of a layer should write a word. */
  #clockOf(layer: number, place: number, batch: number): number {
    const clocks = this.#clocksOf(batch);
    const each = this.#records.map((record, index) =>
      record.layer === layer ? (clocks[index]![place - record.first] ?? 0) : 0,
    );
    return Math.max(...each);
  }

  #locate(layer: number, index: number, got: number | null): Mismatch {
    const { layer: fields } = this.#compiled.network.layers[layer]!;
    const expected = this.#expected.maps[layer]![index]!;
    return mismatchAt(fields.name, layerGeometry(fields).output, index, got, expected);
  }
}
