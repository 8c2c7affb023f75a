// SPDX-License-Identifier: Apache-2.0
// From tensors to a layer's numbers: axes brought to this project's order, a
// bias of the sums taken into the normalisation's mean, everything checked.

import { checkNumbers } from '../network/float-file.ts';
import { batchNormEpsilon, type FloatLayer } from '../network/float-model.ts';
import type { Layer } from '../network/layer.ts';
import { denseStrides, gather } from '../network/strided.ts';
import { elementBytes, singles, type Tensor } from '../network/tensor.ts';
import { shown } from './shown.ts';
import type { LayerSource } from './layer-source.ts';

/**
 * Makes a layer of its tensors.
 * @param path what messages call the file
 * @throws {RangeError} naming the tensor with a wrong shape, a number that is not finite, or a negative variance.
 */
export function layerNumbers(
  path: string,
  layer: Layer,
  source: LayerSource,
  tensors: ReadonlyMap<string, Tensor>,
): FloatLayer {
  const { filters } = layer;
  const perFilter = (key: string, variance = false): Float32Array => {
    const tensor = tensors.get(key)!;
    if (tensor.shape.join() !== String(filters)) {
      throw shapeFault(path, key, layer, `[${filters}]`, tensor.shape);
    }
    return checkNumbers(`${path} to hold ${shown(key)}`, singles(tensor), variance);
  };
  const weights = checkNumbers(
    `${path} to hold ${shown(source.weight)}`,
    weightsOf(path, layer, source, tensors),
    false,
  );
  const bias = source.bias === undefined ? new Float32Array(filters) : perFilter(source.bias);
  if (source.norm === undefined) {
    const gamma = new Float32Array(filters).fill(Math.sqrt(1 + batchNormEpsilon));
    const [mean, variance] = [new Float32Array(filters), new Float32Array(filters).fill(1)];
    return { layer, weights, gamma, beta: bias, mean, variance };
  }
  const { gamma, beta, mean, variance } = source.norm;
  return {
    layer,
    weights,
    gamma: perFilter(gamma),
    beta: perFilter(beta),
    // Sums y + b about the mean m are sums y about m - b.
    mean: checkNumbers(
      `${path} to hold ${shown(mean)}`,
      perFilter(mean).map((value, f) => value - bias[f]!),
      false,
    ),
    variance: perFilter(variance, true),
  };
}

/** Weights as [filter][row][column][channel of its group]. */
function weightsOf(
  path: string,
  layer: Layer,
  { weight, axes }: LayerSource,
  tensors: ReadonlyMap<string, Tensor>,
): Float32Array {
  const tensor = tensors.get(weight)!;
  const sizes: Readonly<Record<string, number>> = {
    f: layer.filters,
    c: layer.input.channels / layer.groups,
    h: layer.kernelHeight,
    w: layer.kernelWidth,
  };
  const shape = [...axes].map((axis) => sizes[axis]!);
  const taps = shape.reduce((product, size) => product * size, 1) / layer.filters;
  const allowed = [shape];
  // A fully connected layer's taps are one axis, in the same order.
  if (axes.startsWith('f')) allowed.push([layer.filters, taps]);
  if (axes.endsWith('f')) allowed.push([taps, layer.filters]);
  if (!allowed.some((wanted) => wanted.join() === tensor.shape.join())) {
    throw shapeFault(path, weight, layer, allowed.map((wanted) => `[${wanted.join(', ')}]`).join(' or '), tensor.shape);
  }
  const dense = denseStrides(shape);
  const order = ['f', 'h', 'w', 'c'];
  const layout = {
    shape: order.map((axis) => sizes[axis]!),
    strides: order.map((axis) => dense[axes.indexOf(axis)]!),
    offset: 0,
  };
  return singles({ ...tensor, bytes: gather(tensor.bytes, elementBytes[tensor.dtype], layout) });
}

function shapeFault(path: string, key: string, layer: Layer, wanted: string, given: readonly number[]): RangeError {
  return new RangeError(
    `Expected ${path} to hold ${shown(key)} as ${wanted} for layer ${layer.name}, but received [${given.join(', ')}].`,
  );
}
