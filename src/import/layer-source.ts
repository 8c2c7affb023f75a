// SPDX-License-Identifier: Apache-2.0
// Which tensors a layer's numbers come from: by a user's mapping first, then by
// names. What is missing is collected, so that one message can name all of it.

import type { Layer, Network } from '../network/layer.ts';
import { biasNames, layerNames, normEndings, type NormPart, normParts } from './layer-names.ts';
import type { MapEntry } from './map-file.ts';

/** Keys of the tensors that make one layer. */
export interface LayerSource {
  readonly weight: string;
  /** Order of the weights' axes. */
  readonly axes: string;
  readonly bias: string | undefined;
  /** Undefined where the layer has no normalisation. */
  readonly norm: Readonly<Record<NormPart, string>> | undefined;
}

/** Finds a key by the name it has with or without the prefix; undefined for none. */
export type FindKey = (name: string) => string | undefined;

/** Order of axes in PyTorch. */
export const usualAxes = 'fchw';

/** Either a layer's tensors, or what is missing of them. */
export type Found = { readonly source: LayerSource } | { readonly missing: readonly string[] };

/** Finds the tensors of a layer. */
export function findSource(network: Network, layer: Layer, entry: MapEntry, find: FindKey): Found {
  const names = layerNames(network, layer);
  const missing: string[] = [];
  const weight = findWeight(entry.weight === undefined ? names.weights : [entry.weight], find, missing);
  const bias = entry.bias === undefined ? first(weight === undefined ? [] : biasNames(weight), find) : entry.bias;
  if (typeof entry.bias === 'string' && find(entry.bias) === undefined) missing.push(entry.bias);
  const biasKey = bias === undefined || bias === null ? undefined : find(bias);
  const optional = layer.cell === 'multiply' && biasKey !== undefined;
  const norm = findNorm(entry.norm, names.norms, find, optional, missing);
  if (missing.length > 0 || weight === undefined) return { missing };
  return { source: { weight, axes: entry.axes ?? usualAxes, bias: biasKey, norm } };
}

function first(names: readonly string[], find: FindKey): string | undefined {
  return names.map(find).find((key) => key !== undefined);
}

function findWeight(names: readonly string[], find: FindKey, missing: string[]): string | undefined {
  const keys = names.flatMap((name) => find(name) ?? []);
  if (keys.length > 1)
    throw new RangeError(`Expected the file to hold one of ${keys.join(' and ')} as weights, but received both.`);
  if (keys.length === 0) missing.push(names.slice(0, 2).join(' or '));
  return keys[0];
}

/** @param optional whether having none of a normalisation is no fault */
function findNorm(
  given: MapEntry['norm'],
  names: readonly string[],
  find: FindKey,
  optional: boolean,
  missing: string[],
): Readonly<Record<NormPart, string>> | undefined {
  if (given === null) return undefined;
  if (typeof given === 'object') {
    for (const part of normParts) if (find(given[part]) === undefined) missing.push(given[part]);
    return named((part) => find(given[part]) ?? given[part]);
  }
  const candidates = given === undefined ? names : [given];
  const keysOf = (base: string, part: NormPart): string | undefined =>
    first(
      normEndings[part].map((ending) => `${base}.${ending}`),
      find,
    );
  // Weights and biases alone may be those of something else.
  const base = candidates.find((name) => keysOf(name, 'mean') !== undefined || keysOf(name, 'variance') !== undefined);
  if (base === undefined) {
    if (given === undefined && optional) return undefined;
    missing.push(...normParts.map((part) => `${candidates[0]}.${normEndings[part][0]}`));
    return undefined;
  }
  for (const part of normParts) {
    if (keysOf(base, part) === undefined) missing.push(`${base}.${normEndings[part][0]}`);
  }
  return named((part) => keysOf(base, part) ?? '');
}

function named(name: (part: NormPart) => string): Readonly<Record<NormPart, string>> {
  return { gamma: name('gamma'), beta: name('beta'), mean: name('mean'), variance: name('variance') };
}
