// SPDX-License-Identifier: Apache-2.0
// Passes over a network's maps for one batch, forward and back.
//
// The backward pass of a layer overwrites its sums y by their gradient: nothing
// later reads them, and the largest map need not exist twice. The gradients of a
// map that several layers read add up from the last of them to the first.

import {
  batchNormEpsilon,
  type FloatLayer,
  type FloatModel,
  type InputScaling,
  type Network,
  pictureShape,
  shapeText,
} from '../network/index.ts';
import { lanes } from './dims.ts';
import type { Grid, Kernel, Normalize } from './kernel.ts';
import { mergeMoments, mergeSums } from './moments.ts';
import { allocateStages, type PictureMap, type Stage } from './stage.ts';

/** Pictures to read a batch from. */
export interface Pictures {
  /** Raw pixels 0 to 255, [image][row][column][channel]. */
  readonly images: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A network's maps for one batch. */
export interface Pass {
  readonly network: Network;
  /** Images in a batch, a multiple of sixteen. */
  readonly batch: number;
  /** In the network's order. */
  readonly stages: readonly Stage[];
  /** The map of the pictures. */
  readonly picture: PictureMap;
  /** Reads pictures into their map; `warps` turn and shift them, black coming in from outside. */
  load(pictures: Pictures, chosen: Uint32Array, input: InputScaling, warps?: Int32Array): void;
  /** Sums and statistics of stage `index` from its input. */
  measure(model: FloatModel, index: number): void;
  /** Outputs with the batch's own statistics; the last stage's `out` holds the logits, [chunk][class][lane]. */
  train(model: FloatModel): void;
  /** Outputs with the model's statistics, of the first `depth` layers. */
  infer(model: FloatModel, depth?: number): void;
  /** Gradients of every layer, from the last stage's `dout`. */
  backward(model: FloatModel): void;
  /**
   * Rounds the outputs of stage `index` to a grid from now on, before they are averaged; the gradient passes straight
   * where nothing is clipped.
   */
  setGrid(index: number, grid: Grid | undefined): void;
  /**
   * Makes adder layers sum -|x - w|^power from now on, with the true gradients of that. 1 is the paper's rule.
   * @throws {RangeError} when `power` is not from 1 to 2.
   */
  setPower(power: number): void;
}

/** Allocates a network's maps for `batch` images at a time. */
export function createPass(kernel: Kernel, network: Network, batch: number): Pass {
  if (!Number.isInteger(batch) || batch < lanes || batch % lanes !== 0) {
    throw new RangeError(`Expected batch to be a multiple of ${lanes}, but received ${batch}.`);
  }
  const chunks = batch / lanes;
  const { picture, stages } = allocateStages(kernel, network, chunks);
  const partial = stages.map(({ dims }) => new Float64Array(dims.chunks * dims.filters * 2));
  // Gradients before pooling, of one layer at a time.
  const pooledLengths = stages.map(({ layer, dims }) => (layer.pool === 1 ? 0 : dims.convolvedLength));
  const spread = kernel.allocate(Math.max(...pooledLengths));
  const grids: (Grid | undefined)[] = stages.map(() => undefined);
  let norm = 1;

  const powerOf = ({ layer }: Stage): number => (layer.cell === 'multiply' ? 0 : norm);
  const sum = (model: FloatModel, index: number): void => {
    const stage = stages[index]!;
    kernel.forward(stage.dims, powerOf(stage), stage.x, model.layers[index]!.weights, stage.y);
  };
  const measure = (model: FloatModel, index: number): void => {
    const { dims, y, mean, variance } = stages[index]!;
    sum(model, index);
    kernel.moments(dims, y, partial[index]!);
    mergeMoments(partial[index]!, dims, mean, variance);
  };
  const normalize = (stage: Stage, layer: FloatLayer, mean: Float32Array, variance: ArrayLike<number>): Normalize => ({
    mean,
    scale: layer.gamma.map((slope, filter) => slope / Math.sqrt(variance[filter]! + batchNormEpsilon)),
    beta: layer.beta,
    relu: stage.layer.relu,
    added: stages[stage.shortcut]?.out,
  });
  const activate = (index: number, steps: Normalize): void => {
    const { dims, y, out } = stages[index]!;
    kernel.activate(dims, y, steps, grids[index], out);
  };

  return {
    network,
    batch,
    stages,
    picture,
    load: (pictures, chosen, input, warps) => {
      checkPictures(network, pictures);
      const { mean, deviation, padding } = input;
      const { height, width, channels } = pictures;
      const offset = Float32Array.from(mean, (value, channel) => -value / deviation[channel]!);
      const scale = Float32Array.from(deviation, (value) => 1 / (65536 * 255 * value));
      const around = padding === 'black' ? offset : new Float32Array(channels);
      const target = { chunks, height, width, channels, border: picture.border, scale, offset, around };
      kernel.loadImages(target, pictures.images, chosen, warps, picture.values);
    },
    measure,
    train: (model) => {
      stages.forEach((stage, index) => {
        measure(model, index);
        activate(index, normalize(stage, model.layers[index]!, stage.mean, stage.variance));
      });
    },
    infer: (model, depth = stages.length) => {
      stages.slice(0, depth).forEach((stage, index) => {
        const layer = model.layers[index]!;
        sum(model, index);
        activate(index, normalize(stage, layer, layer.mean, layer.variance));
      });
    },
    backward: (model) => {
      // Whether a stage's dout holds a gradient already.
      const written = stages.map((_, index) => index === stages.length - 1);
      for (let index = stages.length - 1; index >= 0; index--) {
        const stage = stages[index]!;
        const { layer, dims, x, y, dout, gradients, mean, variance } = stage;
        if (!written[index]) dout.fill(0);
        const { weights } = model.layers[index]!;
        const steps = normalize(stage, model.layers[index]!, mean, variance);
        const da = layer.pool === 1 ? dout : spread.subarray(0, dims.convolvedLength);
        kernel.activateSums(dims, y, steps, grids[index], dout, da, partial[index]!);
        const { offset, slope } = mergeSums(partial[index]!, dims, variance, gradients);
        const added = stages[stage.shortcut];
        kernel.activateGradient(dims, y, steps, da, offset, slope, added?.dout, written[stage.shortcut] ?? false);
        if (added !== undefined) written[stage.shortcut] = true;
        kernel.filterGradient(dims, powerOf(stage), x, weights, y, gradients.weights);
        const read = stages[stage.source];
        if (read === undefined) continue;
        kernel.inputGradient(dims, powerOf(stage), x, weights, y, read.dout, written[stage.source]!);
        written[stage.source] = true;
      }
    },
    setGrid: (index, grid) => {
      if (stages[index] === undefined) {
        throw new RangeError(`Expected index to be from 0 to ${stages.length - 1}, but received ${index}.`);
      }
      if (grid !== undefined) checkGrid(grid);
      grids[index] = grid;
    },
    setPower: (power) => {
      if (!(power >= 1 && power <= 2)) throw new RangeError(`Expected power to be from 1 to 2, but received ${power}.`);
      norm = power;
    },
  };
}

/** Loads pictures batch by batch, in order; the last batch may be short and is filled up with picture 0. */
export function forEachBatch(
  pass: Pass,
  input: InputScaling,
  pictures: Pictures,
  visit: (start: number, count: number) => void,
): void {
  const chosen = new Uint32Array(pass.batch);
  for (let start = 0; start < pictures.count; start += pass.batch) {
    const count = Math.min(pass.batch, pictures.count - start);
    for (let i = 0; i < pass.batch; i++) chosen[i] = i < count ? start + i : 0;
    pass.load(pictures, chosen, input);
    visit(start, count);
  }
}

function checkPictures(network: Network, pictures: Pictures): void {
  const wanted = shapeText(pictureShape(network));
  if (shapeText(pictures) !== wanted) {
    throw new RangeError(
      `Expected images of ${wanted} for network ${network.name}, but received ${shapeText(pictures)}.`,
    );
  }
}

function checkGrid({ step, low, high }: Grid): void {
  const whole = Number.isInteger(low) && Number.isInteger(high) && low >= -65536 && low <= 0 && high >= 0;
  if (!(step > 0 && step < Infinity) || !whole || high > 65536) {
    throw new RangeError(
      `Expected a grid of a step above 0 and integers low <= 0 <= high, but received ${step}, ${low}, ${high}.`,
    );
  }
}
