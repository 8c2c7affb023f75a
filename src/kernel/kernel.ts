// SPDX-License-Identifier: Apache-2.0
// The C++ loops as typed functions, compiled on first use.
//
// Their results depend neither on the number of threads nor on the width of the
// processor's vectors: every sum runs in one order in sixteen lanes fixed by the
// layout, and no multiply is fused with an add.

import { availableParallelism } from 'node:os';
import { type Addon, buildKernel } from './build.ts';
import type { Dims } from './dims.ts';
import { chooseSimd, type Simd } from './simd.ts';

/** What {@link loadKernel} is told. */
export interface KernelOptions {
  /** Threads that share the work, 1 to 64. @defaultValue the processors at hand, at most 16 */
  readonly threads?: number;
  /** Instruction set to compile for; every one gives the same bits. @defaultValue the widest that the processor has */
  readonly simd?: Simd;
  /** Told what takes time when the kernels have to be compiled. @defaultValue silent */
  readonly onBuild?: (text: string) => void;
}

/** What follows a layer's sums, one value for each filter: z = (y - mean) scale + beta + added, then ReLU. */
export interface Normalize {
  readonly mean: Float32Array;
  /** gamma / sqrt(variance + epsilon) */
  readonly scale: Float32Array;
  readonly beta: Float32Array;
  readonly relu: boolean;
  /** The shortcut's map, with its border. */
  readonly added: Float32Array | undefined;
}

/** Values a of a map become step x clamp(round(a / step), low, high), ties to even. */
export interface Grid {
  /** Above 0. */
  readonly step: number;
  /** Integers, at most 0 and at least 0. */
  readonly low: number;
  readonly high: number;
}

/** Where pictures go and how: x = (pixel / 255 - mean) / deviation as `pixel scale + offset`, for each channel. */
export interface ImageTarget {
  readonly chunks: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** Rows and columns around the pictures. */
  readonly border: number;
  /** For a pixel times 65536. */
  readonly scale: Float32Array;
  readonly offset: Float32Array;
  /** What the border holds. */
  readonly around: Float32Array;
}

/**
 * The loops, with their threads. Sizes and layouts are those of {@link Dims}; `power` is 0 where taps multiply,
 * 1 where they add as in the paper, and above that, to 2, for the norm |x - w|^power.
 */
export interface Kernel {
  readonly threads: number;
  readonly simd: Simd;
  /** Calls a function of the addon with the thread pool before its other arguments. */
  run(name: string, ...args: readonly unknown[]): unknown;
  /** Zeros on a boundary that suits the widest registers. */
  allocate(length: number): Float32Array;
  /** Pictures `chosen` of `images` into a map; see images.h for `warps`. */
  loadImages(
    target: ImageTarget,
    images: Uint8Array,
    chosen: Uint32Array,
    warps: Int32Array | undefined,
    out: Float32Array,
  ): void;
  /** y = -sum |x - w|, or sum x w. */
  forward(dims: Dims, power: number, x: Float32Array, weights: Float32Array, y: Float32Array): void;
  /** dx, without a border, from dy; for adders sum over filters of HardTanh(w - x) dy (AdderNet, equation 6). */
  inputGradient(
    dims: Dims,
    power: number,
    x: Float32Array,
    weights: Float32Array,
    dy: Float32Array,
    dx: Float32Array,
    add: boolean,
  ): void;
  /** dw from dy; for adders sum of (x - w) dy (AdderNet, equation 5). */
  filterGradient(
    dims: Dims,
    power: number,
    x: Float32Array,
    weights: Float32Array,
    dy: Float32Array,
    dw: Float32Array,
  ): void;
  /** moments[chunk][filter] = mean, and sum of squared deviations from it. */
  moments(dims: Dims, y: Float32Array, moments: Float64Array): void;
  /** Normalisation, shortcut, ReLU, pooling and grid, into the map that is written. */
  activate(dims: Dims, y: Float32Array, normalize: Normalize, grid: Grid | undefined, out: Float32Array): void;
  /**
   * Carries `dout` back to da, the gradient of z, which may be `dout` itself where there is no pooling;
   * sums[chunk][filter] = sum of da, and of da (y - mean).
   */
  activateSums(
    dims: Dims,
    y: Float32Array,
    normalize: Normalize,
    grid: Grid | undefined,
    dout: Float32Array,
    da: Float32Array,
    sums: Float64Array,
  ): void;
  /** Replaces y by dy = scale (da - offset - (y - mean) slope); `added` is the gradient of the shortcut's map. */
  activateGradient(
    dims: Dims,
    y: Float32Array,
    normalize: Normalize,
    da: Float32Array,
    offset: Float32Array,
    slope: Float32Array,
    added: Float32Array | undefined,
    add: boolean,
  ): void;
}

/**
 * Compiles the kernels, or finds them in the cache, and starts their threads.
 * @throws {RangeError} when `threads` is not an integer from 1 to 64, or the processor does not have `simd`.
 */
export async function loadKernel(options: KernelOptions = {}): Promise<Kernel> {
  const { threads = Math.min(availableParallelism(), 16), onBuild } = options;
  if (!Number.isInteger(threads) || threads < 1 || threads > 64) {
    throw new RangeError(`Expected threads to be an integer from 1 to 64, but received ${threads}.`);
  }
  const simd = await chooseSimd(options.simd);
  return bind(await buildKernel(simd, onBuild), threads, simd);
}

function bind(addon: Addon, threads: number, simd: Simd): Kernel {
  const pool = addon['createPool']!(threads);
  const run = (name: string, ...args: readonly unknown[]): unknown => addon[name]!(pool, ...args);
  const spread = (n: Normalize): readonly unknown[] => [n.mean, n.scale, n.beta, n.relu, n.added];
  const numbers = (grid: Grid | undefined): Float32Array =>
    grid === undefined ? new Float32Array(3) : Float32Array.of(grid.step, grid.low, grid.high);
  return {
    threads,
    simd,
    run,
    allocate: (length) => addon['allocate']!(length) as Float32Array,
    loadImages: ({ chunks, height, width, channels, border, scale, offset, around }, images, chosen, warps, out) => {
      const size = Int32Array.of(chunks, height, width, channels, border);
      run('loadImages', size, images, chosen, warps, scale, offset, around, out);
    },
    forward: ({ packed }, ...rest) => void run('forward', packed, ...rest),
    inputGradient: ({ packed }, ...rest) => void run('inputGradient', packed, ...rest),
    filterGradient: ({ packed }, ...rest) => void run('filterGradient', packed, ...rest),
    moments: ({ packed }, ...rest) => void run('moments', packed, ...rest),
    activate: ({ packed }, y, n, grid, ...rest) => {
      run('activate', packed, y, ...spread(n), numbers(grid), ...rest);
    },
    activateSums: ({ packed }, y, n, grid, ...rest) => {
      run('activateSums', packed, y, ...spread(n), numbers(grid), ...rest);
    },
    activateGradient: ({ packed }, y, n, ...rest) => {
      run('activateGradient', packed, y, ...spread(n), ...rest);
    },
  };
}
