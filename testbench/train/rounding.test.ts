// SPDX-License-Identifier: Apache-2.0
// Weights and pictures moved to the integers' values.

import { describe, expect, it } from 'vitest';
import type { Pass } from '../../src/kernel/index.ts';
import type { FloatModel } from '../../src/network/index.ts';
import { initModel } from '../../src/train/model.ts';
import { pictureGrid, roundPictures, roundWeights } from '../../src/train/rounding.ts';
import { layerOf } from '../support/layer-of.ts';

const scaling = { mean: [0.5, 0.25], deviation: [0.25, 0.25], padding: 'zero' } as const;

function rounded(fields: Parameters<typeof layerOf>[0], weights: readonly number[], top: number, edgeBits = 8) {
  const layer = layerOf({ input: { height: 1, width: 1, channels: 2 }, ...fields });
  const model: FloatModel = initModel({ name: 'one', layers: [layer] }, scaling, 1);
  model.layers[0]!.weights.set(weights);
  const into = new Float32Array(weights.length);
  roundWeights(model, [{ steps: [0.5, 0.5], zeros: [0, 1], top }], edgeBits, [into]);
  return [...into];
}

describe('rounded weights', () => {
  it('should lie on the grid of the map that an adding layer reads, zero by zero, clamped to its ends', () => {
    expect(rounded({ filters: 3 }, [0.7, 0.7, -9, -9, 9, 9], 3)).toEqual([0.5, 0.5, 0, -0.5, 1.5, 1]);
  });

  it('should be signed codes of their filter where a layer multiplies, the largest one kept', () => {
    const weights = [0.875, -0.26, 0, 0];
    expect(rounded({ cell: 'multiply', filters: 2 }, weights, 3, 4)).toEqual([0.875, -0.25, 0, 0]);
  });

  it('should take the channels of their own group', () => {
    expect(rounded({ groups: 2, filters: 2 }, [-9, -9], 3)).toEqual([0, -0.5]);
  });
});

describe('pictures', () => {
  it('should be moved to the values of their codes, in every map that is read from them, once', () => {
    const grid = pictureGrid(scaling, 2);
    expect(grid.top).toBe(3);
    // Codes are worth 4/3; zero is code 1.5 of the first channel and 0.75 of the second.
    const x = new Float32Array(32).fill(0.1);
    const stages = [
      { source: -1, x },
      { source: -1, x },
      { source: 0, x: Float32Array.of(0.1) },
    ];
    roundPictures({ stages } as unknown as Pass, grid);
    expect(x[0]).toBeCloseTo((0.5 * 4) / 3, 6);
    expect(x[16]).toBeCloseTo((0.25 * 4) / 3, 6);
    expect(stages[2]!.x[0]).toBeCloseTo(0.1, 6);
  });
});
