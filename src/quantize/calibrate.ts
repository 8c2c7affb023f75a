// SPDX-License-Identifier: Apache-2.0
// A float model -> integers, layer by layer, both run side by side over training images.
//
// Each layer is made behind integer layers that are already final: the float model says what its outputs should be,
// the integers before it say what its sums are. A fold is exact at its mean sum, and then moved until its outputs have
// the mean that they should have; so the mean error of everything before it, and of slopes made of few powers of two,
// ends here and does not add up.

import type { ImageSet } from '../data/index.ts';
import type { Kernel } from '../kernel/index.ts';
import {
  type FloatLayer,
  type FloatModel,
  layerGeometry,
  mapSize,
  type Network,
  newCodes,
  pictureShape,
  type QuantizedLayer,
  shortcutOf,
  sourceOf,
} from '../network/index.ts';
import { centreOffsets } from './centre.ts';
import { clamp, type Fold, foldPlane, styleTerms } from './fold.ts';
import { finishMap, foldSums, normalizeSums, poolCodes, slopesOf } from './lane-layer.ts';
import { channelMeans, imageValues, type LaneMap, layPictures } from './lane-maps.ts';
import { chooseScale, scoreRange, spreadOf } from './range.ts';
import { averagedScale, type CodeScale, pixelScales, reachableStep, scoreScale } from './scale.ts';
import type { Settings } from './settings.ts';
import { createSums, type Sums } from './sums.ts';
import { termsAtLeast } from './terms.ts';
import { adderWeights, type LayerInput, multiplyWeights, type WeightCodes } from './weights.ts';

/** Integers of every layer, and what the codes of their folds mean. */
export interface Calibrated {
  readonly layers: readonly QuantizedLayer[];
  readonly scales: readonly CodeScale[];
}

/** A map over the calibration images, in real numbers and in codes. */
interface MapPair extends LayerInput {
  readonly float: LaneMap;
  readonly codes: LaneMap;
  /** Real value outside the map, one for each channel. */
  readonly outside: readonly number[];
}

/** Tells how far the work is, and lets others have their turn. */
export type OnLayer = (done: number, layers: number) => void | Promise<void>;

/**
 * Makes the integers of every layer.
 * @param data training images, of which `settings.images` are taken, evenly spaced
 * @param fixed scales of the folds' codes to use in place of those that calibration finds
 */
export async function calibrate(
  kernel: Kernel,
  model: FloatModel,
  data: ImageSet,
  settings: Settings,
  onLayer: OnLayer = () => undefined,
  fixed?: readonly (CodeScale | undefined)[],
): Promise<Calibrated> {
  const { network } = model;
  const chosen = spreadImages(data.count, settings.images ?? usualImages(network));
  const maps = new Map<number, MapPair>([[-1, picturePair(model, data, chosen, settings.imageBits)]]);
  const layers: QuantizedLayer[] = [];
  const scales: CodeScale[] = [];
  for (const [index, float] of model.layers.entries()) {
    const source = maps.get(sourceOf(network, index))!;
    const shortcut = float.layer.shortcut === null ? undefined : maps.get(shortcutOf(network, index))!;
    const isLast = index === network.layers.length - 1;
    const made = makeLayer(kernel, float, source, shortcut, chosen.length, isLast, settings, fixed?.[index]);
    layers.push(made.quantized);
    scales.push(made.scale);
    maps.set(index, made.pair);
    for (const map of [...maps.keys()]) {
      const isRead = network.layers.some(
        (_, later) => later > index && (sourceOf(network, later) === map || shortcutOf(network, later) === map),
      );
      if (!isRead) maps.delete(map);
    }
    await onLayer(index + 1, network.layers.length);
  }
  return { layers, scales };
}

/** Images whose maps have about so many values in all. */
const usualValues = 5e7;

/** About 250 for ResNet-20; more for smaller networks, fewer for larger ones. */
function usualImages(network: Network): number {
  const values = network.layers.reduce((sum, layer) => sum + mapSize(layerGeometry(layer).convolved), 0);
  return clamp(Math.round(usualValues / values / 16) * 16, 32, 1024);
}

/** Numbers of images evenly spaced over a set: whole chunks, the set again from its start where it is too small. */
function spreadImages(count: number, wanted: number): number[] {
  const chunks = Math.max(1, Math.floor(Math.min(count, wanted) / 16));
  const length = 16 * chunks;
  return Array.from({ length }, (_, i) => (length <= count ? Math.floor((i * count) / length) : i % count));
}

function picturePair({ network, input }: FloatModel, data: ImageSet, chosen: readonly number[], bits: number): MapPair {
  const shape = pictureShape(network);
  const top = 2 ** bits - 1;
  const { mean, deviation, padding } = input;
  const scales = pixelScales(input, bits);
  const padCodes = newCodes(bits, shape.channels);
  if (padding === 'zero') scales.forEach(({ zero }, c) => (padCodes[c] = clamp(Math.round(zero), 0, top)));
  const real = (pixel: number, channel: number): number => (pixel / 255 - mean[channel]!) / deviation[channel]!;
  return {
    float: layPictures(data.images, chosen, shape, real),
    codes: layPictures(data.images, chosen, shape, (pixel) => Math.round((pixel * top) / 255)),
    scales,
    bits,
    padCodes,
    outside: mean.map((_, channel) => (padding === 'zero' ? 0 : real(0, channel))),
  };
}

function makeLayer(
  kernel: Kernel,
  float: FloatLayer,
  source: MapPair,
  shortcut: MapPair | undefined,
  images: number,
  isLast: boolean,
  settings: Settings,
  fixed: CodeScale | undefined,
): { readonly quantized: QuantizedLayer; readonly scale: CodeScale; readonly pair: MapPair } {
  const { layer } = float;
  const { filters } = layer;
  const sums = createSums(kernel, layer);
  const real = sums(source.float, float.weights, source.outside);
  normalizeSums(float, real, shortcut?.float);
  const bits = isLast ? settings.scoreBits : settings.bits;
  const scale = fixed ?? scaleOf(float, real, bits, isLast, shortcut?.scales[0]!.step, images, settings);
  const weights = weightCodes(float, source, scale, settings);
  const acc = integerSums(sums, float, source, weights);
  const folds = foldsOf(float, weights, scale, { real, acc, shortcut }, settings);
  const poolShift = layer.poolKind === 'average' ? poolShiftOf(layer.pool, bits, settings.pooledBits) : 0;
  const quantized: QuantizedLayer = {
    layer,
    weights: weights.weights,
    mul: Int16Array.from(folds, ({ mul }) => mul),
    shortcutMul: Int32Array.from(shortcut ? folds : [], ({ shortcutMul }) => shortcutMul),
    add: Float64Array.from(folds, ({ add }) => add),
    shift: Uint8Array.from(folds, ({ shift }) => shift),
    padCodes: source.padCodes,
    low: layer.relu ? scale.zero : 0,
    bits,
    poolShift,
  };
  // Scores are compared, not summed, and most of them are cut off.
  if (settings.correct && !isLast) centreOffsets(quantized, scale, real, acc, shortcut?.codes);
  const codes = poolCodes(quantized, foldSums(quantized, acc, shortcut?.codes));
  const isAverage = layer.poolKind === 'average';
  const pooled = isAverage ? averagedScale(scale, layer.pool, poolShift) : scale;
  const width = isAverage ? bits + Math.ceil(Math.log2(layer.pool ** 2)) - poolShift : bits;
  const pair: MapPair = {
    float: finishMap(float, real),
    codes,
    scales: Array.from({ length: filters }, () => pooled),
    bits: width,
    padCodes: newCodes(width, filters).fill(clamp(Math.round(pooled.zero), 0, 2 ** width - 1)),
    outside: Array.from({ length: filters }, () => 0),
  };
  return { quantized, scale, pair };
}

/** What the codes of a layer's fold mean; `real` are its values before ReLU and pooling. */
function scaleOf(
  { layer }: FloatLayer,
  real: LaneMap,
  bits: number,
  isLast: boolean,
  shortcut: number | undefined,
  images: number,
  settings: Settings,
): CodeScale {
  const snap = (step: number): number =>
    shortcut === undefined ? step : reachableStep(step, shortcut, styleTerms[settings.fold]);
  if (isLast && !layer.relu && layer.pool === 1) {
    const { low, high } = scoreRange(imageValues(real, images));
    const { step } = scoreScale({ low, high }, bits, settings.scales);
    return { step: snap(step), zero: -low / snap(step) + 0 };
  }
  return chooseScale(spreadOf(real, layer.relu), bits, settings, snap);
}

/** Codes of a layer's weights. Where they multiply, their free steps make the fold's slopes exact. */
function weightCodes(float: FloatLayer, source: LayerInput, scale: CodeScale, settings: Settings): WeightCodes {
  if (float.layer.cell === 'adder') return adderWeights(float.layer, float.weights, source);
  const slopes = slopesOf(float);
  const snap = (filter: number, unit: number): number => {
    const codes = Math.abs(slopes[filter]!) / scale.step;
    return codes === 0 ? unit : termsAtLeast(unit * codes, styleTerms[settings.fold]) / codes;
  };
  return multiplyWeights(float.layer, float.weights, source, settings.edgeBits, snap);
}

/** The sums of the integers: of |x - w|, or of (x - padCode) w. */
function integerSums(sums: Sums, { layer }: FloatLayer, source: MapPair, { weights }: WeightCodes): LaneMap {
  const pads = Array.from(source.padCodes);
  return sums(source.codes, weights, pads, layer.cell === 'multiply' ? pads : undefined);
}

/** The folds of a layer's filters, exact at the mean sum. */
function foldsOf(
  float: FloatLayer,
  { unit, base }: WeightCodes,
  { step, zero }: CodeScale,
  maps: { readonly real: LaneMap; readonly acc: LaneMap; readonly shortcut: MapPair | undefined },
  { fold, correct }: Settings,
): Fold[] {
  const { filters } = float.layer;
  const slopes = slopesOf(float);
  const target = channelMeans(maps.real, filters);
  const sum = channelMeans(maps.acc, filters);
  const added = maps.shortcut && channelMeans(maps.shortcut.codes, filters);
  return Array.from({ length: filters }, (_, f) => {
    const slope = slopes[f]!;
    const from = maps.shortcut?.scales[f];
    // What the integers' own mean is worth, before any correction.
    const own =
      slope * (unit[f]! * sum[f]! + base[f]! - float.mean[f]!) +
      float.beta[f]! +
      (from && added ? from.step * (added[f]! - from.zero) : 0);
    return foldPlane(
      {
        slope: (slope * unit[f]!) / step,
        shortcut: from ? from.step / step : 0,
        value: (correct ? target[f]! : own) / step + zero,
        sum: sum[f]!,
        added: added?.[f] ?? 0,
      },
      fold,
    );
  });
}

/** Right shift of a sum of pool^2 codes that leaves at most `pooledBits` bits. */
function poolShiftOf(pool: number, bits: number, pooledBits: number): number {
  return Math.max(0, bits + Math.ceil(Math.log2(pool ** 2)) - pooledBits);
}
