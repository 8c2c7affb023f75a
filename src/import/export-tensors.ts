// SPDX-License-Identifier: Apache-2.0
// A network's numbers as others name and order them: a safetensors file of a
// PyTorch state dict, which import reads back to the same numbers.

import type { FloatModel } from '../network/float-model.ts';
import type { Layer } from '../network/layer.ts';
import { encodeTensors } from '../network/safetensors.ts';
import { singleTensor, type Tensor } from '../network/tensor.ts';
import { writeWhole } from '../network/whole-file.ts';
import { layerNames, normEndings, normParts } from './layer-names.ts';

/**
 * Names a model's tensors as a PyTorch state dict: weights [filter][channel][row][column] as `<layer>.adder` or
 * `.weight`, its normalisation as `bn`; residual networks have the official names.
 * @throws {RangeError} when two layers' tensors would have one name.
 */
export function stateDict({ network, layers }: FloatModel): ReadonlyMap<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const put = (name: string, shape: readonly number[], values: Float32Array): void => {
    if (tensors.has(name)) {
      throw new RangeError(
        `Expected the layers of ${network.name} to have names of their own, but received ${name} twice.`,
      );
    }
    tensors.set(name, singleTensor(shape, values));
  };
  for (const numbers of layers) {
    const { layer, weights } = numbers;
    const names = layerNames(network, layer);
    const channels = layer.input.channels / layer.groups;
    put(
      names.weights[0]!,
      [layer.filters, channels, layer.kernelHeight, layer.kernelWidth],
      channelFirst(layer, weights),
    );
    for (const part of normParts) put(`${names.norms[0]}.${normEndings[part][0]}`, [layer.filters], numbers[part]);
  }
  return tensors;
}

/**
 * Writes a model as a safetensors file for others; it appears whole or not at all. How pixels are scaled is no part of
 * a state dict: the metadata says it as JSON.
 * @throws {Error} when the file cannot be written.
 * @example
 * exportModel('resnet20-torch.safetensors', readFloat('resnet20.safetensors'));
 */
export function exportModel(path: string, model: FloatModel): void {
  const { network, input } = model;
  const metadata = { format: 'pt', network: network.name, input: JSON.stringify(input) };
  writeWhole(path, encodeTensors({ metadata, tensors: stateDict(model) }));
}

/** [filter][row][column][channel] -> [filter][channel][row][column]. */
function channelFirst(
  { filters, kernelHeight, kernelWidth, input, groups }: Layer,
  weights: Float32Array,
): Float32Array {
  const channels = input.channels / groups;
  const pixels = kernelHeight * kernelWidth;
  const out = new Float32Array(weights.length);
  for (let f = 0; f < filters; f++) {
    for (let pixel = 0; pixel < pixels; pixel++) {
      for (let c = 0; c < channels; c++) {
        out[(f * channels + c) * pixels + pixel] = weights[(f * pixels + pixel) * channels + c]!;
      }
    }
  }
  return out;
}
