// SPDX-License-Identifier: Apache-2.0
// A network of this project with other people's weights, and the report of which
// tensor went where.

import type { FloatModel } from '../network/float-model.ts';
import type { Network } from '../network/layer.ts';
import type { Tensor } from '../network/tensor.ts';
import { sourcesByOrder } from './by-order.ts';
import { shown } from './shown.ts';
import { type GivenScaling, importScaling } from './input-scaling.ts';
import { commonPrefix, counterEnding } from './layer-names.ts';
import { layerNumbers } from './layer-numbers.ts';
import { findSource, type FindKey, type LayerSource } from './layer-source.ts';
import type { LayerMap } from './map-file.ts';
import { type NamedTensors, readTensors, type TensorFormat } from './read-tensors.ts';

/** Options of {@link importModel}. */
export interface ImportOptions extends GivenScaling {
  /**
   * A user's mapping; layers it leaves out are found by name.
   * @defaultValue none
   */
  readonly map?: LayerMap;
  /**
   * Whether a tensor that no layer takes is an error.
   * @defaultValue false
   */
  readonly strict?: boolean;
}

/** Where a layer's numbers came from. */
export interface ImportedLayer {
  readonly name: string;
  /** Keys in the file. */
  readonly weight: string;
  /** As the file has them. */
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Key of a bias that was taken into the mean; null for none. */
  readonly bias: string | null;
  /** Keys of slope, offset, mean and variance; null where the layer has no normalisation. */
  readonly norm: readonly string[] | null;
  /** Channels whose variance is zero: their slope is gamma / sqrt(epsilon). */
  readonly zeroVariances: number;
}

/** What was imported, and what was not. */
export interface ImportReport {
  readonly network: string;
  readonly format: TensorFormat;
  /** Key of the checkpoint that held the tensors; null where the file is a state dict. */
  readonly wrapper: string | null;
  /** What every name began with and was read without. */
  readonly prefix: string;
  /** How layers found their tensors; by order, layers of one shape may have been exchanged. */
  readonly by: 'names' | 'map' | 'order';
  readonly layers: readonly ImportedLayer[];
  /** Numbers taken. */
  readonly values: number;
  /** Tensors named num_batches_tracked, which no inference reads. */
  readonly counters: number;
  /** Keys that no layer took. */
  readonly extra: readonly string[];
}

/** An imported network. */
export interface Imported {
  readonly model: FloatModel;
  readonly report: ImportReport;
}

/** Most names that a message lists. */
const listed = 8;

/**
 * Reads a file's weights into a network.
 * @throws {RangeError} when the file is damaged or hostile, a tensor is missing, of another shape or not finite, a
 *   variance is negative, or (with `strict`) a tensor is left over; the message names it.
 * @throws {Error} when the file cannot be read.
 * @example
 * const { model, report } = await importModel('ResNet20-AdderNet.pth', networkByName('resnet20'));
 */
export async function importModel(path: string, network: Network, options: ImportOptions = {}): Promise<Imported> {
  return mapTensors(path, await readTensors(path), network, options);
}

/**
 * Gives every layer of a network its tensors; see {@link importModel}.
 * @param path what messages call the file
 */
export function mapTensors(path: string, file: NamedTensors, network: Network, options: ImportOptions = {}): Imported {
  const { map, strict = false } = options;
  const input = importScaling(network, options);
  const { tensors } = file;
  const prefix = commonPrefix([...tensors.keys()]);
  const { sources, by } = findSources(path, file, network, prefix, map);
  const layers = network.layers.map((layer, index) => layerNumbers(path, layer, sources[index]!, tensors));
  const used = new Set(sources.flatMap(({ weight, bias, norm }) => [weight, bias, ...Object.values(norm ?? {})]));
  const left = [...tensors.keys()].filter((key) => !used.has(key));
  const extra = [...left.filter((key) => !key.endsWith(counterEnding)), ...file.others];
  if (strict && extra.length > 0) {
    throw new RangeError(
      `Expected ${path} to hold nothing but the layers of ${network.name}, but received ${list(extra)}.`,
    );
  }
  const report: ImportReport = {
    network: network.name,
    format: file.format,
    wrapper: file.wrapper ?? null,
    prefix,
    by,
    layers: layers.map(({ layer: { name }, variance }, index): ImportedLayer => {
      const { weight, bias, norm } = sources[index]!;
      const { shape, dtype } = tensors.get(weight)!;
      const zeroVariances = variance.filter((value) => value === 0).length;
      return { name, weight, shape, dtype, bias: bias ?? null, norm: norm ? Object.values(norm) : null, zeroVariances };
    }),
    values: [...used].reduce((sum, key) => sum + (key === undefined ? 0 : countOf(tensors.get(key)!)), 0),
    counters: left.length - left.filter((key) => !key.endsWith(counterEnding)).length,
    extra,
  };
  return { model: { network, input, layers }, report };
}

function findSources(
  path: string,
  { format, tensors }: NamedTensors,
  network: Network,
  prefix: string,
  map: LayerMap | undefined,
): { readonly sources: readonly LayerSource[]; readonly by: ImportReport['by'] } {
  const unknown = [...(map?.keys() ?? [])].find((name) => !network.layers.some((layer) => layer.name === name));
  if (unknown !== undefined) {
    throw new RangeError(`Expected the mapping to name layers of ${network.name}, but received ${shown(unknown)}.`);
  }
  const find: FindKey = (name) => [prefix + name, name].find((key) => tensors.has(key));
  const found = network.layers.map((layer) => findSource(network, layer, map?.get(layer.name) ?? {}, find));
  const missing = found.flatMap((layer) => ('missing' in layer ? layer.missing : []));
  if (missing.length === 0) {
    const sources = found.flatMap((layer) => ('source' in layer ? [layer.source] : []));
    return { sources, by: map && map.size > 0 ? 'map' : 'names' };
  }
  // Names are sorted in safetensors files, so their order is nobody's.
  const ordered = map || format === 'safetensors' ? undefined : sourcesByOrder(network, tensors);
  if (ordered) return { sources: ordered, by: 'order' };
  throw new RangeError(
    `Expected ${path} to hold all tensors of ${network.name}, but received it without ${list(missing)}.`,
  );
}

function countOf({ shape }: Tensor): number {
  return shape.reduce((product, axis) => product * axis, 1);
}

function list(names: readonly string[]): string {
  const more = names.length > listed ? ` and ${names.length - listed} more` : '';
  return names.slice(0, listed).map(shown).join(', ') + more;
}
