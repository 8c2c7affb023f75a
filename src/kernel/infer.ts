// SPDX-License-Identifier: Apache-2.0
// A quantized network over a whole data set, sixteen images a vector: the
// integers of src/reference, several hundred times as fast.

import { type Codes, layerGeometry, mapSize, type QuantizedNetwork } from '../network/index.ts';
import { dimsOf, inputLength, lanes, outputLength } from './dims.ts';
import type { IntegerFold, Kernel } from './kernel.ts';

/** Chunks computed at once: enough for the threads, small enough for the cache. */
const chunks = 16;

/**
 * Computes the last layer's codes, [image][row][column][channel], of `count` images.
 * @param images codes [image][row][column][channel], each below 2^bits
 */
export function inferKernel(kernel: Kernel, net: QuantizedNetwork, images: Codes, count: number): Codes {
  const size = mapSize(net.layers[0]!.layer.input);
  if (images.length !== count * size) {
    throw new RangeError(`Expected ${count} images of ${size} codes, but received ${images.length} codes.`);
  }
  const stages = net.layers.map(({ layer, weights, mul, add, shift, low, padCodes, bits }, index) => {
    const next = net.layers[index + 1];
    const dims = dimsOf(layer, chunks, next?.layer.padding ?? 0);
    const fold: IntegerFold = { mul, add: BigInt64Array.from(add, BigInt), shift, low, high: 2 ** bits - 1 };
    const output = new Int32Array(outputLength(dims)).fill(next?.padCodes[0] ?? 0);
    return { dims, fold, weights: Int32Array.from(weights), output, padCode: padCodes[0]! };
  });
  const first = stages[0]!;
  const input = new Int32Array(inputLength(first.dims)).fill(first.padCode);
  const outputSize = mapSize(layerGeometry(net.layers.at(-1)!.layer).output);
  const result = net.layers.at(-1)!.bits > 8 ? new Uint16Array(count * outputSize) : new Uint8Array(count * outputSize);
  for (let start = 0; start < count; start += chunks * lanes) {
    const batch = Math.min(chunks * lanes, count - start);
    for (let image = 0; image < batch; image++) {
      scatter(input, net, images.subarray((start + image) * size, (start + image + 1) * size), image);
    }
    let x = input;
    for (const { dims, fold, weights, output } of stages) {
      kernel.integerLayer(dims, x, weights, fold, output);
      x = output;
    }
    for (let image = 0; image < batch; image++) {
      const base = Math.floor(image / lanes) * outputSize * lanes + (image % lanes);
      for (let i = 0; i < outputSize; i++) result[(start + image) * outputSize + i] = x[base + i * lanes]!;
    }
  }
  return result;
}

/** Writes one image into its lane of the padded input. */
function scatter(input: Int32Array, net: QuantizedNetwork, image: Codes, slot: number): void {
  const { padding } = net.layers[0]!.layer;
  const { height, width, channels } = net.layers[0]!.layer.input;
  const paddedWidth = width + 2 * padding;
  const mapLength = (height + 2 * padding) * paddedWidth * channels * lanes;
  const base = Math.floor(slot / lanes) * mapLength + (slot % lanes);
  const rowLength = width * channels;
  for (let row = 0; row < height; row++) {
    const to = base + ((row + padding) * paddedWidth + padding) * channels * lanes;
    for (let i = 0; i < rowLength; i++) input[to + i * lanes] = image[row * rowLength + i]!;
  }
}
