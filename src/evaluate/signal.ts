// SPDX-License-Identifier: Apache-2.0
// How much of each layer's map is left in its codes.
//
// A quantized file says nothing of what its codes are worth, so the line from codes to values that fits best is taken:
// with a correlation of r, the values' variance over what the line leaves of it is 1 / (1 - r^2).

import { type ImageSet } from '../data/index.ts';
import { createPass, inferMaps, type Kernel, lanes, prepareNetwork, readMap } from '../kernel/index.ts';
import type { FloatModel, QuantizedNetwork } from '../network/index.ts';
import { pixelCodes } from '../quantize/index.ts';

/** A layer's codes beside the float model's values. */
export interface LayerSignal {
  readonly name: string;
  /** Ratio of signal to noise in decibels; null where the codes follow the values exactly, or a map is constant. */
  readonly signalToNoise: number | null;
}

/** Sums of pairs, each relative to the first pair, so that large means cost no digits. */
interface PairSums {
  count: number;
  originX: number;
  originY: number;
  x: number;
  y: number;
  xx: number;
  yy: number;
  xy: number;
}

/**
 * Measures every layer over a set of images.
 * @throws {RangeError} when the two are not of the same network.
 */
export function measureSignals(kernel: Kernel, model: FloatModel, net: QuantizedNetwork, set: ImageSet): LayerSignal[] {
  if (JSON.stringify(model.network.layers) !== JSON.stringify(net.network.layers)) {
    throw new RangeError(
      `Expected the float model of network ${net.network.name}, but received one of ${model.network.name} with other layers.`,
    );
  }
  const prepared = prepareNetwork(kernel, net);
  const pass = createPass(kernel, model.network, lanes);
  const size = set.images.length / set.count;
  const sums = net.layers.map((): PairSums => ({ count: 0, originX: 0, originY: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0 }));
  for (let first = 0; first < set.count; first += lanes) {
    const count = Math.min(lanes, set.count - first);
    pass.load(
      set,
      Uint32Array.from({ length: lanes }, (_, i) => first + (i < count ? i : 0)),
      model.input,
    );
    pass.infer(model);
    const images = pixelCodes(set.images.subarray(first * size, (first + count) * size), net.imageBits);
    inferMaps(kernel, prepared, images, count).forEach((codes, layer) => {
      const length = codes.length / count;
      for (let image = 0; image < count; image++) {
        addPairs(sums[layer]!, codes.subarray(image * length, (image + 1) * length), readMap(pass, layer, image));
      }
    });
  }
  return net.layers.map(({ layer }, index) => ({ name: layer.name, signalToNoise: decibels(sums[index]!) }));
}

function addPairs(sums: PairSums, codes: ArrayLike<number>, values: ArrayLike<number>): void {
  if (sums.count === 0) [sums.originX, sums.originY] = [codes[0]!, values[0]!];
  for (let i = 0; i < codes.length; i++) {
    const [x, y] = [codes[i]! - sums.originX, values[i]! - sums.originY];
    sums.x += x;
    sums.y += y;
    sums.xx += x * x;
    sums.yy += y * y;
    sums.xy += x * y;
  }
  sums.count += codes.length;
}

function decibels({ count, x, y, xx, yy, xy }: PairSums): number | null {
  const [varX, varY, both] = [xx - (x * x) / count, yy - (y * y) / count, xy - (x * y) / count];
  if (!(varX > 0) || !(varY > 0)) return null;
  const noise = 1 - (both * both) / (varX * varY);
  return noise > 1e-12 ? -10 * Math.log10(noise) : null;
}
