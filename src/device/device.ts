// SPDX-License-Identifier: Apache-2.0
// One interface over every level that can compute a quantized network. All
// levels give the same integers, bit for bit; only some of them count cycles.

import type { LayerCounters } from '../cycles/counters.ts';
import type { Codes } from '../network/index.ts';
import type { LinkCounts } from './board-link.ts';

/** Levels that exist, from the definition of the integers to the hardware. */
export type DeviceLevel = 'reference' | 'kernel' | 'rtl' | 'netlist' | 'board';

/** Cycles and beats that belong to no layer: what crosses the core's boundary. */
export interface HostTraffic {
  /** Cycles in which the host loads weights, folds, padding codes and the program, once. */
  readonly networkLoadCycles: number;
  /** Cycles in which the host loads images. */
  readonly imageLoadCycles: number;
  /** Cycles in which the host loads weights that have no room to stay, for each batch. */
  readonly segmentLoadCycles: number;
  /** Cycles in which the host reads results. */
  readonly readCycles: number;
  /** Those of the cycles in which the host loads images or weights, or reads results, that pass while a batch runs. */
  readonly hiddenCycles: number;
  /** Bytes of weights, folds, padding codes and program moved on chip. */
  readonly networkBytes: number;
  /** Bytes of weights moved on chip for each batch. */
  readonly segmentBytes: number;
  /** Bytes of images moved on chip. */
  readonly imageBytes: number;
  /** Bytes of results moved off chip. */
  readonly resultBytes: number;
}

/** Counted by a level that has clock cycles. */
export interface RunCounters {
  /** Counters of each layer, summed over all batches. */
  readonly layers: readonly LayerCounters[];
  readonly host: HostTraffic;
  /** Batches run; each fills at most `rows` rows with images. */
  readonly batches: number;
}

/** Where and when the array made one value. */
export interface CellLocation {
  /** Row of the array: the image's lane in its batch. */
  readonly row: number;
  /** Column of the array: the lane of the pixel and filter in its tile. */
  readonly column: number;
  /** Number of the tile of its layer that completed the value, in the order in which they are summed. */
  readonly tile: number;
  /** Clock cycle, counted from reset, in which the value was last written; left out where it never was. */
  readonly cycle?: number;
}

/** What a device computed for a set of images. */
export interface Inference {
  readonly count: number;
  /** Output codes of every layer, [image][row][column][channel]; the last one holds the class scores. */
  readonly maps: readonly Codes[];
  /** Whether the level shows no more than the last layer's codes: the others are then empty. @defaultValue false */
  readonly resultsOnly?: boolean;
  /** Present for levels that count cycles. */
  readonly counters?: RunCounters;
  /** For levels that simulate: where and when element `element` of an image's map of a layer was made. */
  readonly locate?: (layer: number, image: number, element: number) => CellLocation;
  /** Cycles simulated and seconds that the simulation took, for levels that simulate. */
  readonly simulated?: { readonly cycles: number; readonly seconds: number };
  /** For levels behind a link: what it did since the device was made. */
  readonly link?: LinkCounts;
}

/** A level loaded with one network. */
export interface Device extends Disposable {
  readonly level: DeviceLevel;
  /**
   * Runs images through the network.
   * @param images codes of `count` images, [image][row][column][channel], each below 2^bits.
   */
  infer(images: Codes, count: number): Inference;
}
