// SPDX-License-Identifier: Apache-2.0
// A network and images from a recipe. Numbers that a layer cannot have, because of the maps before it or of the limits,
// become ones that it can: so every recipe is a network.

import {
  type Codes,
  inputBits,
  type Layer,
  layerGeometry,
  type MapShape,
  mapSize,
  outputBits,
  picture,
  type QuantizedLayer,
  type QuantizedNetwork,
} from '../../src/network/index.ts';
import type { Case, CaseLimits, CaseRecipe, Content, FoldRecipe, LayerRecipe } from './arbitraries.ts';

/** Sums of the C++ loops have 32 bits with a sign. */
const LARGEST_SUM = 2 ** 31 - 1;

/** Numbers that look random, from a seed. */
function scrambled(seed: number): (index: number) => number {
  return (index) => {
    let x = Math.imul(index + 1, 0x9e3779b1) ^ seed;
    x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
    x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
    return (x ^ (x >>> 16)) >>> 0;
  };
}

/** Integers from `low` to `high`. */
function values({ kind, seed }: Content, length: number, low: number, high: number): number[] {
  const at = scrambled(seed);
  const any = (index: number): number => low + Math.floor((at(index) / 2 ** 32) * (high - low + 1));
  const one = (index: number): number => {
    if (kind === 'zeros') return 0;
    if (kind === 'few') return at(index + length) % 8 === 0 ? any(index) : 0;
    if (kind === 'ends') return at(index) % 2 === 0 ? low : high;
    return any(index);
  };
  return Array.from({ length }, (_, index) => one(index));
}

function codesOf(content: Content, length: number, bits: number): Codes {
  const codes = values(content, length, 0, 2 ** bits - 1);
  return bits > 8 ? Uint16Array.from(codes) : Uint8Array.from(codes);
}

function divisors(a: number, b: number): number[] {
  return Array.from({ length: Math.min(a, b) }, (_, i) => i + 1).filter((n) => a % n === 0 && b % n === 0);
}

/** Whether a layer has a map, and is within limits. */
function possible(layer: Layer, limits: CaseLimits): boolean {
  try {
    const { output, taps } = layerGeometry(layer);
    return taps <= limits.maxTaps && mapSize(output) <= limits.maxMap;
  } catch {
    return false;
  }
}

/** The layer, or one that is simpler: without pooling, padding and steps, of one tap, of one filter. */
function nearest(layer: Layer, limits: CaseLimits): Layer {
  const simpler: Partial<Layer>[] = [
    {},
    { pool: 1, poolStride: 1, poolPadding: 0 },
    { dilation: 1 },
    { kernelHeight: 1, kernelWidth: 1 },
    { stride: 1, padding: 0 },
    { groups: 1, filters: 1 },
  ];
  const tried = { ...layer };
  for (const fields of simpler) {
    Object.assign(tried, fields);
    if (possible(tried, limits)) return tried;
  }
  return tried;
}

/** The layer with the map of a layer before it added: as many filters, and where it has to be, of the same size. */
function withShortcut(layer: Layer, recipe: LayerRecipe, before: readonly QuantizedLayer[], limits: CaseLimits): Layer {
  if (recipe.shortcut < 2) return layer;
  const { pool, ...size } = sameSize(recipe);
  const plain = { pool, poolStride: 1, poolPadding: 0 };
  const options = [layer, { ...layer, ...plain }, { ...layer, ...size }, { ...layer, ...size, ...plain }].flatMap(
    (base) =>
      before.flatMap(({ layer: { name, ...rest } }) => {
        const map = layerGeometry({ name, ...rest }).output;
        const added = {
          ...base,
          shortcut: name,
          filters: map.channels,
          groups: groupsOf(recipe, base.input, map.channels),
        };
        if (!possible(added, limits)) return [];
        const { convolved } = layerGeometry(added);
        return convolved.height === map.height && convolved.width === map.width ? [added] : [];
      }),
  );
  return options[(recipe.shortcut - 2) % Math.max(options.length, 1)] ?? layer;
}

function groupsOf({ groups }: LayerRecipe, input: MapShape, filters: number): number {
  if (groups < 3) return 1;
  const options = divisors(input.channels, filters);
  return options[groups === 5 ? options.length - 1 : (groups + filters) % options.length]!;
}

/** Fields with which a layer's map is as large as the one that it reads. */
function sameSize({ kernelHeight }: LayerRecipe) {
  const side = kernelHeight > 1 ? 3 : 1;
  return { kernelHeight: side, kernelWidth: side, padding: (side - 1) / 2, stride: 1, dilation: 1, pool: 1 };
}

function layerFor(
  recipe: LayerRecipe,
  name: string,
  input: MapShape,
  before: readonly QuantizedLayer[],
  source: string,
  limits: CaseLimits,
): Layer {
  const { multiply, relu, average } = recipe;
  const { kernelHeight, kernelWidth, stride, padding, dilation, pool } = recipe.keepsSize ? sameSize(recipe) : recipe;
  const wanted = 1 + (recipe.filters % limits.maxFilters);
  // Depthwise layers have filters for each channel.
  const filters =
    recipe.groups === 5 ? input.channels * Math.max(1, Math.min(2, Math.floor(wanted / input.channels))) : wanted;
  // The sum of a window has bits that an average of narrow codes may not lose.
  const averages = average && pool > 1 && limits.bits >= 4;
  const plain: Layer = {
    name,
    cell: multiply || limits.multiplies === true ? 'multiply' : 'adder',
    source,
    shortcut: null,
    input,
    kernelHeight,
    kernelWidth,
    filters,
    stride,
    padding,
    dilation,
    groups: groupsOf(recipe, input, filters),
    relu,
    poolKind: averages ? 'average' : 'max',
    pool,
    poolStride: pool - (recipe.poolStep % pool),
    poolPadding: averages ? 0 : Math.min(recipe.poolPadding, Math.floor(pool / 2)),
  };
  return withShortcut(nearest(plain, limits), recipe, before, limits);
}

/** The recipe of a layer whose map and padding hold many zeros. */
function withZeros(recipe: LayerRecipe): LayerRecipe {
  const { pads, folds, low, relu } = recipe;
  return {
    ...recipe,
    pads: { ...pads, kind: pads.seed % 2 === 0 ? 'zeros' : pads.kind },
    low: relu ? 0 : low,
    folds: folds.map((one) => ({ ...one, centre: (one.centre - 100) / 2 })),
  };
}

/** A fold whose codes mostly fall inside the range. */
function fold({ mul, centre, extra, shortcut }: FoldRecipe, typical: number, spread: number, bits: number) {
  const ideal = Math.round(Math.log2((Math.abs(mul) * spread) / 2 ** (bits - 1) + 1)) - extra;
  const shift = Math.min(Math.max(ideal, 0), 47);
  const limit = 2 ** 39;
  const add = Math.round(-mul * typical + (1 + centre / 100) * 2 ** (bits - 1 + shift));
  const slope = 2 ** Math.max(0, shift - Math.abs(shortcut)) * Math.sign(shortcut);
  return {
    mul,
    shift,
    add: Math.min(Math.max(add, -limit), limit - 1),
    shortcutMul: Math.min(Math.max(slope, -(2 ** 23) + 1), 2 ** 23 - 1),
  };
}

function quantize(recipe: LayerRecipe, layer: Layer, readBits: number, limits: CaseLimits): QuantizedLayer {
  const { filters, input, pool, poolKind, relu, cell } = layer;
  const { taps } = layerGeometry(layer);
  const top = 2 ** readBits - 1;
  const averageBits = poolKind === 'average' ? Math.ceil(Math.log2(pool * pool)) : 0;
  const bits = Math.max(2, limits.bits - recipe.narrower);
  const poolShift = poolKind === 'average' ? averageBits - (recipe.poolShift % (limits.bits - bits + 1)) : 0;
  const weightBits = Math.min(recipe.weightBits, limits.bits) - (limits.multiplies === true ? 1 : 0);
  const mostOfSums = Math.max(1, Math.floor(LARGEST_SUM / top / taps));
  const largest = Math.min(Math.max(2 ** weightBits - 1, 1), mostOfSums, 2 ** 15 - 1);
  // Two's complement has one number more below zero.
  const lowest = -Math.min(limits.multiplies === true ? largest + 1 : largest, mostOfSums);
  const adds = cell === 'adder';
  const weights = adds
    ? codesOf(recipe.weights, filters * taps, readBits)
    : Int16Array.from(values(recipe.weights, filters * taps, lowest, largest));
  const range = adds ? top : top * largest;
  const folds = Array.from({ length: filters }, (_, filter) =>
    fold(
      recipe.folds[filter % recipe.folds.length]!,
      adds ? (taps * range) / 3 : 0,
      (Math.sqrt(taps) * range) / 4,
      bits,
    ),
  );
  const pads = codesOf(recipe.pads, input.channels, readBits);
  return {
    layer,
    weights,
    mul: Int16Array.from(folds, ({ mul }) => mul),
    shortcutMul: Int32Array.from(layer.shortcut === null ? [] : folds, ({ shortcutMul }) => shortcutMul),
    add: Float64Array.from(folds, ({ add }) => add),
    shift: Uint8Array.from(folds, ({ shift }) => shift),
    padCodes: recipe.padEach ? pads : pads.fill(pads[0]!),
    low: relu ? recipe.low % 2 ** bits : 0,
    bits,
    poolShift: Math.max(poolShift, 0),
  };
}

/** The largest picture within the limits that is not larger than the recipe's. */
function pictureFor({ height, width, channels }: CaseRecipe, { maxMap, maxTaps }: CaseLimits): MapShape {
  const shape = { height, width, channels: Math.min(channels, maxTaps) };
  while (mapSize(shape) > maxMap) {
    if (shape.height > 1) shape.height--;
    else if (shape.width > 1) shape.width--;
    else shape.channels--;
  }
  return shape;
}

/** Builds a case. */
export function buildCase(recipe: CaseRecipe, limits: CaseLimits): Case {
  const input = pictureFor(recipe, limits);
  const imageBits = Math.max(2, limits.bits - recipe.narrower);
  const layers: QuantizedLayer[] = [];
  recipe.layers.forEach((given, index) => {
    const one = limits.zeros === true ? withZeros(given) : given;
    // The pictures are the first of the maps, and some layer reads them.
    const options = [undefined, ...layers];
    const from =
      layers.length === 0 ? undefined : one.source < 4 ? layers.at(-1) : options[one.source % options.length];
    const map = from === undefined ? input : layerGeometry(from.layer).output;
    const layer = layerFor(one, `layer${index}`, map, layers, from?.layer.name ?? picture, limits);
    const network = { name: 'random', layers: [...layers.map(({ layer: before }) => before), layer] };
    const partial: QuantizedNetwork = { network, imageBits, bits: limits.bits, layers, provenance: {} };
    layers.push(quantize(one, layer, inputBits(partial, index), limits));
  });
  return {
    network: {
      network: { name: 'random', layers: layers.map(({ layer }) => layer) },
      imageBits,
      bits: Math.max(...layers.map(outputBits)),
      layers,
      provenance: {},
    },
    images: codesOf(
      limits.zeros === true && recipe.images.seed % 4 > 0 ? { ...recipe.images, kind: 'few' } : recipe.images,
      recipe.count * mapSize(input),
      imageBits,
    ),
    count: recipe.count,
  };
}
