// SPDX-License-Identifier: Apache-2.0
// The golden integers: what every device level must compute, bit for bit.
//
// Plain loops, straight from docs/numerics.md. This file derives every size it
// needs by itself and shares nothing with the compiler, the kernels or the RTL.

import type { AdderLayer, Codes, QuantizedLayer, QuantizedNetwork } from '../network/index.ts';

/** Output codes of every layer for a set of images, [layer][image][row][column][channel]. */
export interface ReferenceResult {
  readonly maps: readonly Codes[];
}

/** Pixels of the convolution itself, before pooling. */
function convolvedSize(layer: AdderLayer): [height: number, width: number] {
  const along = (length: number, kernel: number): number =>
    Math.floor((length + 2 * layer.padding - (kernel - 1) * layer.dilation - 1) / layer.stride) + 1;
  return [along(layer.input.height, layer.kernelHeight), along(layer.input.width, layer.kernelWidth)];
}

/**
 * Sums |x - w| over a layer's taps for every pixel and filter of one image.
 * @param input codes [row][column][channel]
 * @returns sums [row][column][filter], before pooling
 */
export function adderSums({ layer, weights, padCode }: QuantizedLayer, input: Codes): Float64Array {
  const { kernelHeight, kernelWidth, filters, stride, padding, dilation } = layer;
  const { height, width, channels } = layer.input;
  const [rows, columns] = convolvedSize(layer);
  const sums = new Float64Array(rows * columns * filters);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let filter = 0; filter < filters; filter++) {
        let sum = 0;
        for (let ky = 0; ky < kernelHeight; ky++) {
          const y = row * stride - padding + ky * dilation;
          for (let kx = 0; kx < kernelWidth; kx++) {
            const x = column * stride - padding + kx * dilation;
            const onMap = y >= 0 && y < height && x >= 0 && x < width;
            const at = (y * width + x) * channels;
            const tap = ((filter * kernelHeight + ky) * kernelWidth + kx) * channels;
            for (let channel = 0; channel < channels; channel++) {
              const code = onMap ? input[at + channel]! : padCode;
              sum += Math.abs(code - weights[tap + channel]!);
            }
          }
        }
        sums[(row * columns + column) * filters + filter] = sum;
      }
    }
  }
  return sums;
}

/** Folds one sum of one filter into an output code. */
export function fold({ mul, add, shift, low }: QuantizedLayer, bits: number, filter: number, sum: number): number {
  const scaled = Math.floor((sum * mul[filter]! + add[filter]!) / 2 ** shift[filter]!);
  return Math.min(Math.max(scaled, low), 2 ** bits - 1);
}

/**
 * Computes one layer for one image: sums, fold, max-pooling.
 * @param input codes [row][column][channel]
 * @returns codes [row][column][filter]
 */
export function adderLayer(quantized: QuantizedLayer, bits: number, input: Codes): Codes {
  const { filters, pool } = quantized.layer;
  const [rows, columns] = convolvedSize(quantized.layer);
  const sums = adderSums(quantized, input);
  const [outRows, outColumns] = [Math.floor(rows / pool), Math.floor(columns / pool)];
  const output =
    bits > 8 ? new Uint16Array(outRows * outColumns * filters) : new Uint8Array(outRows * outColumns * filters);
  for (let row = 0; row < outRows * pool; row++) {
    for (let column = 0; column < outColumns * pool; column++) {
      for (let filter = 0; filter < filters; filter++) {
        const code = fold(quantized, bits, filter, sums[(row * columns + column) * filters + filter]!);
        const at = (Math.floor(row / pool) * outColumns + Math.floor(column / pool)) * filters + filter;
        output[at] = Math.max(output[at]!, code);
      }
    }
  }
  return output;
}

/**
 * Computes a network for a set of images.
 * @param images codes [image][row][column][channel] of `count` images, each below 2^bits
 */
export function inferReference({ layers, bits }: QuantizedNetwork, images: Codes, count: number): ReferenceResult {
  let input = images;
  const maps = layers.map((quantized) => {
    const { height, width, channels } = quantized.layer.input;
    const size = height * width * channels;
    if (input.length !== count * size) {
      throw new RangeError(
        `Expected ${count} maps of ${height}x${width}x${channels} codes for layer ${quantized.layer.name}, ` +
          `but received ${input.length} codes.`,
      );
    }
    const outputs = Array.from({ length: count }, (_, image) =>
      adderLayer(quantized, bits, input.subarray(image * size, (image + 1) * size)),
    );
    const all = bits > 8 ? new Uint16Array(count * outputs[0]!.length) : new Uint8Array(count * outputs[0]!.length);
    outputs.forEach((output, image) => all.set(output, image * output.length));
    input = all;
    return all;
  });
  return { maps };
}
