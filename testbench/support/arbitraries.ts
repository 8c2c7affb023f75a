// SPDX-License-Identifier: Apache-2.0
// Random layers and networks that exercise every field: strides, padding,
// dilation, pooling, negative slopes, dead channels, saturation at both ends.

import fc from 'fast-check';
import {
  type Codes,
  type Layer,
  layerGeometry,
  type MapShape,
  mapSize,
  picture,
  type QuantizedLayer,
  type QuantizedNetwork,
} from '../../src/network/index.ts';
import { layerOf, networkOf, quantizedOf } from './layer-of.ts';

/** A network with images to run through it. */
export interface Case {
  readonly network: QuantizedNetwork;
  readonly images: Codes;
  readonly count: number;
}

/** Limits that keep a case small enough for a test. */
export interface CaseLimits {
  /** Width of the codes between layers; of every code for what the array computes. */
  readonly bits: number;
  readonly maxImages: number;
  /** Values in any map. */
  readonly maxMap: number;
  /** Taps of any layer. */
  readonly maxTaps: number;
  readonly maxFilters: number;
  readonly maxLayers: number;
}

function codes(bits: number, length: number): fc.Arbitrary<Codes> {
  const max = 2 ** bits - 1;
  // Whole ranges, and runs of the two ends, where differences are largest.
  const code = fc.oneof({ weight: 4, arbitrary: fc.nat(max) }, { weight: 1, arbitrary: fc.constantFrom(0, max) });
  return fc
    .array(code, { minLength: length, maxLength: length })
    .map((values) => (bits > 8 ? Uint16Array.from(values) : Uint8Array.from(values)));
}

function shape(source: string, input: MapShape, limits: CaseLimits, name: string): fc.Arbitrary<Layer> {
  return fc
    .record({
      name: fc.constant(name),
      source: fc.constant(source),
      input: fc.constant(input),
      kernelHeight: fc.integer({ min: 1, max: 4 }),
      kernelWidth: fc.integer({ min: 1, max: 4 }),
      filters: fc.integer({ min: 1, max: limits.maxFilters }),
      stride: fc.integer({ min: 1, max: 3 }),
      padding: fc.integer({ min: 0, max: 2 }),
      dilation: fc.integer({ min: 1, max: 2 }),
      relu: fc.boolean(),
      pool: fc.integer({ min: 1, max: 3 }),
    })
    .map(layerOf)
    .filter((layer) => {
      try {
        const { output, taps } = layerGeometry(layer);
        return taps <= limits.maxTaps && mapSize(output) <= limits.maxMap;
      } catch {
        return false;
      }
    });
}

/** A fold whose output mostly falls inside the codes' range; slopes of either sign, some dead. */
function fold(taps: number, bits: number): fc.Arbitrary<{ mul: number; add: number; shift: number }> {
  const typical = (taps * 2 ** bits) / 3;
  const spread = Math.sqrt(taps) * 2 ** (bits - 2);
  const slope = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -32768, max: 32767 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1, -1, 32767, -32768) },
  );
  return fc
    .tuple(slope, fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 0, max: 3 }))
    .map(([mul, centre, extra]) => {
      const ideal = Math.round(Math.log2((Math.abs(mul) * spread) / 2 ** (bits - 1) + 1)) - extra;
      const shift = Math.min(Math.max(ideal, 0), 24);
      const limit = 2 ** 39;
      const add = Math.round(-mul * typical + (1 + centre) * 2 ** (bits - 1 + shift));
      return { mul, shift, add: Math.min(Math.max(add, -limit), limit - 1) };
    });
}

function quantizedLayer(layer: Layer, bits: number): fc.Arbitrary<QuantizedLayer> {
  const { taps } = layerGeometry(layer);
  const { filters, input } = layer;
  const max = 2 ** bits - 1;
  return fc
    .record({
      weights: codes(bits, taps * filters),
      folds: fc.array(fold(taps, bits), { minLength: filters, maxLength: filters }),
      padCode: fc.nat(max),
      low: layer.relu ? fc.nat(max) : fc.constant(0),
    })
    .map(({ folds, padCode, ...rest }) =>
      quantizedOf(layer, {
        ...rest,
        mul: Int16Array.from(folds, ({ mul }) => mul),
        add: Float64Array.from(folds, ({ add }) => add),
        shift: Uint8Array.from(folds, ({ shift }) => shift),
        padCodes: (bits > 8 ? new Uint16Array(input.channels) : new Uint8Array(input.channels)).fill(padCode),
        bits,
      }),
    );
}

function layers(
  source: string,
  input: MapShape,
  count: number,
  limits: CaseLimits,
): fc.Arbitrary<readonly QuantizedLayer[]> {
  return shape(source, input, limits, `layer${count}`).chain((layer) =>
    quantizedLayer(layer, limits.bits).chain((first): fc.Arbitrary<readonly QuantizedLayer[]> =>
      count === 1
        ? fc.constant([first])
        : layers(layer.name, layerGeometry(layer).output, count - 1, limits).map((rest) => [first, ...rest]),
    ),
  );
}

/** Random networks that the array computes, with random images. */
export function cases(limits: CaseLimits): fc.Arbitrary<Case> {
  const { bits } = limits;
  const side = fc.integer({ min: 1, max: 9 });
  return fc
    .tuple(
      fc.record({ height: side, width: side, channels: fc.integer({ min: 1, max: 5 }) }),
      fc.integer({ min: 1, max: limits.maxLayers }),
      fc.integer({ min: 1, max: limits.maxImages }),
    )
    .filter(([input]) => mapSize(input) <= limits.maxMap)
    .chain(([input, count, images]) =>
      fc.tuple(layers(picture, input, count, limits), codes(bits, images * mapSize(input))).map(([chosen, values]) => ({
        network: { ...networkOf('random', chosen), imageBits: bits, bits },
        images: values,
        count: images,
      })),
    );
}
