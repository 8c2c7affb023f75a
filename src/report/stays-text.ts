// SPDX-License-Identifier: Apache-2.0
// What stays in the cells, layer by layer, as text.

import type { Stay } from '../compile/index.ts';
import { wrapped } from './columns.ts';

/** Which layers do what, where each has a schedule of its own: lines of some length. */
export function staysLines(layers: readonly { readonly name: string; readonly stays: Stay | null }[]): string[] {
  const named = (stay: Stay): string =>
    layers
      .filter(({ stays }) => stays === stay)
      .map(({ name }) => name)
      .join(', ');
  const kinds: readonly [stay: Stay, what: string][] = [
    ['output', 'sums stay in'],
    ['weight', 'weights stay in'],
    ['to-images', 'turned to words of all images'],
    ['to-channels', "turned to words of an image's channels"],
  ];
  return wrapped(
    kinds
      .filter(([stay]) => named(stay) !== '')
      .map(([stay, what]) => `${what}: ${named(stay)}`)
      .join('; '),
  );
}
