// SPDX-License-Identifier: Apache-2.0
// What follows a layer's sums, against plain code in the same 32-bit arithmetic,
// so that every comparison of ReLU, pooling and grids falls the same way.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Grid, type Kernel, loadKernel } from '../../src/kernel/index.ts';
import type { Normalize } from '../../src/kernel/kernel.ts';
import { type Layer, layerGeometry, mapSize } from '../../src/network/index.ts';
import { layerOf } from '../support/layer-of.ts';
import { dimsAlone, fromLanes, lanes, normals, smallLayers, toLanes } from './maps.ts';
import { reached } from './plain.ts';

const chunks = 2;
const batch = Array.from({ length: chunks * lanes }, (_, image) => image);
const f = Math.fround;
let kernel: Kernel;

beforeAll(async () => {
  kernel = await loadKernel({ threads: 2 });
});

interface Setting {
  readonly layer: Layer;
  readonly steps: Normalize;
  readonly grid: Grid | undefined;
  readonly sums: readonly Float32Array[];
  /** Maps of the shortcut, of the whole convolved size, if there is one. */
  readonly added: readonly Float32Array[] | undefined;
  readonly border: number;
}

function settings(): fc.Arbitrary<Setting> {
  const fields = [smallLayers(), fc.nat(), fc.boolean(), fc.boolean(), fc.nat(2)] as const;
  return fc.tuple(...fields).map(([layer, seed, short, rounded, border]) => {
    const { filters } = layer;
    const { convolved } = layerGeometry(layer);
    const added = short ? batch.map((image) => normals(seed, 200 + image, mapSize(convolved))) : undefined;
    return {
      layer,
      sums: batch.map((image) => normals(seed, image, mapSize(reached(layer)), 3)),
      added,
      border,
      grid: rounded ? { step: 0.3, low: layer.relu ? 0 : -3, high: 4 } : undefined,
      steps: {
        mean: normals(seed, 100, filters),
        scale: normals(seed, 101, filters),
        beta: normals(seed, 102, filters),
        relu: layer.relu,
        added: added && toLanes(added, convolved, border),
      },
    };
  });
}

/** z of one image after ReLU, [row][column][filter] of what pooling reaches. */
function plainValues({ layer, steps, sums, added }: Setting, image: number): Float32Array {
  const { width, channels } = reached(layer);
  const whole = layerGeometry(layer).convolved.width;
  return sums[image]!.map((y, at) => {
    const [pixel, filter] = [Math.floor(at / channels), at % channels];
    let z = f(f(f(y - steps.mean[filter]!) * steps.scale[filter]!) + steps.beta[filter]!);
    if (added) {
      z = f(z + added[image]![(Math.floor(pixel / width) * whole + (pixel % width)) * channels + filter]!);
    }
    return steps.relu ? Math.max(z, 0) : z;
  });
}

/** Places in the convolved map that each output value's window reaches. */
function windows(layer: Layer): number[][] {
  const { output } = layerGeometry(layer);
  const { height, width, channels } = reached(layer);
  const { pool, poolStride, poolPadding } = layer;
  return Array.from({ length: mapSize(output) }, (_, at) => {
    const filter = at % channels;
    const [row, column] = [Math.floor(at / channels / output.width), Math.floor(at / channels) % output.width];
    const places: number[] = [];
    for (let i = 0; i < pool * pool; i++) {
      const y = row * poolStride - poolPadding + Math.floor(i / pool);
      const x = column * poolStride - poolPadding + (i % pool);
      if (y >= 0 && y < height && x >= 0 && x < width) places.push((y * width + x) * channels + filter);
    }
    return places;
  });
}

function poolOf(layer: Layer, values: readonly number[]): number {
  if (layer.poolKind === 'max') return Math.max(...values);
  return f(values.reduce((sum, value) => f(sum + value)) * f(1 / layer.pool ** 2));
}

/** Nearest integer, ties to even, as the grid counts. */
function codeOf(value: number, step: number): number {
  const scaled = f(value / f(step));
  const down = Math.floor(scaled);
  if (scaled - down !== 0.5) return Math.round(scaled);
  return down % 2 === 0 ? down : down + 1;
}

function onGrid(value: number, grid: Grid | undefined): number {
  if (!grid) return value;
  return f(Math.min(Math.max(codeOf(value, grid.step), grid.low), grid.high) * f(grid.step));
}

function isClipped(value: number, grid: Grid | undefined): boolean {
  if (!grid) return false;
  const code = codeOf(value, grid.step);
  return code < grid.low || code > grid.high;
}

describe('normalisation, shortcut, ReLU, pooling and grid', () => {
  it('should write what plain code writes, to the bit', () => {
    fc.assert(
      fc.property(settings(), fc.nat(2), (setting, outBorder) => {
        const { layer, steps, grid, sums, border } = setting;
        const { output } = layerGeometry(layer);
        const dims = dimsAlone(layer, chunks, 0, outBorder, border);
        const out = new Float32Array(dims.outputLength);
        kernel.activate(dims, toLanes(sums, reached(layer)), steps, grid, out);
        for (const image of batch) {
          const values = plainValues(setting, image);
          const expected = windows(layer).map((places) => {
            const own = places.map((place) => values[place]!);
            // Values are rounded before they are averaged, as codes are.
            if (layer.poolKind === 'average')
              return poolOf(
                layer,
                own.map((value) => onGrid(value, grid)),
              );
            return onGrid(poolOf(layer, own), grid);
          });
          // Zeros of either sign are equal here.
          const got = fromLanes(out, image, output, outBorder);
          expect([...got].map((value) => value + 0)).toEqual(expected.map((value) => value + 0));
        }
        expect(out.filter((value) => value !== 0).length).toBeLessThanOrEqual(mapSize(output) * batch.length);
      }),
      { numRuns: 60 },
    );
  });

  it('should carry gradients back as plain code does, and sum them', () => {
    fc.assert(
      fc.property(settings(), fc.nat(), (setting, seed) => {
        const { layer, steps, grid, sums, border } = setting;
        const { output } = layerGeometry(layer);
        const { filters } = layer;
        const dims = dimsAlone(layer, chunks, 0, 0, border);
        const gradients = batch.map((image) => normals(seed, 300 + image, mapSize(output)));
        const dout = toLanes(gradients, output);
        const da = layer.pool === 1 ? dout : new Float32Array(dims.convolvedLength);
        const partial = new Float64Array(chunks * filters * 2);
        kernel.activateSums(dims, toLanes(sums, reached(layer)), steps, grid, dout, da, partial);
        const totals = new Float64Array(filters * 2);
        for (const image of batch) {
          const values = plainValues(setting, image);
          const expected = new Float32Array(values.length);
          windows(layer).forEach((places, at) => {
            const own = places.map((place) => values[place]!);
            const largest = poolOf(layer, own);
            const chosen = layer.poolKind === 'max' ? [places.find((place) => values[place] === largest)!] : places;
            const gradient = gradients[image]![at]!;
            const part = layer.poolKind === 'average' ? f(gradient * f(1 / layer.pool ** 2)) : gradient;
            for (const place of chosen) {
              if (steps.relu && values[place]! <= 0) continue;
              if (isClipped(values[place]!, grid)) continue;
              expected[place] = expected[place]! + part;
            }
          });
          const got = fromLanes(da, image, reached(layer));
          expect([...got].map((value) => value + 0)).toEqual([...expected].map((value) => value + 0));
          expected.forEach((value, at) => {
            const filter = at % filters;
            totals[2 * filter]! += value;
            totals[2 * filter + 1]! += value * (sums[image]![at]! - steps.mean[filter]!);
          });
        }
        totals.forEach((total, i) => {
          const sum = Array.from({ length: chunks }, (_, chunk) => partial[chunk * filters * 2 + i]!);
          expect(Math.abs(sum.reduce((a, b) => a + b) - total)).toBeLessThan(
            1e-5 * batch.length * mapSize(reached(layer)),
          );
        });
      }),
      { numRuns: 60 },
    );
  });

  it('should take mean and squared deviations of sums far from zero', () => {
    fc.assert(
      fc.property(settings(), ({ layer, sums }) => {
        const { filters } = layer;
        const dims = dimsAlone(layer, chunks);
        const moved = sums.map((map) => map.map((y) => y - 700));
        const moments = new Float64Array(chunks * filters * 2);
        kernel.moments(dims, toLanes(moved, reached(layer)), moments);
        for (let chunk = 0; chunk < chunks; chunk++) {
          const own = moved.slice(chunk * lanes, (chunk + 1) * lanes);
          for (let filter = 0; filter < filters; filter++) {
            const values = own.flatMap((map) => [...map.filter((_, at) => at % filters === filter)]);
            const mean = values.reduce((a, b) => a + b) / values.length;
            const squares = values.reduce((sum, y) => sum + (y - mean) ** 2, 0);
            expect(moments[2 * (chunk * filters + filter)]).toBeCloseTo(mean, 4);
            expect(moments[2 * (chunk * filters + filter) + 1]! / squares).toBeCloseTo(1, 4);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it('should have a gradient of y that agrees with finite differences', () => {
    const layer: Layer = {
      ...layerOf({ input: { height: 4, width: 4, channels: 1 } }),
      filters: 2,
      relu: true,
      pool: 2,
      poolStride: 2,
      shortcut: 'other',
    };
    const shape = { height: 4, width: 4, channels: 2 };
    const sums = batch.map((image) => normals(3, image, 32));
    const added = batch.map((image) => normals(3, 50 + image, 32, 0.3));
    const gradients = batch.map((image) => normals(3, 100 + image, 8));
    const [gamma, beta] = [Float32Array.of(1.5, -0.7), Float32Array.of(0.3, -0.2)];
    const statistics = (filter: number): { mean: number; variance: number; values: number[] } => {
      const values = sums.flatMap((map) => [...map.filter((_, i) => i % 2 === filter)]);
      const mean = values.reduce((a, b) => a + b) / values.length;
      return { mean, values, variance: values.reduce((a, y) => a + (y - mean) ** 2, 0) / values.length };
    };
    // Sum of dout times output, with statistics of the batch.
    const objective = (): number => {
      let sum = 0;
      for (const filter of [0, 1]) {
        const { mean, variance } = statistics(filter);
        sums.forEach((map, image) => {
          for (let pixel = 0; pixel < 4; pixel++) {
            const at = [0, 1, 4, 5].map((i) => ((pixel >> 1) * 8 + (pixel & 1) * 2 + i) * 2 + filter);
            const z = at.map(
              (i) =>
                (gamma[filter]! * (map[i]! - mean)) / Math.sqrt(variance + 1e-5) + beta[filter]! + added[image]![i]!,
            );
            sum += gradients[image]![pixel * 2 + filter]! * Math.max(0, ...z);
          }
        });
      }
      return sum;
    };
    const both = [statistics(0), statistics(1)];
    const steps: Normalize = {
      mean: Float32Array.from(both, ({ mean }) => mean),
      scale: gamma.map((slope, filter) => slope / Math.sqrt(both[filter]!.variance + 1e-5)),
      beta,
      relu: true,
      added: toLanes(added, shape, 1),
    };
    const dims = dimsAlone(layer, chunks, 0, 0, 1);
    const y = toLanes(sums, shape);
    const da = new Float32Array(dims.convolvedLength);
    const partial = new Float64Array(8);
    kernel.activateSums(dims, y, steps, undefined, toLanes(gradients, { ...shape, height: 2, width: 2 }), da, partial);
    const values = batch.length * 16;
    const sumOf = (i: number): number => (partial[i]! + partial[i + 4]!) / values;
    const offset = Float32Array.of(sumOf(0), sumOf(2));
    const slope = Float32Array.from([1, 3], (i, filter) => sumOf(i) / (both[filter]!.variance + 1e-5));
    const dadded = new Float32Array(dims.convolvedLength).fill(1);
    kernel.activateGradient(dims, y, steps, da, offset, slope, dadded, true);
    const difference = (maps: readonly Float32Array[], image: number, i: number): number => {
      const value = maps[image]![i]!;
      const [up, down] = [1 / 1024, -1 / 1024].map((step) => ((maps[image]![i] = value + step), objective()));
      maps[image]![i] = value;
      return (up! - down!) * 512;
    };
    for (let at = 3; at < batch.length * 32; at += 37) {
      const [image, i] = [Math.floor(at / 32), at % 32];
      expect(fromLanes(y, image, shape)[i], `value ${at}`).toBeCloseTo(difference(sums, image, i), 2);
      expect(fromLanes(dadded, image, shape)[i]! - 1, `shortcut ${at}`).toBeCloseTo(difference(added, image, i), 2);
    }
  });
});
