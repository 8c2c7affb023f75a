// SPDX-License-Identifier: Apache-2.0
// The words that layers write, seen at the accelerator's ports for watching.

import type { Simulation } from '../../sim/index.ts';

/** Words that layers wrote, in order. */
export interface WrittenWords {
  readonly count: number;
  readonly layers: Uint32Array;
  /** Buffer of each: an activation buffer, or 2 for the result buffer. */
  readonly targets: Uint32Array;
  readonly addresses: Uint32Array;
  /** `words.length / count` 32-bit parts each. */
  readonly words: Uint32Array;
  /** Cycle of each write. */
  readonly cycles: Float64Array;
  /** Of each the image whose value it is, in lane 0, or {@link ALL_IMAGES}. @defaultValue all are of all images */
  readonly images?: Int32Array | undefined;
}

/** Of a word: its lanes are the images of the batch. */
export const ALL_IMAGES = -1;

/** Images of which a word has a value, from lane 0 on: of so many in its batch. */
export function imagesIn(
  { images }: Pick<WrittenWords, 'images'>,
  word: number,
  used: number,
): { readonly first: number; readonly end: number } {
  const image = images?.[word] ?? ALL_IMAGES;
  return image === ALL_IMAGES ? { first: 0, end: used } : { first: image, end: image + 1 };
}

/** Watches the words that layers write. */
export function watchWrites(sim: Simulation): Disposable & { take(): WrittenWords } {
  return sim.capture({
    when: 'write_valid',
    signals: {
      layers: 'write_layer',
      targets: 'write_target',
      addresses: 'write_addr',
      words: 'write_word',
    },
  });
}
