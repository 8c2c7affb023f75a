// SPDX-License-Identifier: Apache-2.0
// The law that every device obeys: the reference's integers, bit for bit, of
// every layer that it shows. A failure says which value of which layer is wrong, and where and when the
// array made it.

import type { Inference } from '../../src/device/index.ts';
import type { QuantizedNetwork } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import type { Case } from './arbitraries.ts';

/** Index of the first element in which two arrays differ, or -1. */
function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return i;
  return -1;
}

/** Describes the first value that differs from the reference, or returns undefined. */
export function describeMismatch(network: QuantizedNetwork, expected: Case, got: Inference): string | undefined {
  const { maps } = inferReference(network, expected.images, expected.count);
  for (const [index, map] of maps.entries()) {
    if (got.resultsOnly === true && index < maps.length - 1) continue;
    const at = firstDifference(got.maps[index]!, map);
    if (at < 0) continue;
    const { name } = network.layers[index]!.layer;
    const size = map.length / expected.count;
    const [image, element] = [Math.floor(at / size), at % size];
    const cell = got.locate?.(index, image, element);
    const made = cell?.cycle === undefined ? '' : `, cycle ${cell.cycle}`;
    const where = cell ? `, cell (${cell.row}, ${cell.column}), tile ${cell.tile}${made}` : '';
    const code = cell && cell.cycle === undefined ? 'no word' : got.maps[index]![at];
    return `layer ${name}, image ${image}, element ${element}${where}: got ${code}, expected ${map[at]}`;
  }
  return undefined;
}

/** Throws unless a device's integers are the reference's. */
export function shouldMatchReference(expected: Case, got: Inference, context = ''): void {
  const mismatch = describeMismatch(expected.network, expected, got);
  if (mismatch !== undefined) throw new Error(`${mismatch}${context && ` (${context})`}`);
}
