// SPDX-License-Identifier: Apache-2.0
// Whole networks with random weights: the golden integers follow the float model in graphs of every kind, with every
// style of fold, and slopes are what the style says.

import { beforeAll, describe, expect, it } from 'vitest';
import type { ImageSet } from '../../src/data/index.ts';
import { measureSignals } from '../../src/evaluate/index.ts';
import { createPass, type Kernel, loadKernel, readMap } from '../../src/kernel/index.ts';
import {
  buildNetwork,
  type FloatModel,
  type LayerForm,
  type Network,
  outputBits,
  type QuantizedNetwork,
} from '../../src/network/index.ts';
import { type Quantized, quantizeDetailed, type QuantizeOptions } from '../../src/quantize/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { recalibrate } from '../../src/train/evaluate.ts';
import { randomModel, randomPictures } from '../kernel/models.ts';

let kernel: Kernel;
beforeAll(async () => {
  kernel = await loadKernel({ threads: 2 });
});

const count = 64;

function networkOf(name: string, layers: readonly LayerForm[]): Network {
  return buildNetwork({ name, input: { height: 8, width: 7, channels: 2 }, layers });
}

/** A residual block with a signed shortcut, average pooling, and both kinds of cells. */
const residual = networkOf('residual', [
  { name: 'stem', cell: 'multiply', kernel: 3, padding: 1, filters: 8 },
  { name: 'a', kernel: 3, padding: 1, filters: 8 },
  { name: 'b', kernel: 3, padding: 1, filters: 8, shortcut: 'stem' },
  { name: 'down', source: 'b', kernel: 1, stride: 2, filters: 12, relu: false },
  { name: 'c', source: 'b', kernel: 3, stride: 2, padding: 1, filters: 12, groups: 2 },
  { name: 'd', kernel: 3, padding: 1, filters: 12, shortcut: 'down', pool: 4, poolKind: 'average' },
  { name: 'fc', cell: 'multiply', kernel: 1, filters: 5, relu: false },
]);

/** Signed maps between layers that add and as shortcuts, depthwise sums, overlapping windows. */
const strange = networkOf('strange', [
  { name: 'a', cell: 'multiply', kernel: 3, padding: 1, filters: 6, relu: false },
  { name: 'b', kernel: 3, padding: 2, dilation: 2, filters: 6, relu: false, shortcut: 'a' },
  { name: 'c', kernel: 3, padding: 1, filters: 6, groups: 6, pool: 3, poolStride: 2, poolPadding: 1 },
  { name: 'd', cell: 'multiply', kernel: 1, filters: 6, groups: 3, shortcut: 'c' },
  { name: 'e', kernel: 'full', filters: 5, relu: false },
]);

function imagesOf(network: Network, seed: number): ImageSet {
  const pictures = randomPictures(network, count, seed);
  return { ...pictures, labels: new Uint8Array(count), classes: 5 };
}

/** A model whose normalisation knows its sums, so that about half of all values pass each ReLU. */
function modelOf(network: Network, seed: number, padding: 'black' | 'zero'): FloatModel {
  const random = randomModel(network, seed);
  const model = { ...random, input: { ...random.input, padding } };
  recalibrate(createPass(kernel, network, count), model, imagesOf(network, seed));
  return model;
}

async function quantized(
  network: Network,
  seed: number,
  options: QuantizeOptions,
  padding: 'black' | 'zero' = 'black',
) {
  const model = modelOf(network, seed, padding);
  const images = imagesOf(network, seed);
  const made = await quantizeDetailed(model, images, { kernel, images: count, ...options });
  return { model, images, ...made };
}

/** Root mean square of the difference, over that of the float model's maps around their mean, layer by layer. */
function errors(model: FloatModel, images: ImageSet, { net, scales }: Quantized): number[] {
  const pass = createPass(kernel, model.network, count);
  pass.load(
    images,
    Uint32Array.from({ length: count }, (_, i) => i),
    model.input,
  );
  pass.infer(model);
  const codes = net.imageBits === 8 ? images.images : undefined;
  const { maps } = inferReference(net, codes!, count);
  return net.layers.map(({ layer, poolShift }, index) => {
    const { step, zero } = scales[index]!;
    const factor = layer.poolKind === 'average' ? layer.pool ** 2 / 2 ** poolShift : 1;
    const length = maps[index]!.length / count;
    let [noise, sum, squares] = [0, 0, 0];
    for (let image = 0; image < count; image++) {
      readMap(pass, index, image).forEach((value, i) => {
        noise += ((maps[index]![image * length + i]! / factor - zero) * step - value) ** 2;
        sum += value;
        squares += value ** 2;
      });
    }
    return Math.sqrt(noise / (squares - sum ** 2 / maps[index]!.length));
  });
}

/** Signed powers of two in a whole number. */
function termCount(value: number): number {
  let [rest, terms] = [BigInt(Math.abs(value)), 0];
  while (rest > 0n) {
    if (rest & 1n) {
      terms++;
      rest -= (rest & 3n) === 3n ? -1n : 1n;
    }
    rest >>= 1n;
  }
  return terms;
}

function largestTerms({ layers }: QuantizedNetwork): number {
  return Math.max(...layers.flatMap(({ mul, shortcutMul }) => [...mul, ...shortcutMul].map(termCount)));
}

describe.each([residual, strange])('integers of the network $name', (network) => {
  it.each([
    ['black', 1],
    ['zero', 2],
  ] as const)('should follow the float model at 12 bits (around pictures %s)', async (padding, seed) => {
    const { model, images, net, scales } = await quantized(network, seed, { bits: 12, edgeBits: 14 }, padding);
    // The last map saturates on purpose.
    const parts = errors(model, images, { net, scales }).slice(0, -1);
    for (const part of parts) expect(part).toBeLessThan(padding === 'black' ? 0.01 : 0.04);
  });

  it('should follow it less closely with fewer bits, and better with offsets that keep the means', async () => {
    const error = async (options: QuantizeOptions): Promise<number> => {
      const { model, images, ...made } = await quantized(network, 3, options);
      return errors(model, images, made).at(-2)!;
    };
    const [eight, four, plain] = [
      await error({ bits: 8 }),
      await error({ bits: 4 }),
      await error({ bits: 4, correct: false }),
    ];
    expect(eight).toBeLessThan(four / 4);
    expect(four).toBeLessThan(plain * 1.05);
    expect(four).toBeLessThan(0.6);
  });

  it.each([
    ['shift-add', 2],
    ['power-of-two', 1],
  ] as const)('should have slopes without a multiplier (fold %s: %i terms)', async (fold, terms) => {
    const { model, images, net, scales } = await quantized(network, 4, { bits: 8, fold });
    expect(largestTerms(net)).toBeLessThanOrEqual(terms);
    const parts = errors(model, images, { net, scales });
    expect(parts[0]).toBeLessThan(network === residual ? 0.03 : 0.4);
    expect(parts.at(-2)).toBeLessThan(terms === 2 ? 0.5 : 1);
  });

  it('should have steps that are powers of two where they are asked for, shortcuts by shifts alone', async () => {
    const { net, scales } = await quantized(network, 5, { bits: 8, scales: 'power-of-two', fold: 'shift-add' });
    for (const { step } of scales) expect(Number.isInteger(Math.log2(step))).toBe(true);
    const added = net.layers.filter(({ layer }) => layer.shortcut !== null);
    for (const { shortcutMul } of added) expect(Math.max(...[...shortcutMul].map(termCount))).toBe(1);
  });

  it('should be the same from any number of threads, and take scales that are given', async () => {
    const first = await quantized(network, 6, { bits: 5 });
    const alone = await quantizeDetailed(first.model, first.images, {
      kernel: await loadKernel({ threads: 1 }),
      bits: 5,
      images: count,
    });
    expect(alone.net).toEqual(first.net);
    const again = await quantized(network, 6, { bits: 5, mapScales: first.scales, search: false });
    expect(again.net).toEqual(first.net);
  });
});

describe('a network by hand', () => {
  it('should have the integers that follow from its numbers', async () => {
    // Pixels are the values: x = (p / 255 - 0) / (1 / 255).
    const network = buildNetwork({
      name: 'hand',
      input: { height: 1, width: 1, channels: 1 },
      layers: [
        { name: 'a', kernel: 1, filters: 2 },
        { name: 'b', cell: 'multiply', kernel: 1, filters: 1, relu: false },
      ],
    });
    const ones = (length: number): Float32Array => new Float32Array(length).fill(1);
    // The epsilon in the root makes slopes of 1.
    const variance = (length: number): Float32Array => new Float32Array(length).fill(1 - 1e-5);
    const [first, last] = network.layers;
    const model: FloatModel = {
      network,
      input: { mean: [0], deviation: [1 / 255], padding: 'black' },
      layers: [
        {
          layer: first!,
          weights: Float32Array.of(300, 100),
          gamma: ones(2),
          beta: Float32Array.of(300, 0),
          mean: Float32Array.of(0, -155),
          variance: variance(2),
        },
        {
          layer: last!,
          weights: Float32Array.of(2, -1),
          gamma: ones(1),
          beta: Float32Array.of(0),
          mean: Float32Array.of(0),
          variance: variance(1),
        },
      ],
    };
    const pictures = { images: Uint8Array.of(0, 255), count: 2, height: 1, width: 1, channels: 1 };
    const data: ImageSet = { ...pictures, labels: new Uint8Array(2), classes: 1 };
    const { net, scales } = await quantizeDetailed(model, data, { kernel, search: false, correct: false });
    // a = -|x - 300| + 300 = x, and 155 - |x - 100|: at most 255, so a code is 1. 300 is clamped to 255, and 45 are in `add`.
    const [a, b] = net.layers;
    expect(scales[0]!.step).toBeCloseTo(1, 5);
    expect([...a!.weights]).toEqual([255, 100]);
    expect([a!.mul[0]! / 2 ** a!.shift[0]!, a!.add[0]! / 2 ** a!.shift[0]!]).toEqual([-1, 255.5]);
    expect([a!.mul[1]! / 2 ** a!.shift[1]!, a!.add[1]! / 2 ** a!.shift[1]!]).toEqual([-1, 155.5]);
    // 2 x - (155 - |x - 100|): -55 at x = 0, 510 at x = 255.
    expect([...b!.weights]).toEqual([127, -63]);
    expect(scales[1]!.step).toBeCloseTo(565 / 255, 2);
    const { maps } = inferReference(net, Uint8Array.of(0, 100, 255), 3);
    expect([...maps[0]!]).toEqual([0, 55, 100, 155, 255, 0]);
    [-55, 45, 510].forEach((value, image) => {
      const { step, zero } = scales[1]!;
      expect(Math.abs((maps[1]![image]! - zero) * step - value)).toBeLessThan(step);
    });
  });
});

describe('integers of layers that average', () => {
  it.each([
    [4, 8, 4 + 4 - 8],
    [8, 8, 4],
    [6, 10, 0],
  ])('should be pooled from %i bits into at most %i', async (bits, pooledBits, shift) => {
    const { net } = await quantized(residual, 7, { bits, pooledBits });
    const layer = net.layers.find((own) => own.layer.name === 'd')!;
    expect(layer.poolShift).toBe(Math.max(0, shift));
    expect(outputBits(layer)).toBeLessThanOrEqual(pooledBits);
  });
});

describe('signal-to-noise', () => {
  it('should be that of the error, in decibels', async () => {
    const { model, images, net, scales } = await quantized(residual, 8, { bits: 8, correct: false });
    const parts = errors(model, images, { net, scales });
    const signals = measureSignals(kernel, model, net, images);
    expect(signals.map(({ name }) => name)).toEqual(residual.layers.map(({ name }) => name));
    signals.slice(0, -1).forEach(({ signalToNoise }, index) => {
      // The line that fits best is at least as good as the scale.
      const own = -20 * Math.log10(parts[index]!);
      expect(signalToNoise).toBeGreaterThan(own - 0.01);
      expect(signalToNoise).toBeLessThan(own + 3);
    });
  });

  it('should be refused for networks of other layers', async () => {
    const { images, net } = await quantized(residual, 8, { bits: 8 });
    expect(() => measureSignals(kernel, randomModel(strange, 1), net, images)).toThrow(
      'Expected the float model of network residual, but received one of strange with other layers.',
    );
  });
});
