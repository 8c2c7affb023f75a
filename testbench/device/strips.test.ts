// SPDX-License-Identifier: Apache-2.0
// LeNet-5 on a core without room for the map of its first layer: in strips, bit for bit, each word in its clock; and that
// a value which is computed again, and differently, is found.

import { expect, it } from 'vitest';
import { compileNetwork, type Configuration, loadConfiguration } from '../../src/compile/index.ts';
import { networkCounters } from '../../src/cycles/index.ts';
import { createRtlDevice } from '../../src/device/index.ts';
import { readQuantized, shippedWeights } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { withBug } from '../support/planted-bug.ts';

/** The first map has 1,176 words. */
const SMALL: Configuration = { ...loadConfiguration('tiny'), activationDepth: 1000, programDepth: 1024 };

const network = readQuantized(shippedWeights('lenet5'));
const count = 6;
const images = Uint8Array.from({ length: count * 784 }, (_, index) => (index * 2_654_435_761) >>> 24);

it('should run in strips, bit for bit and clock for clock', { timeout: 300_000 }, async () => {
  // Rows 0 to 5 of the first map for row 0 of the second, rows 2 to 7 for the next; 6 + 4 * 6 rows of 14.
  expect(compileNetwork(network, SMALL).strips).toMatchObject({ layers: 2, strips: 5, heights: [6, null] });
  const { maps } = inferReference(network, images, count);
  using device = await createRtlDevice(network, { configuration: SMALL });
  const got = device.verify(images, { maps, count, clocks: true });
  if ('got' in got) throw new Error(JSON.stringify(got));
  expect(got.maps).toEqual(maps);
  expect(got.counters!.layers).toEqual(networkCounters(network, SMALL, count));
  expect(got.counters!.layers[0]!.events.activationWrites).toBe(2 * 30 * 14 * 6);
});

it('should find what is computed again as something else', { timeout: 300_000 }, async () => {
  // Every strip of the first layer is padded as the top of its map is.
  const origin = 'y_origin    = DIRECT != 0 ? word[16 +: W_SIDE]';
  await withBug('feeder.v', origin, `${origin} | {{W_SIDE-1{1'b1}}, 1'b0}`, async (rtl) => {
    using device = await createRtlDevice(network, { configuration: SMALL, rtl });
    expect(() => device.infer(images, count)).toThrow(
      /^Expected layer conv1, image 0, to compute element \d+ again as \d+, but received \d+\.$/,
    );
    const { maps } = inferReference(network, images, count);
    expect(device.verify(images, { maps, count, clocks: true })).toMatchObject({ layer: 'conv2' });
  });
});
