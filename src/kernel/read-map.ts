// SPDX-License-Identifier: Apache-2.0
// Maps of one image out of the lanes of a batch.

import { layerGeometry, pictureShape } from '../network/index.ts';
import { lanes } from './dims.ts';
import type { Pass } from './pass.ts';

/**
 * The map that stage `index` wrote for one image of the batch, [row][column][channel]; -1 is the picture as loaded.
 * @param image from 0 to batch - 1
 */
export function readMap(pass: Pass, index: number, image: number): Float32Array {
  const stage = pass.stages[index];
  const { height, width, channels } = stage ? layerGeometry(stage.layer).output : pictureShape(pass.network);
  const [values, border] = stage ? [stage.out, stage.outPadding] : [pass.picture.values, pass.picture.border];
  const row = (width + 2 * border) * channels;
  const base = Math.floor(image / lanes) * (height + 2 * border) * row * lanes + (image % lanes);
  const map = new Float32Array(height * width * channels);
  for (let y = 0; y < height; y++) {
    const from = base + ((y + border) * row + border * channels) * lanes;
    for (let i = 0; i < width * channels; i++) map[y * width * channels + i] = values[from + i * lanes]!;
  }
  return map;
}

/** The logits of one image of the batch. */
export function readLogits(pass: Pass, image: number): Float32Array {
  return readMap(pass, pass.stages.length - 1, image);
}
