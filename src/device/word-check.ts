// SPDX-License-Identifier: Apache-2.0
// Compares words with what they should be as layers write them, and finds the first that is wrong, in the order in
// which they are written.

import type { CompiledNetwork } from '../compile/index.ts';
import type { Occupancy } from '../cycles/index.ts';
import { type Codes, layerGeometry } from '../network/index.ts';
import { batchesOf, batchSize, imagesOf, inBlocks } from './blocked-words.ts';
import { type Mismatch, mismatchAt } from './compare.ts';
import { imagesIn, type WrittenWords } from './written-words.ts';
import { DeviceFault } from './device-fault.ts';
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
  readonly #occupied: readonly Occupancy[] | undefined;
  /** Of each layer whether words are of one image. */
  readonly #blocked: readonly boolean[];
  /** For each layer, whether the batch wrote each element of its map, image by image where words are of one. */
  readonly #seen: readonly Uint8Array[];

  /** @param pictures codes of all images of the run */
  constructor(compiled: CompiledNetwork, expected: WordExpectation, pictures: Codes) {
    const { network, configuration, schedule } = compiled;
    this.#compiled = compiled;
    this.#expected = expected;
    this.#occupied = expected.clocks
      ? knownZeros(network, configuration, schedule, { ...expected, pictures })
      : undefined;
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
    const occupancy = this.#occupied?.[batch];
    const key = occupancy === undefined ? String(more) : `batch ${batch}`;
    const known = this.#clocks.get(key) ?? writeClocks(this.#compiled, more, { occupancy, batch, images });
    if (occupancy !== undefined) this.#clocks.clear();
    this.#clocks.set(key, known);
    return known;
  }

  /**
   * Ends a batch.
   * @throws {DeviceFault} when a layer did not write all of its map
   */
  endBatch(batch: number): void {
    const used = imagesOf(this.#compiled, this.#expected.count, batch);
    this.#seen.forEach((seen, layer) => {
      const { name, size } = this.#layouts[layer]!;
      const missing = seen.subarray(0, this.#blocked[layer]! ? used * size : size).indexOf(0);
      if (missing >= 0) {
        throw new DeviceFault(
          `Expected layer ${name} to write all of its map in batch ${batch}, but it left out element ${missing % size}.`,
        );
      }
      seen.fill(0);
    });
  }

  #locate(layer: number, index: number, got: number): Mismatch {
    const { layer: fields } = this.#compiled.network.layers[layer]!;
    const expected = this.#expected.maps[layer]![index]!;
    return mismatchAt(fields.name, layerGeometry(fields).output, index, got, expected);
  }
}
