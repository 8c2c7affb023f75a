// SPDX-License-Identifier: Apache-2.0
// Many images in parts give what one run of all of them gives.

import { describe, expect, it } from 'vitest';
import { inferInParts, partSize } from '../../src/cli/infer-in-parts.ts';
import type { Device } from '../../src/device/index.ts';

/** A device that doubles two-pixel images; counts one cycle a pixel and three to load the network. */
const doubling: Device = {
  level: 'rtl',
  infer: (images, count) => ({
    count,
    maps: [Uint8Array.from(images, (code) => 2 * code), Uint8Array.from({ length: count }, (_, i) => images[2 * i]!)],
    counters: {
      batches: Math.ceil(count / 2),
      layers: [
        {
          cycles: { setup: 1, stream: 2 * count, drain: 0, stall: 0, flush: 0, total: 2 * count + 1 },
          events: { sads: count, activationReads: 1, weightReads: 2, poolReads: 3, activationWrites: 4, foldReads: 5 },
        },
      ],
      host: {
        networkLoadCycles: 3,
        imageLoadCycles: 2 * count,
        readCycles: count,
        networkBytes: 7,
        imageBytes: 2 * count,
        resultBytes: count,
      },
    },
    locate: (layer, image, element) => ({ row: image, column: layer, cycle: 100 * images[2 * image]! + element }),
    simulated: { cycles: 10 * count, seconds: 0.5 },
  }),
  [Symbol.dispose]: () => undefined,
};

const images = Uint8Array.from({ length: 10 }, (_, index) => index);

describe('inferInParts', () => {
  it('should put maps, counters and time together, and load the network once', async () => {
    const done: number[] = [];
    const all = await inferInParts(doubling, images, 5, 2, (count) => done.push(count));
    expect(done).toEqual([2, 4, 5]);
    expect(all).toMatchObject({
      count: 5,
      maps: [images.map((code) => 2 * code), Uint8Array.of(0, 2, 4, 6, 8)],
      simulated: { cycles: 50, seconds: 1.5 },
      counters: {
        batches: 3,
        layers: [{ cycles: { setup: 3, stream: 10, total: 13 }, events: { sads: 5, foldReads: 15 } }],
        host: { networkLoadCycles: 3, imageLoadCycles: 10, readCycles: 5, networkBytes: 7, imageBytes: 10 },
      },
    });
  });

  it('should locate a code in the part that made it', async () => {
    const { locate } = await inferInParts(doubling, images, 5, 2, () => undefined);
    // Image 3 is the second of the second part; its first pixel is 6.
    expect(locate!(1, 3, 9)).toEqual({ row: 1, column: 1, cycle: 609 });
  });

  it('should keep wide codes, and leave out what a device does not count', async () => {
    const wide: Device = { ...doubling, infer: (codes, count) => ({ count, maps: [codes] }) };
    const codes = Uint16Array.of(1000, 2000, 3000);
    expect(await inferInParts(wide, codes, 3, 2, () => undefined)).toEqual({ count: 3, maps: [codes] });
  });

  it('should take whole batches', () => {
    expect([1, 4, 16, 24, 32, 64].map(partSize)).toEqual([64, 64, 64, 48, 64, 64]);
  });
});
