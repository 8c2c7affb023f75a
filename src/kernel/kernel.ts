// SPDX-License-Identifier: Apache-2.0
// The C++ loops as typed functions, compiled on first use.
//
// Their results depend neither on the number of threads nor on the width of the
// processor's vectors: every sum runs in one order in sixteen lanes fixed by the
// layout, and no multiply is fused with an add.

import { join } from 'node:path';
import { availableParallelism } from 'node:os';
import { buildAddon, loadAddon, packageRoot } from '../../sim/addon/index.ts';
import { type Dims, packDims } from './dims.ts';

/** What {@link loadKernel} is told. */
export interface KernelOptions {
  /** Threads that share the work, 1 to 64. @defaultValue the processors at hand, at most 16 */
  readonly threads?: number;
  /** Told what takes time when the kernels have to be compiled. @defaultValue silent */
  readonly onBuild?: (text: string) => void;
}

/** Normalisation of one layer, one value for each filter: a = (y - mean) scale + beta. */
export interface NormalizeArguments {
  readonly mean: Float32Array;
  readonly scale: Float32Array;
  readonly beta: Float32Array;
  readonly relu: boolean;
}

/** The loops, with their threads. Sizes and layouts are those of {@link Dims}. */
export interface Kernel {
  readonly threads: number;
  /** Zeros on a 64-byte boundary. */
  allocate(length: number): Float32Array;
  /** Pictures `chosen` of `images` into the first layer's padded input; see images.h for `warps`. */
  loadImages(
    size: { chunks: number; height: number; width: number; channels: number; padding: number },
    images: Uint8Array,
    chosen: Uint32Array,
    warps: Int32Array | undefined,
    scale: number,
    offset: number,
    out: Float32Array,
  ): void;
  /** y = -sum |x - w|. */
  forward(dims: Dims, x: Float32Array, weights: Float32Array, y: Float32Array): void;
  /** dx = sum over filters of HardTanh(w - x) dy (AdderNet, equation 6). */
  inputGradient(dims: Dims, x: Float32Array, weights: Float32Array, dy: Float32Array, dx: Float32Array): void;
  /** dw = sum of x dy: equation 5 where the sum of dy is zero, as behind batch normalisation. */
  filterGradient(dims: Dims, x: Float32Array, dy: Float32Array, dw: Float32Array): void;
  /** moments[chunk][filter] = mean, and sum of squared deviations from it. */
  moments(dims: Dims, y: Float32Array, moments: Float64Array): void;
  /** Normalisation, ReLU and pooling, into the padded output. */
  activate(dims: Dims, y: Float32Array, normalize: NormalizeArguments, out: Float32Array): void;
  /** sums[chunk][filter] = sum of da, and of da (y - mean); da is `dout` before pooling and ReLU. */
  activateSums(
    dims: Dims,
    y: Float32Array,
    normalize: NormalizeArguments,
    dout: Float32Array,
    sums: Float64Array,
  ): void;
  /** Replaces y by dy = scale (da - offset - (y - mean) slope). */
  activateGradient(
    dims: Dims,
    y: Float32Array,
    normalize: NormalizeArguments,
    dout: Float32Array,
    offset: Float32Array,
    slope: Float32Array,
  ): void;
  /** One quantized layer; a lane holds one code. */
  integerLayer(dims: Dims, x: Int32Array, weights: Int32Array, fold: IntegerFold, out: Int32Array): void;
}

/** The fold of one quantized layer, one value for each filter. */
export interface IntegerFold {
  readonly mul: Int16Array;
  readonly add: BigInt64Array;
  readonly shift: Uint8Array;
  readonly low: number;
  readonly high: number;
}

type Addon = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

const sources = ['addon.cpp', 'adder.cpp', 'images.cpp', 'integers.cpp', 'normalize.cpp', 'pool.cpp'];

/** Compiler flags of the kernels; without fused multiply-adds, so that every processor rounds alike. */
export const kernelFlags: readonly string[] = ['-O3', '-march=native', '-ffp-contract=off', '-pthread', '-Wno-psabi'];

/**
 * Compiles the kernels, or finds them in the cache, and starts their threads.
 * @throws {RangeError} when `threads` is not an integer from 1 to 64.
 */
export async function loadKernel(options: KernelOptions = {}): Promise<Kernel> {
  const { threads = Math.min(availableParallelism(), 16), onBuild } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new RangeError(`Expected threads to be an integer from 1 to 64, but received ${threads}.`);
  }
  const folder = join(packageRoot(), 'src', 'kernel');
  const path = await buildAddon({
    name: 'kernel',
    sources: sources.map((source) => join(folder, source)),
    includeDirs: [folder],
    flags: kernelFlags,
    ...(onBuild === undefined ? {} : { onProgress: onBuild }),
  });
  return bind(loadAddon<Addon>(path), threads);
}

function bind(addon: Addon, threads: number): Kernel {
  const call = (name: string, ...args: readonly unknown[]): unknown => addon[name]!(...args);
  const pool = call('createPool', threads);
  const spread = (n: NormalizeArguments): readonly unknown[] => [n.mean, n.scale, n.beta, n.relu];
  return {
    threads,
    allocate: (length) => call('allocate', length) as Float32Array,
    loadImages: ({ chunks, height, width, channels, padding }, ...rest) => {
      call('loadImages', pool, Int32Array.of(chunks, height, width, channels, padding), ...rest);
    },
    forward: (dims, ...rest) => void call('forward', pool, packDims(dims), ...rest),
    inputGradient: (dims, ...rest) => void call('inputGradient', pool, packDims(dims), ...rest),
    filterGradient: (dims, ...rest) => void call('filterGradient', pool, packDims(dims), ...rest),
    moments: (dims, ...rest) => void call('moments', pool, packDims(dims), ...rest),
    activate: (dims, y, n, ...rest) => void call('activate', pool, packDims(dims), y, ...spread(n), ...rest),
    activateSums: (dims, y, n, ...rest) => void call('activateSums', pool, packDims(dims), y, ...spread(n), ...rest),
    activateGradient: (dims, y, n, ...rest) => {
      call('activateGradient', pool, packDims(dims), y, ...spread(n), ...rest);
    },
    integerLayer: (dims, x, weights, { mul, add, shift, low, high }, out) => {
      call('integerLayer', pool, packDims(dims), x, weights, mul, add, shift, low, high, out);
    },
  };
}
