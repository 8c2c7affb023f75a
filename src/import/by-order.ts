// SPDX-License-Identifier: Apache-2.0
// Where names say nothing: the n-th weights and the n-th normalisation of the
// file belong to the n-th layer, if there are as many and every shape agrees.
// Layers of equal shape could still be exchanged, so a report says it was done.

import { layerGeometry } from '../network/geometry.ts';
import type { Network } from '../network/layer.ts';
import type { Tensor } from '../network/tensor.ts';
import { biasNames, counterEnding } from './layer-names.ts';
import { type LayerSource, usualAxes } from './layer-source.ts';

/** The sources by order, or undefined where the file does not fit so. */
export function sourcesByOrder(network: Network, tensors: ReadonlyMap<string, Tensor>): LayerSource[] | undefined {
  const keys = [...tensors.keys()].filter((key) => !key.endsWith(counterEnding));
  const weights = keys.filter((key) => tensors.get(key)!.shape.length >= 2);
  const norms = keys.flatMap((key) => /^(.*)\.running_mean$/.exec(key)?.[1] ?? []);
  const { layers } = network;
  if (weights.length !== layers.length || norms.length !== layers.length) return undefined;
  const sources: LayerSource[] = [];
  for (const [index, layer] of layers.entries()) {
    const { filters, kernelHeight, kernelWidth, input, groups } = layer;
    const weight = weights[index]!;
    const { taps } = layerGeometry(layer);
    const shape = tensors.get(weight)!.shape.join();
    const wanted = [[filters, input.channels / groups, kernelHeight, kernelWidth].join(), [filters, taps].join()];
    const part = (ending: string): string => `${norms[index]}.${ending}`;
    const norm = {
      gamma: part('weight'),
      beta: part('bias'),
      mean: part('running_mean'),
      variance: part('running_var'),
    };
    const fits = Object.values(norm).every((key) => tensors.get(key)?.shape.join() === String(filters));
    if (!wanted.includes(shape) || !fits) return undefined;
    const bias = biasNames(weight).find((key) => tensors.has(key));
    sources.push({ weight, axes: usualAxes, bias, norm });
  }
  return sources;
}
