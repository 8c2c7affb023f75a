// SPDX-License-Identifier: Apache-2.0
// Random layers and networks that exercise every field: strides, padding,
// dilation, pooling, negative slopes, dead channels, saturation at both ends.

import fc from 'fast-check';
import {
  checkLayer,
  type Codes,
  type Layer,
  layerGeometry,
  type MapShape,
  mapSize,
  outputBits,
  picture,
  type QuantizedLayer,
  type QuantizedNetwork,
  shapeText,
} from '../../src/network/index.ts';

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
  /** What the array computes, or all that the numerics define. @defaultValue 'array' */
  readonly networks?: 'array' | 'all';
}

function codes(bits: number, length: number): fc.Arbitrary<Codes> {
  const max = 2 ** bits - 1;
  // Whole ranges, and runs of the two ends, where differences are largest.
  const code = fc.oneof({ weight: 4, arbitrary: fc.nat(max) }, { weight: 1, arbitrary: fc.constantFrom(0, max) });
  return fc
    .array(code, { minLength: length, maxLength: length })
    .map((values) => (bits > 8 ? Uint16Array.from(values) : Uint8Array.from(values)));
}

function constantCodes(bits: number, length: number, code: number): Codes {
  return (bits > 8 ? new Uint16Array(length) : new Uint8Array(length)).fill(code);
}

/** A map that a layer can read. */
interface Given {
  readonly name: string;
  readonly shape: MapShape;
  readonly bits: number;
}

/** A layer that reads one of the maps; the array's layers read the last. */
function shape(maps: readonly Given[], limits: CaseLimits, name: string): fc.Arbitrary<Layer> {
  const all = limits.networks === 'all';
  const only = <T>(value: T, others: fc.Arbitrary<T>): fc.Arbitrary<T> => (all ? others : fc.constant(value));
  return only<Given>(maps.at(-1)!, fc.constantFrom(...maps))
    .chain(({ name: source, shape: input }) =>
      fc.record({
        name: fc.constant(name),
        source: fc.constant(source),
        input: fc.constant(input),
        cell: only<Layer['cell']>('adder', fc.constantFrom('adder', 'multiply')),
        kernelHeight: fc.integer({ min: 1, max: 4 }),
        kernelWidth: fc.integer({ min: 1, max: 4 }),
        filters: fc.integer({ min: 1, max: limits.maxFilters }),
        stride: fc.integer({ min: 1, max: 3 }),
        padding: fc.integer({ min: 0, max: 2 }),
        dilation: fc.integer({ min: 1, max: 2 }),
        groups: only(1, fc.constantFrom(1, 1, input.channels, 2)),
        relu: fc.boolean(),
        pool: fc.integer({ min: 1, max: 3 }),
        poolKind: only<Layer['poolKind']>('max', fc.constantFrom('max', 'average')),
        poolStride: fc.integer({ min: 1, max: 3 }),
        poolPadding: only(0, fc.constantFrom(0, 1)),
        shortcut: only<string | null>(null, fc.option(fc.constantFrom(...maps.map((map) => map.name)))),
      }),
    )
    .map((layer) => fitted(layer, maps, all))
    .filter((layer) => {
      try {
        checkLayer(layer);
        const { output, convolved, taps } = layerGeometry(layer);
        return taps <= limits.maxTaps && Math.max(mapSize(output), mapSize(convolved)) <= limits.maxMap * (all ? 4 : 1);
      } catch {
        return false;
      }
    });
}

/** The layer with its filters a multiple of its groups, and no shortcut but one that fits. */
function fitted(layer: Layer, maps: readonly Given[], all: boolean): Layer {
  const filters = Math.ceil(layer.filters / layer.groups) * layer.groups;
  const grouped = { ...layer, filters, poolStride: all ? layer.poolStride : layer.pool };
  try {
    const wanted = shapeText(layerGeometry(grouped).convolved);
    const fits = maps.filter(({ name, shape: given }) => name !== picture && shapeText(given) === wanted);
    const shortcut = layer.shortcut === null ? null : (fits.at(layer.pool % Math.max(fits.length, 1))?.name ?? null);
    return { ...grouped, shortcut };
  } catch {
    return { ...grouped, shortcut: null };
  }
}

/** A fold whose output mostly falls inside the codes' range; slopes of either sign, some dead. */
function fold(
  taps: number,
  read: number,
  bits: number,
  cell: Layer['cell'],
): fc.Arbitrary<{ mul: number; add: number; shift: number }> {
  const typical = cell === 'adder' ? (taps * 2 ** read) / 3 : 0;
  const spread = Math.sqrt(taps) * 2 ** (read - 2) * (cell === 'adder' ? 1 : 150);
  const slope = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: -32768, max: 32767 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1, -1, 32767, -32768) },
  );
  return fc
    .tuple(slope, fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: 0, max: 3 }))
    .map(([mul, centre, extra]) => {
      const ideal = Math.round(Math.log2((Math.abs(mul) * spread) / 2 ** (bits - 1) + 1)) - extra;
      const shift = Math.min(Math.max(ideal, 0), 36 - bits);
      const limit = 2 ** 39;
      const add = Math.round(-mul * typical + (1 + centre) * 2 ** (bits - 1 + shift));
      return { mul, shift, add: Math.min(Math.max(add, -limit), limit - 1) };
    });
}

function shortcutSlope(ratio: number, { shift }: { shift: number }): number {
  const limit = 2 ** 23 - 1;
  return Math.min(Math.max(Math.round(ratio * 2 ** shift), -limit), limit);
}

function quantizedLayer(layer: Layer, maps: readonly Given[], limits: CaseLimits): fc.Arbitrary<QuantizedLayer> {
  const { taps } = layerGeometry(layer);
  const read = maps.find(({ name }) => name === layer.source)!.bits;
  const average = layer.poolKind === 'average';
  const grown = Math.ceil(Math.log2(layer.pool * layer.pool));
  const bits = fc.constant(limits.bits);
  const weights: fc.Arbitrary<Codes | Int16Array> =
    layer.cell === 'adder'
      ? codes(read, taps * layer.filters)
      : fc
          .array(fc.integer({ min: -300, max: 300 }), {
            minLength: taps * layer.filters,
            maxLength: taps * layer.filters,
          })
          .map((values) => Int16Array.from(values));
  return bits.chain((own) =>
    fc
      .record({
        weights,
        folds: fc.array(fold(taps, read, own, layer.cell), { minLength: layer.filters, maxLength: layer.filters }),
        // Slopes of the shortcut against one output code for each of its own.
        ratios: fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), {
          minLength: layer.filters,
          maxLength: layer.filters,
        }),
        padCodes:
          limits.networks === 'all'
            ? codes(read, layer.input.channels)
            : fc.nat(2 ** read - 1).map((code) => constantCodes(read, layer.input.channels, code)),
        low: layer.relu ? fc.nat(2 ** own - 1) : fc.constant(0),
        poolShift: average ? fc.integer({ min: Math.max(0, own + grown - 16), max: grown }) : fc.constant(0),
      })
      .map(({ folds, ratios, ...rest }) => ({
        layer,
        ...rest,
        bits: own,
        mul: Int16Array.from(folds, ({ mul }) => mul),
        shortcutMul: Int32Array.from(layer.shortcut === null ? [] : ratios, (ratio, f) =>
          shortcutSlope(ratio, folds[f]!),
        ),
        add: Float64Array.from(folds, ({ add }) => add),
        shift: Uint8Array.from(folds, ({ shift }) => shift),
      })),
  );
}

function layers(maps: readonly Given[], count: number, limits: CaseLimits): fc.Arbitrary<readonly QuantizedLayer[]> {
  return shape(maps, limits, `layer${count}`).chain((layer) =>
    quantizedLayer(layer, maps, limits).chain((first): fc.Arbitrary<readonly QuantizedLayer[]> => {
      if (count === 1) return fc.constant([first]);
      const given = { name: layer.name, shape: layerGeometry(layer).output, bits: outputBits(first) };
      return layers([...maps, given], count - 1, limits).map((rest) => [first, ...rest]);
    }),
  );
}

/** Random networks with random images. */
export function cases(limits: CaseLimits): fc.Arbitrary<Case> {
  const side = fc.integer({ min: 1, max: 9 });
  const imageBits = limits.networks === 'all' ? fc.integer({ min: 2, max: 16 }) : fc.constant(limits.bits);
  return fc
    .tuple(
      fc.record({ height: side, width: side, channels: fc.integer({ min: 1, max: 5 }) }),
      fc.integer({ min: 1, max: limits.maxLayers }),
      fc.integer({ min: 1, max: limits.maxImages }),
      imageBits,
    )
    .filter(([input]) => mapSize(input) <= limits.maxMap)
    .chain(([input, count, images, bits]) =>
      fc
        .tuple(layers([{ name: picture, shape: input, bits }], count, limits), codes(bits, images * mapSize(input)))
        .map(([chosen, values]) => ({
          network: {
            network: { name: 'random', layers: chosen.map(({ layer }) => layer) },
            imageBits: bits,
            bits: limits.bits,
            layers: chosen,
            provenance: {},
          },
          images: values,
          count: images,
        })),
    );
}
