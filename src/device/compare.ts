// SPDX-License-Identifier: Apache-2.0
// Compares what a device computed with what it should have, code by code.

import { type Codes, type MapShape, layerGeometry, mapSize, type Network } from '../network/index.ts';
import type { CellLocation, Inference } from './device.ts';

/** The first code of a layer that differs. */
export interface Mismatch {
  readonly layer: string;
  readonly image: number;
  /** Index in the image's map, [row][column][channel]. */
  readonly element: number;
  readonly row: number;
  readonly column: number;
  readonly channel: number;
  /** Null where the array wrote no word of it. */
  readonly got: number | null;
  readonly expected: number;
  /** Where and when the array made it, for levels that know. */
  readonly cell?: CellLocation;
  /** The cycle in which it should have been made, where that was checked. */
  readonly expectedCycle?: number;
}

/** How one layer's codes compare. */
export interface LayerComparison {
  readonly mismatches: number;
  /** The level does not show this layer's codes: none was compared. @defaultValue false */
  readonly isHidden?: boolean;
  readonly first?: Mismatch;
}

/** Names the place of a code in the maps of a layer, [image][row][column][channel]. */
export function mismatchAt(
  layer: string,
  shape: MapShape,
  index: number,
  got: number | null,
  expected: number,
): Mismatch {
  const size = mapSize(shape);
  const element = index % size;
  const pixel = Math.floor(element / shape.channels);
  return {
    layer,
    image: Math.floor(index / size),
    element,
    row: Math.floor(pixel / shape.width),
    column: pixel % shape.width,
    channel: element % shape.channels,
    got,
    expected,
  };
}

function compareMaps(got: Codes, expected: Codes, found: (index: number) => Mismatch): LayerComparison {
  let mismatches = 0;
  let first: Mismatch | undefined;
  for (let index = 0; index < expected.length; index++) {
    if (got[index] === expected[index]) continue;
    mismatches++;
    first ??= found(index);
  }
  return first ? { mismatches, first } : { mismatches };
}

/**
 * Compares every map of every layer that the level shows.
 * @throws {RangeError} when a map has not as many codes as expected.
 */
export function compareInference(
  network: Network,
  inference: Pick<Inference, 'maps' | 'resultsOnly' | 'locate'>,
  expected: readonly Codes[],
): LayerComparison[] {
  return network.layers.map((layer, index) => {
    if (inference.resultsOnly === true && index < network.layers.length - 1) return { mismatches: 0, isHidden: true };
    const want = expected[index]!;
    const got = inference.maps[index];
    if (got?.length !== want.length) {
      throw new RangeError(
        `Expected ${want.length} codes of layer ${layer.name}, but received ${got?.length ?? 'none'}.`,
      );
    }
    return compareMaps(got, want, (at) => {
      const mismatch = mismatchAt(layer.name, layerGeometry(layer).output, at, got[at]!, want[at]!);
      if (!inference.locate) return mismatch;
      const cell = inference.locate(index, mismatch.image, mismatch.element);
      return { ...mismatch, got: cell.cycle === undefined ? null : mismatch.got, cell };
    });
  });
}
