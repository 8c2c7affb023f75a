// SPDX-License-Identifier: Apache-2.0
// What the quantizer may be told, with what it does where it is told nothing.

import type { FoldStyle } from './fold.ts';
import type { Scales } from './scale.ts';

/** How a float model becomes integers. */
export interface Settings {
  /** Width of the codes of maps between layers and of the weights that add, 2 to 16. @defaultValue 8 */
  readonly bits: number;
  /** Width of the codes of pictures, 2 to 16. @defaultValue 8 */
  readonly imageBits: number;
  /** Width of the signed codes of weights that multiply, 2 to 16. @defaultValue the larger of `bits` and 8 */
  readonly edgeBits: number;
  /** Width of the last map, 2 to 16. @defaultValue the larger of `bits` and 8 */
  readonly scoreBits: number;
  /** Width of maps after average pooling, at least `bits`, at most 16. @defaultValue the larger of `bits` and 8 */
  readonly pooledBits: number;
  /** Steps of the maps: as the ranges ask for, or powers of two. @defaultValue 'any' */
  readonly scales: Scales;
  /** Slopes of the folds: 16-bit numbers, two signed powers of two, or one. @defaultValue 'any' */
  readonly fold: FoldStyle;
  /** Whether to measure how far each map's range may be cut; else all of it has codes. @defaultValue true */
  readonly search: boolean;
  /** Whether each layer's offsets make up for its mean error and that of the layers before it. @defaultValue true */
  readonly correct: boolean;
  /**
   * Training images to calibrate on, at least 1; all that there are where there are fewer.
   * @defaultValue by the size of the maps: 1024 for LeNet-5, 256 for ResNet-20
   */
  readonly images: number | undefined;
}

/** Any of {@link Settings}; undefined is as good as missing. */
export type GivenSettings = { readonly [Key in keyof Settings]?: Settings[Key] | undefined };

const widths = ['bits', 'imageBits', 'edgeBits', 'scoreBits', 'pooledBits'] as const;
const words = { scales: ['any', 'power-of-two'], fold: ['any', 'shift-add', 'power-of-two'] } as const;

/**
 * Fills in what is not given.
 * @throws {RangeError} naming what is out of range.
 */
export function completeSettings(given: GivenSettings): Settings {
  const bits = given.bits ?? 8;
  const wide = Math.max(bits, 8);
  const settings: Settings = {
    bits,
    imageBits: given.imageBits ?? 8,
    edgeBits: given.edgeBits ?? wide,
    scoreBits: given.scoreBits ?? wide,
    pooledBits: given.pooledBits ?? wide,
    scales: given.scales ?? 'any',
    fold: given.fold ?? 'any',
    search: given.search ?? true,
    correct: given.correct ?? true,
    images: given.images,
  };
  for (const name of widths) {
    const low = name === 'pooledBits' ? bits : 2;
    const value = settings[name];
    if (!Number.isInteger(value) || value < low || value > 16) {
      throw new RangeError(`Expected ${name} to be an integer from ${low} to 16, but received ${String(value)}.`);
    }
  }
  for (const [name, list] of Object.entries(words)) {
    const value = settings[name as keyof typeof words];
    if (!(list as readonly string[]).includes(value)) {
      throw new RangeError(`Expected ${name} to be one of ${list.join(', ')}, but received ${String(value)}.`);
    }
  }
  const { images } = settings;
  if (images !== undefined && (!Number.isInteger(images) || images < 1)) {
    throw new RangeError(`Expected images to be an integer of at least 1, but received ${String(images)}.`);
  }
  return settings;
}
