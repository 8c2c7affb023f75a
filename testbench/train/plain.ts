// SPDX-License-Identifier: Apache-2.0
// The sums of an adder layer and their gradients as plain loops, one image at a
// time, straight from AdderNet (CVPR 2020) equations 2, 5 and 6. Shares no
// layout, order or code with the kernels.

import { type Layer, layerGeometry } from '../../src/network/index.ts';

/** Calls visit(output value, weight, input value or -1 for padding) for every absolute difference of one image. */
function forEachTap(layer: Layer, visit: (y: number, w: number, x: number) => void): void {
  const { kernelHeight, kernelWidth, filters, stride, padding, dilation, pool } = layer;
  const { height, width, channels } = layer.input;
  const { output, taps } = layerGeometry(layer);
  const [rows, columns] = [output.height * pool, output.width * pool];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let filter = 0; filter < filters; filter++)
        for (let ky = 0; ky < kernelHeight; ky++)
          for (let kx = 0; kx < kernelWidth; kx++)
            for (let channel = 0; channel < channels; channel++) {
              const [top, left] = [row * stride - padding + ky * dilation, column * stride - padding + kx * dilation];
              const inside = top >= 0 && top < height && left >= 0 && left < width;
              const tap = (ky * kernelWidth + kx) * channels + channel;
              visit(
                (row * columns + column) * filters + filter,
                filter * taps + tap,
                inside ? (top * width + left) * channels + channel : -1,
              );
            }
}

/** Values of the convolved map that pooling keeps. */
export function keptLength(layer: Layer): number {
  const { output } = layerGeometry(layer);
  return output.height * output.width * layer.pool ** 2 * layer.filters;
}

/** y = -sum |x - w| of one image; taps outside the map read `pad`. */
export function plainForward(layer: Layer, x: ArrayLike<number>, w: ArrayLike<number>, pad: number): Float64Array {
  const y = new Float64Array(keptLength(layer));
  forEachTap(layer, (to, weight, from) => {
    y[to]! -= Math.abs((from < 0 ? pad : x[from]!) - w[weight]!);
  });
  return y;
}

/** dw = sum (x - w) dy of one image: equation 5, the full-precision gradient. */
export function plainFilterGradient(
  layer: Layer,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  dy: ArrayLike<number>,
  pad: number,
): Float64Array {
  const dw = new Float64Array(w.length);
  forEachTap(layer, (to, weight, from) => {
    dw[weight]! += ((from < 0 ? pad : x[from]!) - w[weight]!) * dy[to]!;
  });
  return dw;
}

/** dx = sum HardTanh(w - x) dy of one image: equation 6. */
export function plainInputGradient(
  layer: Layer,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  dy: ArrayLike<number>,
): Float64Array {
  const dx = new Float64Array(layer.input.height * layer.input.width * layer.input.channels);
  forEachTap(layer, (to, weight, from) => {
    if (from >= 0) dx[from]! += Math.min(Math.max(w[weight]! - x[from]!, -1), 1) * dy[to]!;
  });
  return dx;
}
