// SPDX-License-Identifier: Apache-2.0
// A network's maps for one batch, and the passes over them, forward and back.
//
// The backward pass of a layer overwrites its sums y by their gradient: nothing
// later reads them, and the largest map need not exist twice.

import {
  type Layer,
  batchNormEpsilon,
  type FloatLayer,
  type FloatModel,
  type InputScaling,
  layerGeometry,
  type Network,
} from '../network/index.ts';
import { convolvedLength, dimsOf, type Dims, inputLength, lanes, outputLength } from './dims.ts';
import type { Kernel } from './kernel.ts';

/** Pictures to read a batch from. */
export interface Pictures {
  /** Raw pixels 0 to 255, [image][row][column][channel]. */
  readonly images: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Gradients of one layer. */
export interface Gradients {
  readonly weights: Float32Array;
  readonly gamma: Float32Array;
  readonly beta: Float32Array;
}

/** One layer's maps and statistics for the batch at hand. */
export interface Stage {
  readonly layer: Layer;
  readonly dims: Dims;
  /** Input with its padding. */
  readonly x: Float32Array;
  /** Sums before normalisation. */
  readonly y: Float32Array;
  /** Output, inside the next layer's padding. */
  readonly out: Float32Array;
  /** Gradient of `out`. */
  readonly dout: Float32Array;
  readonly gradients: Gradients;
  /** Mean and variance of y in the last training pass. */
  readonly mean: Float32Array;
  readonly variance: Float64Array;
}

/** A network's maps for one batch. */
export interface Pass {
  /** Images in a batch, a multiple of sixteen. */
  readonly batch: number;
  readonly stages: readonly Stage[];
  /** Reads pictures into the first map; `warps` turn and shift them. */
  load(pictures: Pictures, chosen: Uint32Array, input: InputScaling, warps?: Int32Array): void;
  /** Sums and statistics of stage `index` from its input. */
  measure(model: FloatModel, index: number): void;
  /** Outputs with the batch's own statistics; the last stage's `out` holds the logits, [chunk][class][lane]. */
  train(model: FloatModel): void;
  /** Outputs with the model's statistics, of the first `depth` layers. */
  infer(model: FloatModel, depth?: number): void;
  /** Gradients of every layer, from the last stage's `dout`. */
  backward(model: FloatModel): void;
}

/** Allocates a network's maps for `batch` images at a time. */
export function createPass(kernel: Kernel, network: Network, batch: number): Pass {
  if (!Number.isInteger(batch) || batch < lanes || batch % lanes !== 0) {
    throw new RangeError(`Expected batch to be a multiple of ${lanes}, but received ${batch}.`);
  }
  const stages = allocateStages(kernel, network, batch / lanes);
  const [first] = stages;
  const partial = stages.map(({ dims }) => new Float64Array(dims.chunks * dims.filters * 2));
  const measure = (model: FloatModel, index: number): void => {
    const { dims, x, y, mean, variance } = stages[index]!;
    kernel.forward(dims, x, model.layers[index]!.weights, y);
    kernel.moments(dims, y, partial[index]!);
    mergeMoments(partial[index]!, dims, mean, variance);
  };
  const normalize = (stage: Stage, layer: FloatLayer, mean: Float32Array, variance: ArrayLike<number>): void => {
    kernel.activate(stage.dims, stage.y, { ...fold(layer, mean, variance), relu: stage.layer.relu }, stage.out);
  };
  return {
    batch,
    stages,
    load: (pictures, chosen, { mean: [mean = 0], deviation: [deviation = 1] }, warps) => {
      const { height, width, channels } = first!.layer.input;
      if (pictures.height !== height || pictures.width !== width || pictures.channels !== channels) {
        throw new RangeError(
          `Expected images of ${height}x${width}x${channels} for network ${network.name}, ` +
            `but received ${pictures.height}x${pictures.width}x${pictures.channels}.`,
        );
      }
      const size = { chunks: batch / lanes, height, width, channels, padding: first!.layer.padding };
      const scale = 1 / (65536 * 255 * deviation);
      kernel.loadImages(size, pictures.images, chosen, warps, scale, -mean / deviation, first!.x);
    },
    measure,
    train: (model) => {
      stages.forEach((stage, index) => {
        measure(model, index);
        normalize(stage, model.layers[index]!, stage.mean, stage.variance);
      });
    },
    infer: (model, depth = stages.length) => {
      stages.slice(0, depth).forEach((stage, index) => {
        const layer = model.layers[index]!;
        kernel.forward(stage.dims, stage.x, layer.weights, stage.y);
        normalize(stage, layer, layer.mean, layer.variance);
      });
    },
    backward: (model) => {
      for (let index = stages.length - 1; index >= 0; index--) {
        const below = stages[index - 1];
        backwardStage(kernel, stages[index]!, model.layers[index]!, below?.dout, partial[index]!);
      }
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

function allocateStages(kernel: Kernel, network: Network, chunks: number): Stage[] {
  const stages: Stage[] = [];
  for (const [index, layer] of network.layers.entries()) {
    const dims = dimsOf(layer, chunks, network.layers[index + 1]?.padding ?? 0);
    const { filters } = layer;
    const { taps } = layerGeometry(layer);
    stages.push({
      layer,
      dims,
      x: stages.at(-1)?.out ?? kernel.allocate(inputLength(dims)),
      y: kernel.allocate(convolvedLength(dims)),
      out: kernel.allocate(outputLength(dims)),
      dout: kernel.allocate(outputLength(dims)),
      gradients: {
        weights: new Float32Array(filters * taps),
        gamma: new Float32Array(filters),
        beta: new Float32Array(filters),
      },
      mean: new Float32Array(filters),
      variance: new Float64Array(filters),
    });
  }
  return stages;
}

/** Puts the chunks' moments together, in chunk order (Chan, Golub and LeVeque, 1979). */
function mergeMoments(partial: Float64Array, dims: Dims, mean: Float32Array, variance: Float64Array): void {
  const { chunks, filters } = dims;
  const size = lanes * dims.outHeight * dims.outWidth;
  for (let filter = 0; filter < filters; filter++) {
    let average = 0;
    let squares = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      const delta = partial[2 * (chunk * filters + filter)]! - average;
      average += delta / (chunk + 1);
      squares += partial[2 * (chunk * filters + filter) + 1]! + (delta * delta * size * chunk) / (chunk + 1);
    }
    mean[filter] = average;
    variance[filter] = squares / (size * chunks);
  }
}

function fold(
  { gamma, beta }: FloatLayer,
  mean: Float32Array,
  variance: ArrayLike<number>,
): { mean: Float32Array; scale: Float32Array; beta: Float32Array } {
  return { mean, beta, scale: gamma.map((slope, filter) => slope / Math.sqrt(variance[filter]! + batchNormEpsilon)) };
}

function backwardStage(
  kernel: Kernel,
  stage: Stage,
  layer: FloatLayer,
  dx: Float32Array | undefined,
  sums: Float64Array,
): void {
  const { dims, x, y, dout, gradients, mean, variance } = stage;
  const { chunks, filters } = dims;
  const normalize = { ...fold(layer, mean, variance), relu: stage.layer.relu };
  kernel.activateSums(dims, y, normalize, dout, sums);
  const values = chunks * lanes * dims.outHeight * dims.outWidth;
  const offset = new Float32Array(filters);
  const slope = new Float32Array(filters);
  for (let filter = 0; filter < filters; filter++) {
    let sum = 0;
    let weighted = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      sum += sums[2 * (chunk * filters + filter)]!;
      weighted += sums[2 * (chunk * filters + filter) + 1]!;
    }
    const power = 1 / (variance[filter]! + batchNormEpsilon);
    gradients.beta[filter] = sum;
    gradients.gamma[filter] = weighted * Math.sqrt(power);
    offset[filter] = sum / values;
    slope[filter] = (weighted * power) / values;
  }
  kernel.activateGradient(dims, y, normalize, dout, offset, slope);
  kernel.filterGradient(dims, x, y, gradients.weights);
  if (dx !== undefined) kernel.inputGradient(dims, x, layer.weights, y, dx);
}
