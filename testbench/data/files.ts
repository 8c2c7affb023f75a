// SPDX-License-Identifier: Apache-2.0
// Writes small data sets, right and wrong ones, in every form that is read.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { afterAll } from 'vitest';
import type { ImageSet } from '../../src/data/index.ts';

/** A folder that goes away after the file's tests; `make` gives a new one in it, filled with files. */
export function temporaryFolders(): (files?: Readonly<Record<string, Uint8Array | string>>) => string {
  const root = mkdtempSync(join(tmpdir(), 'berus-data-'));
  let number = 0;
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return (files = {}) => {
    const folder = join(root, `set${number++}`);
    mkdirSync(folder);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    return folder;
  };
}

/** An IDX file of unsigned bytes. */
export function idx(shape: readonly number[], values: ArrayLike<number>, magic = 0x800 + shape.length): Uint8Array {
  const file = Buffer.alloc(4 + 4 * shape.length + values.length);
  file.writeUInt32BE(magic);
  shape.forEach((length, axis) => file.writeUInt32BE(length, 4 + 4 * axis));
  file.set(values, 4 + 4 * shape.length);
  return file;
}

/** Pixels that name where they are: no two of a picture's first 256 bytes are equal, nor two pictures. */
export function pixel(image: number, row: number, column: number, channel: number): number {
  return (image * 101 + row * 37 + column * 11 + channel * 5) % 256;
}

/** Pictures of 32x32 RGB as {@link pixel} makes them, with labels. */
export function cifarLike(labels: readonly number[], first = 0): Pick<ImageSet, 'images' | 'labels' | 'count'> {
  const images = new Uint8Array(labels.length * 3072);
  for (let at = 0; at < images.length; at++) {
    images[at] = pixel(first + Math.floor(at / 3072), Math.floor(at / 96) % 32, Math.floor(at / 3) % 32, at % 3);
  }
  return { images, labels: Uint8Array.from(labels), count: labels.length };
}

/** A file of CIFAR-10's standard binary form: planes, not pixels. */
export function cifarBatch({ images, labels, count }: Pick<ImageSet, 'images' | 'labels' | 'count'>): Uint8Array {
  const file = new Uint8Array(count * 3073);
  for (let image = 0; image < count; image++) {
    file[image * 3073] = labels[image]!;
    for (let channel = 0; channel < 3; channel++) {
      for (let at = 0; at < 1024; at++) {
        file[image * 3073 + 1 + channel * 1024 + at] = images[image * 3072 + at * 3 + channel]!;
      }
    }
  }
  return file;
}

/** A PNG file of RGB pixels. */
export function png(width: number, pixels: Uint8Array): Uint8Array {
  return encode({ width, height: pixels.length / (3 * width), data: pixels, channels: 3 });
}
