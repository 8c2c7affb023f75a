// SPDX-License-Identifier: Apache-2.0
// Under which names a layer's tensors may be. The residual networks have the
// official ones of huawei-noah/AdderNet, where the last layer's normalisation is
// the network's `bn2`; any other network has its own layers' names with the
// usual endings.

import type { Layer, Network } from '../network/layer.ts';

/** Names of a layer's tensors, first the one that export writes. */
export interface LayerNames {
  /** Whole names of the weights. */
  readonly weights: readonly string[];
  /** What stands before `.weight`, `.bias`, `.running_mean` and `.running_var` of the normalisation. */
  readonly norms: readonly string[];
}

/** Endings of a normalisation's tensors: PyTorch's, Keras's, this project's. */
export const normEndings = {
  gamma: ['weight', 'gamma'],
  beta: ['bias', 'beta'],
  mean: ['running_mean', 'moving_mean', 'mean'],
  variance: ['running_var', 'moving_variance', 'variance'],
} as const;

/** The four tensors of a normalisation. */
export type NormPart = keyof typeof normEndings;

/** The four, in PyTorch's order. */
export const normParts: readonly NormPart[] = ['gamma', 'beta', 'mean', 'variance'];

/** Endings of what no inference reads. */
export const counterEnding = '.num_batches_tracked';

/** What wrappers of modules put before every name. */
const wrapperPrefixes = ['module.', '_orig_mod.', 'model.', 'net.'] as const;

/** Networks that the official code has, and their twins. */
const residual: ReadonlySet<string> = new Set(
  ['resnet18', 'resnet20', 'resnet32'].flatMap((name) => [name, `${name}-cnn`]),
);

/** Names that a layer's tensors may have in files from elsewhere. */
export function layerNames(network: Network, { name, cell }: Layer): LayerNames {
  const endings = cell === 'adder' ? ['adder', 'weight'] : ['weight', 'adder'];
  const under = (...bases: readonly string[]): string[] =>
    bases.flatMap((base) => endings.map((ending) => `${base}.${ending}`));
  const counterpart = name.replace(/conv(\d*)$/, 'bn$1');
  if (residual.has(network.name)) {
    if (name === 'fc') return { weights: under(name), norms: ['bn2'] };
    if (name.endsWith('.downsample')) return { weights: under(`${name}.0`), norms: [`${name}.1`] };
    return { weights: under(name), norms: [counterpart] };
  }
  const norms = [`${name}.bn`, `${name}.1`, `${name}.norm`, `${name}_bn`];
  return {
    weights: under(name, `${name}.0`, `${name}.conv`),
    norms: counterpart === name ? norms : [counterpart, ...norms],
  };
}

/** Names of the bias beside a weight; both are parameters of one module. */
export function biasNames(weight: string): string[] {
  const base = weight.replace(/\.[^.]*$/, '');
  return weight.endsWith('.adder') ? [`${base}.b`, `${base}.bias`] : [`${base}.bias`];
}

/** What all names begin with because a wrapper put it there; empty for nothing. */
export function commonPrefix(names: readonly string[]): string {
  let prefix = '';
  for (;;) {
    const next = wrapperPrefixes.find((word) => names.every((name) => name.startsWith(prefix + word)));
    if (next === undefined || names.length === 0) return prefix;
    prefix += next;
  }
}
