// SPDX-License-Identifier: Apache-2.0
// A quantized network over a whole data set: the integers of src/reference,
// thousands of times as fast. Weights are packed once, then any number of
// images can be run.

import {
  type Codes,
  inputBits,
  layerGeometry,
  mapSize,
  newCodes,
  outputBits,
  pictureShape,
  type QuantizedLayer,
  type QuantizedNetwork,
  shortcutOf,
  sourceOf,
} from '../network/index.ts';
import type { Kernel } from './kernel.ts';

/** A quantized network with its weights as one kernel's loops read them. */
export interface Prepared {
  readonly net: QuantizedNetwork;
  readonly kernel: Kernel;
  /** The kernel's own. */
  readonly handle: unknown;
}

/** Sums must fit 32 bits with a sign. */
const largestSum = 2 ** 31 - 1;

/**
 * Packs a network's weights for a kernel.
 * @throws {RangeError} when a layer's sums could pass 2^31 - 1, or its weights do not fit the width of what it reads.
 * @example
 * const prepared = prepareNetwork(kernel, net);
 * const scores = inferScores(kernel, prepared, images, 10_000);
 */
export function prepareNetwork(kernel: Kernel, net: QuantizedNetwork): Prepared {
  const { layers } = net;
  layers.forEach((layer, index) => checkSums(layer, inputBits(net, index)));
  const fields = layers.flatMap((layer, index) => fieldsOf(net, layer, index));
  const handle = kernel.run(
    'prepareIntegers',
    Int32Array.from(fields),
    layers.map(({ weights }) => Int32Array.from(weights)),
    layers.map(({ mul }) => mul),
    layers.map(({ shortcutMul }) => shortcutMul),
    layers.map(({ add }) => add),
    layers.map(({ shift }) => shift),
    layers.map(({ padCodes }) => Uint16Array.from(padCodes)),
  );
  return { net, kernel, handle };
}

/**
 * Computes the last layer's codes, [image][row][column][channel], of `count` images.
 * @param kernel the one that the network was prepared for
 * @param images codes [image][row][column][channel], each below 2^imageBits
 * @throws {RangeError} when the number of images or of codes does not fit, or a code does not.
 */
export function inferScores(kernel: Kernel, prepared: Prepared, images: Codes, count: number): Codes {
  const last = prepared.net.layers.length - 1;
  return infer(kernel, prepared, images, count, (index) => index === last)[last]!;
}

/**
 * Computes every layer's codes, [layer][image][row][column][channel]; otherwise like {@link inferScores}.
 * All maps of all images are in memory at once: give it a few images at a time.
 */
export function inferMaps(kernel: Kernel, prepared: Prepared, images: Codes, count: number): Codes[] {
  return infer(kernel, prepared, images, count, () => true) as Codes[];
}

function infer(
  kernel: Kernel,
  { net, kernel: owner, handle }: Prepared,
  images: Codes,
  count: number,
  wanted: (index: number) => boolean,
): (Codes | undefined)[] {
  if (kernel !== owner) {
    throw new RangeError('Expected a network prepared for this kernel, but received one prepared for another.');
  }
  const size = mapSize(pictureShape(net.network));
  if (!Number.isInteger(count) || count < 1 || count > 2 ** 31 - 1) {
    throw new RangeError(`Expected count to be an integer of at least 1, but received ${count}.`);
  }
  if (images.length !== count * size) {
    throw new RangeError(`Expected ${count} images of ${size} codes, but received ${images.length} codes.`);
  }
  const pictures = codesOf(images, net.imageBits);
  const maps = net.layers.map((layer, index) =>
    wanted(index) ? newCodes(outputBits(layer), count * mapSize(layerGeometry(layer.layer).output)) : undefined,
  );
  kernel.run('inferIntegers', handle, pictures, count, maps);
  return maps;
}

/** The same codes in the array type of their width. */
function codesOf(codes: Codes, bits: number): Codes {
  if (bits > 8) return codes instanceof Uint16Array ? codes : Uint16Array.from(codes);
  if (codes instanceof Uint8Array) return codes;
  const wrong = codes.find((code) => code >= 2 ** bits);
  if (wrong !== undefined) throw new RangeError(`Expected codes below ${2 ** bits}, but received ${wrong}.`);
  return Uint8Array.from(codes);
}

/** The numbers of integer-layer.h, in its order. */
function fieldsOf(net: QuantizedNetwork, quantized: QuantizedLayer, index: number): number[] {
  const { layer, bits, low, poolShift } = quantized;
  const { height, width, channels } = layer.input;
  return [
    ...[sourceOf(net.network, index), shortcutOf(net.network, index), Number(layer.cell === 'multiply')],
    ...[height, width, channels, layer.kernelHeight, layer.kernelWidth, layer.filters],
    ...[layer.stride, layer.padding, layer.dilation, layer.groups],
    ...[Number(layer.poolKind === 'average'), layer.pool, layer.poolStride, layer.poolPadding],
    ...[inputBits(net, index), bits, outputBits(quantized), low, poolShift],
  ];
}

function checkSums({ layer, weights }: QuantizedLayer, bits: number): void {
  const top = 2 ** bits - 1;
  const { taps } = layerGeometry(layer);
  const largest = layer.cell === 'adder' ? taps * top : largestRow(weights, taps) * top;
  if (largest > largestSum) {
    throw new RangeError(`Expected sums of layer ${layer.name} up to ${largestSum}, but received up to ${largest}.`);
  }
  const wrong = layer.cell === 'adder' ? weights.find((code) => code > top) : undefined;
  if (wrong !== undefined) {
    throw new RangeError(`Expected weights of layer ${layer.name} up to ${top}, but received ${wrong}.`);
  }
}

/** Largest sum of magnitudes of one filter. */
function largestRow(weights: ArrayLike<number>, taps: number): number {
  let largest = 0;
  for (let start = 0; start < weights.length; start += taps) {
    let sum = 0;
    for (let i = start; i < start + taps; i++) sum += Math.abs(weights[i]!);
    largest = Math.max(largest, sum);
  }
  return largest;
}
