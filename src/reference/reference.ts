// SPDX-License-Identifier: Apache-2.0
// The golden integers: what every device level must compute, bit for bit.
//
// Plain loops, straight from docs/numerics.md. This file derives every size it
// needs by itself and shares nothing with the compiler, the kernels or the RTL.

import type { Codes, Layer, QuantizedLayer, QuantizedNetwork } from '../network/index.ts';

/** Output codes of every layer for a set of images, [layer][image][row][column][channel]. */
export interface ReferenceResult {
  readonly maps: readonly Codes[];
}

/** Pixels of the convolution itself, before pooling. */
function convolvedSize(layer: Layer): [height: number, width: number] {
  const along = (length: number, kernel: number): number =>
    Math.floor((length + 2 * layer.padding - (kernel - 1) * layer.dilation - 1) / layer.stride) + 1;
  return [along(layer.input.height, layer.kernelHeight), along(layer.input.width, layer.kernelWidth)];
}

/**
 * Sums over a layer's taps for every pixel and filter of one image: |x - w| where cells add, (x - zero) w where they
 * multiply.
 * @param input codes [row][column][channel]
 * @returns sums [row][column][filter], before pooling
 */
export function layerSums({ layer, weights, padCodes }: QuantizedLayer, input: Codes): Float64Array {
  const { cell, kernelHeight, kernelWidth, filters, stride, padding, dilation, groups } = layer;
  const { height, width, channels } = layer.input;
  const [rows, columns] = convolvedSize(layer);
  const depth = channels / groups;
  const sums = new Float64Array(rows * columns * filters);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let filter = 0; filter < filters; filter++) {
        const firstChannel = Math.floor(filter / (filters / groups)) * depth;
        let sum = 0;
        for (let ky = 0; ky < kernelHeight; ky++) {
          const y = row * stride - padding + ky * dilation;
          for (let kx = 0; kx < kernelWidth; kx++) {
            const x = column * stride - padding + kx * dilation;
            const onMap = y >= 0 && y < height && x >= 0 && x < width;
            const at = (y * width + x) * channels + firstChannel;
            const tap = ((filter * kernelHeight + ky) * kernelWidth + kx) * depth;
            for (let channel = 0; channel < depth; channel++) {
              const zero = padCodes[firstChannel + channel]!;
              const code = onMap ? input[at + channel]! : zero;
              const weight = weights[tap + channel]!;
              sum += cell === 'adder' ? Math.abs(code - weight) : (code - zero) * weight;
            }
          }
        }
        sums[(row * columns + column) * filters + filter] = sum;
      }
    }
  }
  return sums;
}

/**
 * Folds one sum of one filter into a code.
 * @param added the shortcut's code at the same place; 0 without a shortcut
 */
export function fold(quantized: QuantizedLayer, filter: number, sum: number, added: number): number {
  const { mul, shortcutMul, add, shift, low, bits } = quantized;
  const shortcut = added === 0 ? 0 : added * shortcutMul[filter]!;
  const scaled = Math.floor((sum * mul[filter]! + shortcut + add[filter]!) / 2 ** shift[filter]!);
  return Math.min(Math.max(scaled, low), 2 ** bits - 1);
}

/**
 * Computes one layer for one image: sums, fold, pooling.
 * @param input codes [row][column][channel]
 * @param shortcut codes [row][column][filter] of the map that is added; undefined without a shortcut
 * @returns codes [row][column][filter]
 */
export function computeLayer(quantized: QuantizedLayer, input: Codes, shortcut?: Codes): Codes {
  const { filters } = quantized.layer;
  const sums = layerSums(quantized, input);
  const codes = Float64Array.from(sums, (sum, at) => fold(quantized, at % filters, sum, shortcut?.[at] ?? 0));
  return pool(quantized, codes);
}

/** The largest code of every window, or the shifted sum of its codes. */
function pool({ layer, bits, poolShift }: QuantizedLayer, codes: Float64Array): Codes {
  const { filters, poolKind, pool: side, poolStride, poolPadding } = layer;
  const [rows, columns] = convolvedSize(layer);
  const [outRows, outColumns] = [rows, columns].map(
    (length) => Math.floor((length + 2 * poolPadding - side) / poolStride) + 1,
  ) as [number, number];
  const widest = poolKind === 'average' ? bits + Math.ceil(Math.log2(side * side)) - poolShift : bits;
  const output = newCodes(widest, outRows * outColumns * filters);
  for (let at = 0; at < output.length; at++) {
    const filter = at % filters;
    const outColumn = Math.floor(at / filters) % outColumns;
    const outRow = Math.floor(at / filters / outColumns);
    let largest = 0;
    let sum = 0;
    for (let wy = 0; wy < side; wy++) {
      for (let wx = 0; wx < side; wx++) {
        const row = outRow * poolStride - poolPadding + wy;
        const column = outColumn * poolStride - poolPadding + wx;
        if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
        const code = codes[(row * columns + column) * filters + filter]!;
        largest = Math.max(largest, code);
        sum += code;
      }
    }
    const half = poolShift === 0 ? 0 : 2 ** (poolShift - 1);
    output[at] = poolKind === 'average' ? Math.floor((sum + half) / 2 ** poolShift) : largest;
  }
  return output;
}

function newCodes(bits: number, length: number): Codes {
  return bits > 8 ? new Uint16Array(length) : new Uint8Array(length);
}

/**
 * Computes a network for a set of images.
 * @param images codes [image][row][column][channel] of `count` images, each below 2^imageBits
 * @throws {RangeError} when there are more or fewer codes than `count` images have.
 */
export function inferReference({ layers }: QuantizedNetwork, images: Codes, count: number): ReferenceResult {
  const written = new Map<string, Codes>([['image', images]]);
  const maps = layers.map((quantized) => {
    const { name, source, shortcut, input } = quantized.layer;
    const { height, width, channels } = input;
    const from = written.get(source)!;
    const size = height * width * channels;
    if (from.length !== count * size) {
      throw new RangeError(
        `Expected ${count} maps of ${height}x${width}x${channels} codes for layer ${name}, ` +
          `but received ${from.length} codes.`,
      );
    }
    const added = shortcut === null ? undefined : written.get(shortcut)!;
    const part = (map: Codes, image: number): Codes =>
      map.subarray((image * map.length) / count, ((image + 1) * map.length) / count);
    const outputs = Array.from({ length: count }, (_, image) =>
      computeLayer(quantized, part(from, image), added && part(added, image)),
    );
    const all =
      outputs[0] instanceof Uint16Array
        ? new Uint16Array(count * outputs[0].length)
        : new Uint8Array(count * outputs[0]!.length);
    outputs.forEach((output, image) => all.set(output, image * output.length));
    written.set(name, all);
    return all;
  });
  return { maps };
}
