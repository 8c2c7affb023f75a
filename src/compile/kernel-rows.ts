// SPDX-License-Identifier: Apache-2.0
// Pictures laid by the rows of a kernel: where weights are held, a word is the channels of a pixel, so that pictures of
// few channels would leave most lanes idle.
//
// The host lays a picture for the one layer that reads it: pixel (row, x) is all that a row of the kernel covers there,
// column after column, padding included, for the x-th column of the convolved map. The layer is then a convolution with
// a kernel of one column over so many channels, one column apart. Rows, their padding and stride are as they were.

import {
  type Codes,
  type Layer,
  layerGeometry,
  type MapShape,
  picture,
  type QuantizedLayer,
} from '../network/index.ts';

/** Whether the pictures of a network may be laid by the rows of its first layer's kernel: nothing else reads them. */
export function mayLieByRows([first, ...others]: readonly Layer[]): boolean {
  return first !== undefined && first.groups === 1 && others.every(({ source }) => source !== picture);
}

/** Pictures as the rows of a layer's kernel: columns that no pooling window reaches are left out. */
export function kernelRowsShape(layer: Layer): MapShape {
  const { input, kernelWidth } = layer;
  return { height: input.height, width: layerGeometry(layer).pooled.width, channels: kernelWidth * input.channels };
}

/**
 * Lays a picture by the rows of a layer's kernel.
 * @param codes [row][column][channel]
 * @returns [row][column of the convolved map][column of the kernel][channel]
 */
export function kernelRows(codes: Codes, { layer, padCodes }: QuantizedLayer): Codes {
  const { input, kernelWidth, stride, dilation, padding } = layer;
  const { height, width, channels } = kernelRowsShape(layer);
  const laid = new Uint16Array(height * width * channels);
  const depth = input.channels;
  for (let row = 0, at = 0; row < height; row++) {
    for (let x = 0; x < width; x++) {
      for (let column = 0; column < kernelWidth; column++, at += depth) {
        const from = x * stride + column * dilation - padding;
        const onMap = from >= 0 && from < input.width;
        const first = (row * input.width + from) * depth;
        for (let channel = 0; channel < depth; channel++) {
          laid[at + channel] = onMap ? codes[first + channel]! : padCodes[channel]!;
        }
      }
    }
  }
  return laid;
}
