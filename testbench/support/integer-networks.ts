// SPDX-License-Identifier: Apache-2.0
// Random networks of everything that the integers can be: graphs with
// shortcuts, both cells, groups, both poolings, widths of their own for every
// map. A network follows from its seed alone.

import {
  type Codes,
  inputBits,
  type Layer,
  layerGeometry,
  type MapShape,
  mapSize,
  outputBits,
  type QuantizedLayer,
  type QuantizedNetwork,
} from '../../src/network/index.ts';
import type { Case } from './arbitraries.ts';

/** Limits of a random network. */
export interface NetworkLimits {
  /** Widths to choose from. */
  readonly bits: readonly number[];
  readonly maxLayers: number;
  readonly maxImages: number;
  readonly maxChannels: number;
  readonly maxFilters: number;
}

/** Numbers from a seed; `below(n)` is an integer from 0 to n - 1. */
interface Dice {
  below(n: number): number;
  of<T>(values: readonly T[]): T;
}

function dice(seed: number): Dice {
  let state = seed >>> 0;
  const below = (n: number): number => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 2 ** 32) * n);
  };
  return { below, of: (values) => values[below(values.length)]! };
}

function newCodes(bits: number, length: number, code: () => number): Codes {
  const values = bits > 8 ? new Uint16Array(length) : new Uint8Array(length);
  for (let i = 0; i < length; i++) values[i] = code();
  return values;
}

/** Any code, the two ends more often. */
function anyCode({ below }: Dice, bits: number): number {
  const top = 2 ** bits - 1;
  const kind = below(8);
  return kind === 0 ? 0 : kind === 1 ? top : below(top + 1);
}

function divisors(a: number, b: number): number[] {
  return Array.from({ length: Math.min(a, b) }, (_, i) => i + 1).filter((n) => a % n === 0 && b % n === 0);
}

function randomLayer(die: Dice, name: string, source: string, input: MapShape, limits: NetworkLimits): Layer {
  const { below, of } = die;
  // A sum of nine codes is four bits wider.
  const averages = limits.bits.some((bits) => bits + 4 <= 16);
  for (;;) {
    const filters = 1 + below(limits.maxFilters);
    const poolKind = of(averages ? (['max', 'average'] as const) : (['max'] as const));
    const pool = of([1, 1, 2, 3]);
    const layer: Layer = {
      name,
      cell: of(['adder', 'adder', 'multiply'] as const),
      source,
      shortcut: null,
      input,
      kernelHeight: 1 + below(4),
      kernelWidth: 1 + below(4),
      filters,
      stride: 1 + below(2),
      padding: below(3),
      dilation: 1 + below(2),
      groups: below(2) === 0 ? 1 : of(divisors(input.channels, filters)),
      relu: below(2) === 0,
      poolKind,
      pool,
      poolStride: 1 + below(pool),
      poolPadding: poolKind === 'max' ? below(Math.floor(pool / 2) + 1) : 0,
    };
    try {
      if (mapSize(layerGeometry(layer).output) <= 1000) return layer;
    } catch {
      // Another one.
    }
  }
}

/** The layer with a map of the same size added, where there is one: as many filters, and each side as long as before. */
function withShortcut(die: Dice, layer: Layer, layers: readonly QuantizedLayer[]): Layer {
  const { height, width, channels } = layer.input;
  const maps = layers.map((before) => ({ name: before.layer.name, map: layerGeometry(before.layer).output }));
  const fitting = maps.filter(({ map }) => map.height === height && map.width === width);
  if (fitting.length === 0) return layer;
  const { name, map } = die.of(fitting);
  const side = die.of([1, 3]);
  return {
    ...layer,
    shortcut: name,
    filters: map.channels,
    groups: die.of([1, ...divisors(channels, map.channels)]),
    kernelHeight: side,
    kernelWidth: side,
    padding: (side - 1) / 2,
    stride: 1,
    dilation: 1,
    poolKind: 'max',
    pool: 1,
    poolStride: 1,
    poolPadding: 0,
  };
}

function quantize(die: Dice, layer: Layer, readBits: number, limits: NetworkLimits): QuantizedLayer {
  const { below, of } = die;
  const { filters, cell, poolKind, pool } = layer;
  const { taps } = layerGeometry(layer);
  const average = poolKind === 'average' ? Math.ceil(Math.log2(pool * pool)) : 0;
  const bits = of(limits.bits.filter((width) => width + average <= 16));
  const length = filters * taps;
  // Products of 16-bit codes with weights this large stay below 2^31.
  const largest = Math.min(2 ** 15 - 1, Math.floor((2 ** 31 - 1) / (2 ** readBits - 1) / taps));
  const weights =
    cell === 'adder'
      ? newCodes(readBits, length, () => anyCode(die, readBits))
      : Int16Array.from({ length }, () => of([below(2 * largest + 1) - largest, largest, -largest]));
  const spread = cell === 'adder' ? taps * 2 ** readBits : taps * 2 ** readBits * largest;
  const mul = Int16Array.from({ length: filters }, () =>
    of([below(65536) - 32768, below(512) - 256, 0, 32767, -32768]),
  );
  const shift = Uint8Array.from(mul, (slope) =>
    Math.min(Math.max(Math.round(Math.log2((Math.abs(slope) * spread) / 2 ** bits + 1)) - below(6), 0), 47),
  );
  const typical = cell === 'adder' ? spread / 3 : 0;
  const add = Float64Array.from(mul, (slope, f) => {
    const wanted = Math.round(-slope * typical + (below(200) / 100) * 2 ** (bits - 1 + shift[f]!));
    return Math.min(Math.max(wanted, -(2 ** 39)), 2 ** 39 - 1);
  });
  return {
    layer,
    weights,
    mul,
    shortcutMul: Int32Array.from(layer.shortcut === null ? [] : mul, (_, f) =>
      of([below(2 ** 24 - 1) - 2 ** 23 + 1, Math.round(2 ** (shift[f]! - 1) / 2 ** below(4)), 0]),
    ).map((slope) => Math.min(slope, 2 ** 23 - 1)),
    add,
    shift,
    padCodes: newCodes(readBits, layer.input.channels, () => anyCode(die, readBits)),
    low: layer.relu ? below(2 ** (bits - 1)) : 0,
    bits,
    poolShift: poolKind === 'average' ? below(average + 1) : 0,
  };
}

/** A random network with random images. */
export function randomCase(seed: number, limits: NetworkLimits): Case {
  const die = dice(seed);
  const { below, of } = die;
  const picture = { height: 1 + below(9), width: 1 + below(12), channels: 1 + below(limits.maxChannels) };
  const imageBits = of(limits.bits);
  const layers: QuantizedLayer[] = [];
  const depth = 1 + below(limits.maxLayers);
  for (let index = 0; index < depth; index++) {
    const before = layers.length === 0 || below(6) === 0 ? undefined : below(3) === 0 ? of(layers) : layers.at(-1)!;
    const input = before === undefined ? picture : layerGeometry(before.layer).output;
    const plain = randomLayer(die, `layer${index}`, before?.layer.name ?? 'image', input, limits);
    const layer = below(2) === 0 ? plain : withShortcut(die, plain, layers);
    const net = { network: { name: 'random', layers: [...layers.map((l) => l.layer), layer] }, imageBits, layers };
    const readBits = inputBits({ ...net, bits: 8, provenance: {} } as QuantizedNetwork, index);
    const quantized = quantize(die, layer, readBits, limits);
    // Readers of one map usually want the same codes around it.
    const padCodes = layers.find((l) => l.layer.source === layer.source)?.padCodes;
    layers.push(padCodes !== undefined && below(3) > 0 ? { ...quantized, padCodes } : quantized);
  }
  const count = 1 + below(limits.maxImages);
  return {
    network: {
      network: { name: `random ${seed}`, layers: layers.map(({ layer }) => layer) },
      imageBits,
      bits: Math.max(...layers.map(outputBits)),
      layers,
      provenance: {},
    },
    images: newCodes(imageBits, count * mapSize(picture), () => anyCode(die, imageBits)),
    count,
  };
}
