// SPDX-License-Identifier: Apache-2.0
// A small core and layers written by hand, field by field as docs/program.md names them: nothing here comes from
// src/compile, so that what the core does is pinned by numbers that a reader can check.

import type { Simulation } from '../../sim/index.ts';
import { type Configuration, getLane, partsOf } from '../../src/compile/index.ts';
import { LOAD_TARGETS, readResults } from './core-ports.ts';
import { encodeFold, encodeLayerFields, type FieldValues } from './program-document.ts';

/** The cells that add. */
export const ADDING_CELLS = ['distance', 'minimum'] as const;

/** One of them. */
export type AddingCell = (typeof ADDING_CELLS)[number];

/** Two images, four columns, and buffers whose depths all differ. */
export const HAND: Configuration = {
  rows: 2,
  columns: 4,
  dataBits: 8,
  accBits: 16,
  sumBits: 20,
  activationDepth: 48,
  weightDepth: 40,
  foldDepth: 12,
  padDepth: 5,
  resultDepth: 6,
  programDepth: 160,
};

/** The lane of a weight word whose column does not use the tap. */
export const UNUSED = null;

/** A layer, but for where its words are. */
export interface HandLayer {
  /** Fields of its words; see {@link layerFields} for those not given. */
  readonly fields: FieldValues;
  /** For each tap, in the order of the nest, its columns' codes. */
  readonly weights: readonly (readonly (number | typeof UNUSED)[])[];
  /** Fields of each filter's fold word; nothing given is the identity. */
  readonly folds: readonly FieldValues[];
  readonly pads?: readonly number[];
}

/** Codes side by side in a word, the first in the lowest bits. */
export function lanes(codes: readonly number[], bits: number): bigint {
  return codes.reduceRight((word, code) => (word << BigInt(bits)) | BigInt(code), 0n);
}

function weightWord(codes: readonly (number | typeof UNUSED)[]): bigint {
  return lanes(
    codes.map((code) => (code === UNUSED ? 0 : 256 + code)),
    9,
  );
}

/** Loads words for consecutive addresses, one a clock. */
export function put(
  sim: Simulation,
  target: keyof typeof LOAD_TARGETS,
  address: number,
  words: readonly bigint[],
): void {
  words.forEach((word, index) => {
    Object.assign(sim.dut, { load_valid: 1, load_target: LOAD_TARGETS[target], load_addr: address + index });
    Object.assign(sim.dut, { load_word: word });
    sim.tick();
  });
  sim.dut['load_valid'] = 0;
}

/** A layer of one pixel of one map and one tap: what fields are where a layer does not give them. */
function layerFields({ fields, folds }: HandLayer, last: boolean): FieldValues {
  const filters = fields['tile_filters'] ?? folds.length;
  return {
    mark: 0xad,
    ...(last && { last_layer: 1, dest: 2 }),
    high: 255,
    in_height: 1,
    in_width: 1,
    conv_height: 1,
    conv_width: 1,
    tile_filters: filters,
    last_filters: filters,
    tile_columns: filters,
    last_columns: fields['tile_columns'] ?? filters,
    group_filters: folds.length,
    ...fields,
  };
}

/** Loads layers, the last of which writes the results: their words follow each other in every buffer. */
export function loadLayers(sim: Simulation, layers: readonly HandLayer[]): void {
  let [weight_base, fold_base, pad_base] = [0, 0, 0];
  layers.forEach((layer, index) => {
    const { weights, folds, pads = [] } = layer;
    const words = encodeLayerFields({
      weight_base,
      fold_base,
      pad_base,
      ...layerFields(layer, index === layers.length - 1),
    });
    put(sim, 'program', words.length * index, [...words].map(BigInt));
    put(sim, 'weights', weight_base, weights.map(weightWord));
    put(
      sim,
      'folds',
      fold_base,
      folds.map((fold) => encodeFold({ mul: 1, ...fold })),
    );
    put(sim, 'pads', pad_base, pads.map(BigInt));
    weight_base += weights.length;
    fold_base += folds.length;
    pad_base += pads.length;
  });
}

/**
 * A layer of distances for cells of minima, with the same codes: offsets take the weights' sums that the cells leave out,
 * and where weights multiply a bit's lane has the largest code, as min(x, 255) = x.
 */
export function ofMinima(layer: HandLayer): HandLayer {
  const { fields, weights, folds } = layer;
  if (fields['multiply'] === 1) {
    return { ...layer, weights: weights.map((word) => word.map((code) => (code === UNUSED ? UNUSED : 255))) };
  }
  const { tile_filters: tileFilters = folds.length, limit_8 = 0, limit_9 = 0 } = fields;
  const tiles = limit_8 + 1;
  const taps = weights.length / (tiles * (limit_9 + 1));
  const ofGroup = folds.length / (limit_9 + 1);
  return {
    ...layer,
    folds: folds.map((fold, filter) => {
      const [group, ofIts] = [Math.floor(filter / ofGroup), filter % ofGroup];
      const first = (group * tiles + Math.floor(ofIts / tileFilters)) * taps;
      const own = weights.slice(first, first + taps).map((word) => word[ofIts % tileFilters]!);
      const sum = own.reduce<number>((total, code) => total + (code ?? 0), 0);
      return { ...fold, add: (fold['add'] ?? 0) + (fold['mul'] ?? 1) * sum };
    }),
  };
}

/** Loads pictures into activation buffer 0, one list of codes for each image. */
export function loadPictures(sim: Simulation, pictures: readonly (readonly number[])[], address = 0): void {
  const words = pictures[0]!.map((_, index) =>
    lanes(
      pictures.map((picture) => picture[index]!),
      8,
    ),
  );
  put(sim, 'activations0', address, words);
}

/** Starts a run; ends in its first clock. */
export function start(sim: Simulation, { images = 2, bank = 0, address = 0 } = {}): void {
  Object.assign(sim.dut, { images, start_bank: bank, image_addr: address, start: 1 });
  sim.tick();
  sim.dut['start'] = 0;
}

/** Runs to the end of the run. */
export function finish(sim: Simulation, limit = 10_000): void {
  sim.runUntil('busy', { value: 0, max: limit });
}

/** Words of a bank of the results, as a list of codes for each image. */
export function results(sim: Simulation, count: number, bank = 0): number[][] {
  const words = readResults(sim, bank, count);
  return codesOf(words, count);
}

/** Words of `HAND.rows` codes as a list of codes for each image. */
export function codesOf(words: Uint32Array, count: number): number[][] {
  const parts = words.length / count;
  return Array.from({ length: HAND.rows }, (_, row) =>
    Array.from({ length: count }, (_word, index) => getLane(words, index * parts, row, HAND.dataBits)),
  );
}

/** 32-bit parts of an activation word. */
export const ACTIVATION_PARTS: number = partsOf(HAND.rows * HAND.dataBits);
