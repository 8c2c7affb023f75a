// SPDX-License-Identifier: Apache-2.0
// Fine-tuning a trained network as its integers will compute: maps and weights
// are rounded and clamped on the way forward, and gradients pass as if they
// were not (straight-through; Bengio, Leonard and Courville, 2013).
//
// An adder layer's weights keep their unrounded, unclamped values for the
// gradient of its input. A weight far outside the input's range counts by its
// sign there, as it does in the integers, where the clamp's exact constant
// stands for the distance; the clamped weight's own difference would vanish for
// inputs at the edge of the range.

import type { ImageSet } from '../data/index.ts';
import { createPass, loadKernel, type Pass } from '../kernel/index.ts';
import type { FloatModel, QuantizedNetwork } from '../network/index.ts';
import { quantizeDetailed, quantizeNetwork } from '../quantize/index.ts';
import { dataDigest, modelDigest } from './digest.ts';
import { recalibrate } from './evaluate.ts';
import { keepCheckpoints, startedFrom } from './keep.ts';
import { learn, type Learner, type Lesson } from './learn.ts';
import { addTeaching } from './loss.ts';
import { restingVelocities } from './optimizer.ts';
import { prepareRounding, type Rounding, roundingPass } from './rounded-pass.ts';
import { checkData, completeRecipe, type Recipe, usualRecipe } from './settings.ts';
import type { TrainOptions } from './train.ts';

/** What {@link fineTune} is told. */
export interface FineTuneOptions extends TrainOptions {
  /** Width of the codes, 2 to 16. @defaultValue 8 */
  readonly bits?: number | undefined;
  /** Width of the pictures' codes, 2 to 16. @defaultValue 8 */
  readonly imageBits?: number | undefined;
  /** Share of the unrounded model's answers, 0 to 1, in what is learned; the labels have the rest. @defaultValue 0.7 */
  readonly teacherShare?: number | undefined;
  /** Softness of the teacher's answers, above 0. @defaultValue 2 */
  readonly temperature?: number | undefined;
}

/** What {@link fineTune} made. */
export interface FineTuned {
  /** Weights on the integers' grid, statistics taken with every map rounded. */
  readonly model: FloatModel;
  /** Its integers. */
  readonly net: QuantizedNetwork;
}

/** The usual recipe of fine-tuning: no weight decay, which would pull codes together, and fewer epochs. */
export function usualFineTuning(network: FloatModel['network']): Recipe {
  return { ...usualRecipe(network), epochs: 8, rate: 0.1, weightDecay: 0 };
}

/**
 * Fine-tunes a trained model for codes of few bits.
 * @param from the trained model; it stays as it is, and is the teacher
 * @param data training images: they give the ranges of the maps, too
 * @throws {RangeError} when an option is out of range, the data do not fit the network, or a checkpoint belongs to
 * another training.
 * @throws {Error} when the checkpoint cannot be read or written.
 * @example
 * const { net } = await fineTune(model, loadMnist('train'), { bits: 2, epochs: 10 });
 */
export async function fineTune(from: FloatModel, data: ImageSet, options: FineTuneOptions = {}): Promise<FineTuned> {
  const { network } = from;
  const kept = startedFrom(options);
  const recipe = completeRecipe({ ...usualFineTuning(network), ...kept?.options }, options);
  const tuning = completeTuning({ ...kept?.options }, options);
  checkData(network, data, recipe.batch);
  const kernel = options.kernel ?? (await loadKernel(options));
  const { bits, imageBits } = tuning;
  const start = await quantizeDetailed(from, data, { bits, imageBits, kernel });
  const rounding = prepareRounding(from, start);
  const model = structuredClone(from);
  const learner: Learner = { model, velocities: restingVelocities(model), history: [] };
  const course = {
    network,
    data: dataDigest(data),
    options: { ...recipe, ...tuning, from: modelDigest(from) },
  };
  const onEpoch = keepCheckpoints(options, course, kept, learner);
  const pass = roundingPass(createPass(kernel, network, recipe.batch), rounding);
  const rounded = withOwnWeights(model);
  const teacher = tuning.teacherShare > 0 ? createPass(kernel, network, recipe.batch) : undefined;
  const lesson = roundedLesson(pass, model, rounded, rounding, teacher && { ...tuning, from, data, pass: teacher });
  await learn(pass, data, recipe, learner, lesson, { onProgress: options.onProgress, onEpoch });
  rounding.round(model, rounded);
  recalibrate(pass, rounded, data);
  // Scores have no grid while learning, so their scale is measured. Offsets are right as they are: the model's own
  // statistics were taken with every map rounded.
  const mapScales = start.scales.map((scale, index) => (index < start.scales.length - 1 ? scale : undefined));
  const net = await quantizeNetwork(rounded, data, { bits, imageBits, mapScales, correct: false, kernel });
  return { model: rounded, net };
}

interface Tuning {
  readonly bits: number;
  readonly imageBits: number;
  readonly teacherShare: number;
  readonly temperature: number;
}

function completeTuning(kept: Readonly<Record<string, string | number>>, options: FineTuneOptions): Tuning {
  const usual = { bits: 8, imageBits: 8, teacherShare: 0.7, temperature: 2 };
  const chosen = Object.entries(usual).map(([key, value]) => [key, options[key as keyof Tuning] ?? kept[key] ?? value]);
  const tuning = Object.fromEntries(chosen) as unknown as Tuning;
  for (const key of ['bits', 'imageBits'] as const) {
    if (Number.isInteger(tuning[key]) && tuning[key] >= 2 && tuning[key] <= 16) continue;
    throw new RangeError(`Expected ${key} to be an integer from 2 to 16, but received ${tuning[key]}.`);
  }
  if (!(tuning.teacherShare >= 0 && tuning.teacherShare <= 1)) {
    throw new RangeError(`Expected teacherShare to be a number from 0 to 1, but received ${tuning.teacherShare}.`);
  }
  if (!(tuning.temperature > 0 && Number.isFinite(tuning.temperature))) {
    throw new RangeError(`Expected temperature to be a number above 0, but received ${tuning.temperature}.`);
  }
  return tuning;
}

/** The same model with room for other weights. */
function withOwnWeights(model: FloatModel): FloatModel {
  return { ...model, layers: model.layers.map((layer) => ({ ...layer, weights: layer.weights.slice() })) };
}

function roundedLesson(
  pass: Pass,
  model: FloatModel,
  rounded: FloatModel,
  rounding: Rounding,
  teacher: (Tuning & { from: FloatModel; data: ImageSet; pass: Pass }) | undefined,
): Lesson {
  // Layers that multiply have true gradients, of the weights that they used.
  const layers = model.layers.map((layer, index) => (layer.layer.cell === 'adder' ? layer : rounded.layers[index]!));
  const backwards = { ...model, layers };
  return {
    forward: () => {
      rounding.round(model, rounded);
      pass.train(rounded);
    },
    ...(teacher && {
      teach: (gradient, { chosen, warps }) => {
        const { data, from, teacherShare: share, temperature } = teacher;
        teacher.pass.load(data, chosen, from.input, warps);
        teacher.pass.infer(from);
        const { out: logits } = teacher.pass.stages.at(-1)!;
        const { out } = pass.stages.at(-1)!;
        addTeaching(out, data.classes, pass.batch, { logits, share, temperature }, gradient);
      },
    }),
    backward: () => pass.backward(backwards),
  };
}
