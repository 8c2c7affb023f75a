// SPDX-License-Identifier: Apache-2.0
// The scores of a data set, in real numbers and in integers, a few images at a time.

import { type ImageSet } from '../data/index.ts';
import { createPass, inferScores, type Kernel, lanes, prepareNetwork, readLogits } from '../kernel/index.ts';
import {
  type Codes,
  classesOf,
  type FloatModel,
  newCodes,
  outputBits,
  type QuantizedNetwork,
} from '../network/index.ts';
import { pixelCodes } from '../quantize/index.ts';
import { inferReference } from '../reference/index.ts';

/** Which integers: the kernels', or the plain loops that define them. */
export type IntegerLevel = 'kernel' | 'reference';

/** Told how many images are done; others get their turn while it is awaited. */
export type OnImages = (done: number) => void | Promise<void>;

/** Images between two signs of progress. */
const parts = { kernel: 512, reference: 16 } as const;

/** Scores [image][class] of a float model. */
export async function floatScores(
  kernel: Kernel,
  model: FloatModel,
  set: ImageSet,
  onImages: OnImages = () => undefined,
): Promise<Float32Array> {
  const classes = classesOf(model.network);
  const scores = new Float32Array(set.count * classes);
  const pass = createPass(kernel, model.network, Math.min(128, Math.ceil(set.count / lanes) * lanes));
  for (let first = 0; first < set.count; first += pass.batch) {
    const count = Math.min(pass.batch, set.count - first);
    pass.load(
      set,
      Uint32Array.from({ length: pass.batch }, (_, i) => first + (i < count ? i : 0)),
      model.input,
    );
    pass.infer(model);
    for (let i = 0; i < count; i++) scores.set(readLogits(pass, i), (first + i) * classes);
    await onImages(first + count);
  }
  return scores;
}

/** Scores [image][class] of a quantized network, in codes. */
export async function integerScores(
  level: IntegerLevel,
  kernel: () => Promise<Kernel>,
  net: QuantizedNetwork,
  set: ImageSet,
  onImages: OnImages = () => undefined,
): Promise<Codes> {
  const infer = await inferOf(level, kernel, net);
  const size = set.images.length / set.count;
  const classes = classesOf(net.network);
  const scores = newCodes(outputBits(net.layers.at(-1)!), set.count * classes);
  for (let first = 0; first < set.count; first += parts[level]) {
    const count = Math.min(parts[level], set.count - first);
    const codes = pixelCodes(set.images.subarray(first * size, (first + count) * size), net.imageBits);
    scores.set(infer(codes, count), first * classes);
    await onImages(first + count);
  }
  return scores;
}

async function inferOf(
  level: IntegerLevel,
  load: () => Promise<Kernel>,
  net: QuantizedNetwork,
): Promise<(images: Codes, count: number) => Codes> {
  if (level === 'reference') return (images, count) => inferReference(net, images, count).maps.at(-1)!;
  const kernel = await load();
  const prepared = prepareNetwork(kernel, net);
  return (images, count) => inferScores(kernel, prepared, images, count);
}
