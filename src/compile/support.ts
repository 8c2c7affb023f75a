// SPDX-License-Identifier: Apache-2.0
// What the array computes of what a layer may ask for; the rest is refused by name.

import { type Layer, layerGeometry, mapSize, picture } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { filterTiles, PROGRAM_WORDS } from './program.ts';

/** What a layer asks for that the array does not do. */
export interface Unsupported {
  /** What would have to hold, after "Expected layer conv1". */
  readonly expected: string;
  readonly received: string;
  /** The same in few words, for a table's notes. */
  readonly reason: string;
}

/**
 * The first thing of a layer that the array does not compute; null when it computes all of it.
 * @param before name of the layer before it, or `image`: the array reads nothing else
 */
export function unsupported(layer: Layer, before: string = picture): Unsupported | null {
  const { cell, source, shortcut, groups, poolKind, pool, poolStride, poolPadding } = layer;
  if (cell !== 'adder') return { expected: 'to have adder cells', received: cell, reason: 'multiplying cells' };
  if (source !== before) {
    return { expected: `to read ${before}`, received: source, reason: 'reads another map than the last written' };
  }
  if (shortcut !== null) return { expected: 'to add no shortcut', received: shortcut, reason: 'adds a shortcut' };
  if (groups !== 1) return { expected: 'to have 1 group', received: String(groups), reason: 'groups of channels' };
  if (poolKind !== 'max') return { expected: 'to pool by max', received: poolKind, reason: 'average pooling' };
  if (poolStride !== pool || poolPadding !== 0) {
    const received = `steps of ${poolStride}`;
    return { expected: 'to pool without overlap', received, reason: 'pooling windows that overlap' };
  }
  return null;
}

/** A size that layers need of a configuration. */
export interface Need {
  readonly name: 'accBits' | 'activationDepth' | 'weightDepth' | 'foldDepth' | 'programDepth';
  readonly unit: 'bits' | 'words';
  readonly needed: number;
  /** What needs it, for example `the input of layer conv1`. */
  readonly what: string;
}

/** Bits that the sum of so many taps may need: data bits + ceil(log2 taps). */
export function sumBits(dataBits: number, taps: number): number {
  return dataBits + Math.ceil(Math.log2(taps));
}

/**
 * Everything that layers need of a configuration, in the order in which it is checked.
 * @param network what messages call the layers together
 */
export function sizeNeeds(network: string, layers: readonly Layer[], configuration: Configuration): Need[] {
  const { dataBits, columns } = configuration;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const words = (name: Need['name'], needed: number, what: string): Need => ({ name, unit: 'words', needed, what });
  const weights = layers.map((layer) => layerGeometry(layer).taps * filterTiles(layer.filters, columns));
  return [
    ...layers.flatMap((layer): Need[] => {
      const { output, taps } = layerGeometry(layer);
      const what = `layer ${layer.name}`;
      return [
        { name: 'accBits', unit: 'bits', needed: sumBits(dataBits, taps), what: `${what} (${taps} taps)` },
        words('activationDepth', mapSize(layer.input), `the input of ${what}`),
        words('activationDepth', mapSize(output), `the output of ${what}`),
      ];
    }),
    words('weightDepth', sum(weights), `the weights of ${network}`),
    words('foldDepth', sum(layers.map(({ filters }) => filters)), `the folds of ${network}`),
    words('programDepth', layers.length * PROGRAM_WORDS, `the program of ${network}`),
  ];
}
