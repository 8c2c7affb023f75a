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
  /**
   * Only what the array computes: averages no wider than the widest of `bits`, and sums so small that offsets have room
   * for the constants of products. @defaultValue false
   */
  readonly onArray?: boolean;
  /** Every layer multiplies, by weights of so many bits. @defaultValue some layers do, by weights of up to 16 bits */
  readonly weightBits?: number | undefined;
  /** Pictures of many rows and few columns, so that maps have room for strips. @defaultValue false */
  readonly tall?: boolean;
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

function randomPool(
  { below, of }: Dice,
  sides: readonly number[],
  averages: boolean,
): Pick<Layer, 'poolKind' | 'pool' | 'poolStride' | 'poolPadding'> {
  const poolKind = of(averages ? (['max', 'average'] as const) : (['max'] as const));
  const pool = of(sides);
  const poolPadding = poolKind === 'max' ? below(Math.floor(pool / 2) + 1) : 0;
  return { poolKind, pool, poolStride: 1 + below(pool), poolPadding };
}

function randomLayer(die: Dice, name: string, source: string, input: MapShape, limits: NetworkLimits): Layer {
  const { below, of } = die;
  // A sum of nine codes is four bits wider.
  const averages = limits.onArray === true || limits.bits.some((bits) => bits + 4 <= 16);
  for (;;) {
    const filters = 1 + below(limits.maxFilters);
    const layer: Layer = {
      name,
      cell: limits.weightBits === undefined ? of(['adder', 'adder', 'multiply'] as const) : 'multiply',
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
      ...randomPool(die, [1, 1, 2, 3], averages),
    };
    const shaped = limits.onArray === true && below(2) === 0 ? { ...layer, ...keepingSize(die, 1 + below(2)) } : layer;
    try {
      if (mapSize(layerGeometry(shaped).output) <= 1000) return shaped;
    } catch {
      // Another one.
    }
  }
}

/** A square kernel that leaves a map as large as it is, or one pixel in so many on either axis. */
function keepingSize({ of }: Dice, stride: number): Partial<Layer> {
  const side = of([1, 3]);
  return {
    kernelHeight: side,
    kernelWidth: side,
    padding: (side - 1) / 2,
    stride,
    dilation: 1,
    poolKind: 'max',
    pool: 1,
    poolStride: 1,
    poolPadding: 0,
  };
}

/** The layer with a map added, where there is one as large as its own can be: as many filters, and each side as long. */
function withShortcut(die: Dice, layer: Layer, layers: readonly QuantizedLayer[], limits: NetworkLimits): Layer {
  const { input } = layer;
  const { onArray = false } = limits;
  const fitting = layers.flatMap((before) => {
    const map = layerGeometry(before.layer).output;
    const stride = (onArray ? [1, 2, 3] : [1]).find(
      (step) => map.height === Math.ceil(input.height / step) && map.width === Math.ceil(input.width / step),
    );
    return stride === undefined ? [] : [{ before, map, stride }];
  });
  if (fitting.length === 0) return layer;
  const { before, map, stride } = die.of(fitting);
  const groups = die.of([1, ...divisors(input.channels, map.channels)]);
  const plain = { ...layer, ...keepingSize(die, stride), shortcut: before.layer.name, filters: map.channels, groups };
  if (!onArray || die.below(2) === 0) return plain;
  // Pooled after the addition, where windows fit.
  const pooled = { ...plain, ...randomPool(die, [2, 3], true) };
  return pooled.pool <= Math.min(map.height, map.width) + 2 * pooled.poolPadding ? pooled : plain;
}

function quantize(die: Dice, layer: Layer, readBits: number, limits: NetworkLimits): QuantizedLayer {
  const { below, of } = die;
  const { filters, cell, poolKind, pool } = layer;
  const { taps } = layerGeometry(layer);
  const average = poolKind === 'average' ? Math.ceil(Math.log2(pool * pool)) : 0;
  const { onArray = false } = limits;
  const bits = of(onArray ? limits.bits : limits.bits.filter((width) => width + average <= 16));
  const leastShift = onArray ? Math.max(bits + average - Math.max(...limits.bits), 0) : 0;
  const length = filters * taps;
  // Sums of products with weights this large stay below 2^31; times a slope, below 2^39 for the array's offsets.
  const largestSum = onArray ? 2 ** 23 : 2 ** 31 - 1;
  const largest = Math.min(
    2 ** ((limits.weightBits ?? 16) - 1) - 1,
    Math.floor(largestSum / (2 ** readBits - 1) / taps),
  );
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
      Math.min(
        of([below(2 ** 24 - 1) - 2 ** 23 + 1, Math.round(2 ** (shift[f]! - 1) / 2 ** below(4)), 0]),
        2 ** 23 - 1,
      ),
    ),
    add,
    shift,
    padCodes: newCodes(readBits, layer.input.channels, () => anyCode(die, readBits)),
    low: layer.relu ? below(2 ** (bits - 1)) : 0,
    bits,
    poolShift: poolKind === 'average' ? leastShift + below(average - leastShift + 1) : 0,
  };
}

/** A random network with random images. */
export function randomCase(seed: number, limits: NetworkLimits): Case {
  const die = dice(seed);
  const { below, of } = die;
  const [height, width] = limits.tall === true ? [10 + below(15), 1 + below(4)] : [1 + below(9), 1 + below(12)];
  const picture = { height, width, channels: 1 + below(limits.maxChannels) };
  const imageBits = of(limits.bits);
  const layers: QuantizedLayer[] = [];
  const depth = 1 + below(limits.maxLayers);
  for (let index = 0; index < depth; index++) {
    const before = layers.length === 0 || below(6) === 0 ? undefined : below(3) === 0 ? of(layers) : layers.at(-1)!;
    const input = before === undefined ? picture : layerGeometry(before.layer).output;
    const plain = randomLayer(die, `layer${index}`, before?.layer.name ?? 'image', input, limits);
    const layer = below(2) === 0 ? plain : withShortcut(die, plain, layers, limits);
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
