// SPDX-License-Identifier: Apache-2.0
// Random networks of everything that the array computes, with random images.
//
// A case is built from a recipe of plain numbers, each of which means something whatever the others are: so a failing
// case shrinks to few layers, small shapes and plain values, and what it shrinks to is again a network.

import fc from 'fast-check';
import { compileNetwork, type Configuration, type Schedule, unsupported } from '../../src/compile/index.ts';
import type { Codes, QuantizedNetwork } from '../../src/network/index.ts';
import { buildCase } from './build-case.ts';

/** A network with images to run through it. */
export interface Case {
  readonly network: QuantizedNetwork;
  readonly images: Codes;
  readonly count: number;
}

/** Limits that keep a case small enough for a test. */
export interface CaseLimits {
  /** Widest codes of any map; there are narrower ones, too. */
  readonly bits: number;
  readonly maxImages: number;
  /** Values in any map. */
  readonly maxMap: number;
  /** Taps of any layer. */
  readonly maxTaps: number;
  readonly maxFilters: number;
  readonly maxLayers: number;
  /** Whether every layer multiplies, by weights no wider than codes. @defaultValue some do, and some weights are wider */
  readonly multiplies?: boolean;
  /** Whether many values of pictures, padding and maps are 0, as after a ReLU. @defaultValue as many as come about */
  readonly zeros?: boolean;
  /** What the networks have to fit, where that is not all that the limits say. */
  readonly configuration?: Configuration;
  /** ... and how they are run on it. @defaultValue output */
  readonly schedule?: Schedule | undefined;
}

/** Values of an array: zeros, the two ends of the range, or all of it, from a seed. */
const content = fc.record({
  kind: fc.constantFrom('zeros', 'few', 'ends', 'all', 'all', 'all'),
  seed: fc.nat(2 ** 31 - 1),
});

/** How values are chosen. */
export type Content = { readonly kind: string; readonly seed: number };

const foldRecipe = fc.record({
  mul: fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(1, 0, -1, 32767, -32768) },
    { weight: 6, arbitrary: fc.integer({ min: -32768, max: 32767 }) },
  ),
  /** Where the middle of the sums falls in the codes' range, from one end to the other. */
  centre: fc.integer({ min: -100, max: 100 }),
  /** By how many bits the sums' spread is wider than the range. */
  extra: fc.nat(3),
  /** Slope of a shortcut against that of the codes, as a power of two; and its sign. */
  shortcut: fc.integer({ min: -4, max: 4 }),
});

/** How a filter's sums become codes. */
export interface FoldRecipe {
  readonly mul: number;
  readonly centre: number;
  readonly extra: number;
  readonly shortcut: number;
}

const layerRecipe = fc.record({
  /** 0 to 3: the map written last; else one of all. */
  source: fc.nat(9),
  /** 0 to 1: none; else one of the maps of its size. */
  shortcut: fc.nat(5),
  /** Whether its map has the size of the one that it reads, as in a residual block. */
  keepsSize: fc.nat(2).map((kind) => kind === 2),
  multiply: fc.boolean(),
  kernelHeight: fc.integer({ min: 1, max: 4 }),
  kernelWidth: fc.integer({ min: 1, max: 4 }),
  filters: fc.nat(1000),
  /** 0 to 2: one; 3 to 4: one of those that divide; 5: depthwise. */
  groups: fc.nat(5),
  stride: fc.integer({ min: 1, max: 3 }),
  padding: fc.nat(2),
  dilation: fc.integer({ min: 1, max: 2 }),
  relu: fc.boolean(),
  average: fc.boolean(),
  pool: fc.integer({ min: 1, max: 3 }),
  poolStep: fc.nat(2),
  poolPadding: fc.nat(1),
  /** Bits of its codes less than there may be. */
  narrower: fc.constantFrom(0, 0, 0, 1, 2, 3),
  poolShift: fc.nat(4),
  /** Bits of weights that multiply. */
  weightBits: fc.integer({ min: 1, max: 16 }),
  weights: content,
  pads: content,
  /** Whether channels have padding codes of their own. */
  padEach: fc.boolean(),
  low: fc.nat(2 ** 16),
  folds: fc.array(foldRecipe, { minLength: 1, maxLength: 7 }),
});

/** What a layer is built from, besides what is there before it. */
export type LayerRecipe = typeof layerRecipe extends fc.Arbitrary<infer T> ? T : never;

/** What a case is built from. */
export interface CaseRecipe {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Bits of pictures less than there may be. */
  readonly narrower: number;
  readonly layers: readonly LayerRecipe[];
  readonly count: number;
  readonly images: Content;
}

/** Whether a configuration has room for a case's network. */
export function fits({ network }: Case, configuration: Configuration, schedule: Schedule | undefined): boolean {
  try {
    compileNetwork(network, configuration, { schedule });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Random networks that the array computes, with random images. */
export function cases(limits: CaseLimits): fc.Arbitrary<Case> {
  const side = fc.integer({ min: 1, max: 9 });
  const recipe: fc.Arbitrary<CaseRecipe> = fc.record({
    height: side,
    width: fc.oneof(side, fc.constantFrom(8, 12)),
    channels: fc.integer({ min: 1, max: 5 }),
    narrower: fc.constantFrom(0, 0, 0, 1, 3),
    layers: fc.oneof(
      { withCrossShrink: true },
      ...[1, 2, limits.maxLayers].map((least) =>
        fc.array(layerRecipe, {
          minLength: Math.min(least, limits.maxLayers),
          maxLength: limits.maxLayers,
          size: 'max',
        }),
      ),
    ),
    count: fc.integer({ min: 1, max: limits.maxImages }),
    images: content,
  });
  return recipe
    .map((one) => buildCase(one, limits))
    .filter(
      (one) =>
        one.network.network.layers.every((layer) => unsupported(layer) === null) &&
        (limits.configuration === undefined || fits(one, limits.configuration, limits.schedule)),
    );
}
