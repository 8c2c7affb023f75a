// SPDX-License-Identifier: Apache-2.0
// Small random changes of the training pictures, as maps from where a pixel is
// shown to where it is read, in 1/65536 pixels. Rounding to that grid makes
// them the same on every machine.

import type { Random } from './random.ts';

/**
 * Kinds of change: none; whole-pixel shifts; turned, zoomed, sheared and shifted; or shifted further and mirrored half
 * the time, as is usual for CIFAR-10 (crop and flip).
 */
export const augmentations = ['none', 'shift', 'affine', 'crop-flip'] as const;

/** One of {@link augmentations}. */
export type Augmentation = (typeof augmentations)[number];

/** Largest shift along each axis, in pixels. */
const maxShift = 2;
/** The same for crop and flip: a cut from a picture with four black pixels around it. */
const maxCrop = 4;
/** Largest turn, in radians: ten degrees. */
const maxTurn = Math.PI / 18;
/** Largest change of size. */
const maxZoom = 0.1;
/** Largest shear: columns moved for each row. */
const maxShear = 0.1;

/** Numbers of one map; the kernels' images.h says what they mean. */
export const warpLength = 6;

/**
 * Writes one random map for a picture into `warps[at..at + 5]`.
 * @param size of the picture, whose middle stays where it is but for the shift
 */
export function writeWarp(
  kind: Exclude<Augmentation, 'none'>,
  random: Random,
  size: { readonly height: number; readonly width: number },
  warps: Int32Array,
  at: number,
): void {
  const within = (limit: number): number => (2 * random.uniform() - 1) * limit;
  let [xx, xy, yx, yy] = [1, 0, 0, 1];
  let shiftX: number;
  let shiftY: number;
  if (kind === 'affine') {
    const turn = within(maxTurn);
    const zoom = 1 + within(maxZoom);
    const shear = within(maxShear);
    const [cosine, sine] = [Math.cos(turn) / zoom, Math.sin(turn) / zoom];
    [xx, xy, yx, yy] = [cosine, cosine * shear - sine, sine, sine * shear + cosine];
    [shiftX, shiftY] = [within(maxShift), within(maxShift)];
  } else {
    const most = kind === 'shift' ? maxShift : maxCrop;
    const whole = (): number => Math.floor(random.uniform() * (2 * most + 1)) - most;
    [shiftX, shiftY] = [whole(), whole()];
    if (kind === 'crop-flip' && random.uniform() < 0.5) xx = -1;
  }
  const [middleX, middleY] = [(size.width - 1) / 2, (size.height - 1) / 2];
  const map = [xx, xy, middleX - xx * middleX - xy * middleY + shiftX];
  map.push(yx, yy, middleY - yx * middleX - yy * middleY + shiftY);
  map.forEach((value, index) => (warps[at + index] = Math.round(value * 65536)));
}
