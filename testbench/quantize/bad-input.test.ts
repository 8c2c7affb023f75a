// SPDX-License-Identifier: Apache-2.0
// What the quantizer is given wrong is told in one line, before anything is computed; a variance of zero has a rule.

import { beforeAll, describe, expect, it } from 'vitest';
import type { ImageSet } from '../../src/data/index.ts';
import { type Kernel, loadKernel } from '../../src/kernel/index.ts';
import { buildNetwork, type FloatModel, type Network } from '../../src/network/index.ts';
import { quantizeNetwork, type QuantizeOptions } from '../../src/quantize/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { randomModel, randomPictures } from '../kernel/models.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel({ threads: 1 });
});

const network = buildNetwork({
  name: 'small',
  input: { height: 4, width: 4, channels: 1 },
  layers: [
    { name: 'conv', kernel: 3, padding: 1, filters: 3 },
    { name: 'fc', kernel: 'full', filters: 2, relu: false },
  ],
});
const images: ImageSet = { ...randomPictures(network, 20, 1), labels: new Uint8Array(20), classes: 2 };

/** Line of the error that quantizing gives. */
async function refusal(
  change: (model: FloatModel) => unknown = () => undefined,
  options: QuantizeOptions = {},
  data: ImageSet = images,
  of: Network = network,
): Promise<string> {
  const model = randomModel(of, 1);
  change(model);
  try {
    await quantizeNetwork(model, data, { kernel, ...options });
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toMatch(/^Expected [^\n]+, but received [^\n]*\.$/);
    return (error as Error).message;
  }
  return 'none';
}

describe('bad input', () => {
  it.each<[string, (model: FloatModel) => unknown, string]>([
    ['a weight', (m) => (m.layers[0]!.weights[4] = NaN), 'conv.weight to hold finite numbers, but received NaN at 4.'],
    [
      'a slope',
      (m) => (m.layers[1]!.gamma[1] = Infinity),
      'fc.gamma to hold finite numbers, but received Infinity at 1.',
    ],
    [
      'a mean',
      (m) => (m.layers[1]!.mean[0] = -Infinity),
      'fc.mean to hold finite numbers, but received -Infinity at 0.',
    ],
  ])('should be refused where %s is not finite', async (_, change, line) => {
    expect(await refusal(change)).toBe(`Expected ${line}`);
  });

  it('should be refused where a variance is negative', async () => {
    expect(await refusal((m) => (m.layers[0]!.variance[2] = -1))).toBe(
      'Expected conv.variance to be at least 0, but received -1.',
    );
  });

  it('should be refused where a layer has too few numbers', async () => {
    const change = (model: FloatModel): void => {
      Object.assign(model.layers[0]!, { weights: new Float32Array(26) });
    };
    expect(await refusal(change)).toBe('Expected conv.weight to hold 27 numbers, but received 26.');
  });

  it.each<[QuantizeOptions, string]>([
    [{ bits: 1 }, 'bits to be an integer from 2 to 16, but received 1.'],
    [{ bits: 17 }, 'bits to be an integer from 2 to 16, but received 17.'],
    [{ bits: 2.5 }, 'bits to be an integer from 2 to 16, but received 2.5.'],
    [{ imageBits: 0 }, 'imageBits to be an integer from 2 to 16, but received 0.'],
    [{ edgeBits: 20 }, 'edgeBits to be an integer from 2 to 16, but received 20.'],
    [{ scoreBits: NaN }, 'scoreBits to be an integer from 2 to 16, but received NaN.'],
    [{ bits: 9, pooledBits: 8 }, 'pooledBits to be an integer from 9 to 16, but received 8.'],
    [{ images: 0 }, 'images to be an integer of at least 1, but received 0.'],
    [{ fold: 'shift' as 'any' }, 'fold to be one of any, shift-add, power-of-two, but received shift.'],
    [{ scales: 'even' as 'any' }, 'scales to be one of any, power-of-two, but received even.'],
    [{ mapScales: [] }, 'mapScales to be 2 scales, but received 0.'],
  ])('should be refused with the options %j', async (options, line) => {
    expect(await refusal(undefined, options)).toBe(`Expected ${line}`);
  });

  it('should be refused without images, and with images of another shape', async () => {
    expect(await refusal(undefined, {}, { ...images, count: 0 })).toBe(
      'Expected images to calibrate on, but received 0.',
    );
    expect(await refusal(undefined, {}, { ...images, width: 5 })).toBe(
      'Expected images of 4x4x1 for network small, but received 4x5x1.',
    );
  });

  it('should be refused where channels of pictures have scales of their own and the first layer adds', async () => {
    const colours = buildNetwork({
      name: 'colours',
      input: { height: 4, width: 4, channels: 2 },
      layers: [{ name: 'first', kernel: 'full', filters: 2, relu: false }],
    });
    const set = { ...images, ...randomPictures(colours, 20, 1) };
    expect(await refusal(undefined, {}, set, colours)).toMatch(
      /^Expected the channels that adder layer first reads to have one scale, but received steps of .* equal deviations\.$/,
    );
    expect(await refusal((m) => Object.assign(m.input.deviation, [0.3, 0]), {}, set, colours)).toBe(
      "Expected the pictures' deviation to be above 0, but received 0.3, 0.",
    );
    expect(await refusal((m) => Object.assign(m.input.mean, [NaN]), {}, set, colours)).toBe(
      "Expected the pictures' mean to be 2 finite numbers, but received NaN, 0.4625.",
    );
  });

  it('should be refused where sums do not fit', async () => {
    const large = buildNetwork({
      name: 'large',
      input: { height: 182, width: 182, channels: 1 },
      layers: [{ name: 'fc', kernel: 'full', filters: 1, relu: false }],
    });
    const set = { ...images, ...randomPictures(large, 1, 1), count: 1 };
    expect(await refusal(undefined, { imageBits: 16 }, set, large)).toBe(
      'Expected sums of layer fc up to 2147483647, but received 33124 taps of 16 bits.',
    );
  });
});

describe('a channel of zero variance', () => {
  it('should be its beta always', async () => {
    const model = randomModel(network, 2);
    model.layers[0]!.mean.fill(-10);
    model.layers[0]!.variance[1] = 0;
    model.layers[0]!.beta[1] = 0.5;
    const net = await quantizeNetwork(model, images, { kernel });
    expect(net.layers[0]!.mul[1]).toBe(0);
    const map = inferReference(net, images.images, 20).maps[0]!;
    const own = new Set(map.filter((_, i) => i % 3 === 1));
    expect(own.size).toBe(1);
  });
});

it('should calibrate on fewer images than there are lanes, even on one', async () => {
  const one = { ...images, count: 1, images: images.images.subarray(0, 16), labels: images.labels.subarray(0, 1) };
  const net = await quantizeNetwork(randomModel(network, 3), one, { kernel });
  expect(inferReference(net, one.images, 1).maps.at(-1)!.length).toBe(2);
});
