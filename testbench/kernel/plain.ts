// SPDX-License-Identifier: Apache-2.0
// A layer's sums and their gradients as plain loops, one image at a time: for
// adders straight from AdderNet (CVPR 2020) equations 2, 5 and 6. Shares no
// layout, order or code with the kernels.

import type { Layer } from '../../src/network/index.ts';

/** Rows and columns of the convolved map that pooling windows reach. */
export function reached(layer: Layer): { height: number; width: number; channels: number } {
  const along = (length: number, kernel: number): number => {
    const convolved = Math.floor((length + 2 * layer.padding - layer.dilation * (kernel - 1) - 1) / layer.stride) + 1;
    let end = 0;
    for (let start = -layer.poolPadding; start + layer.pool <= convolved + layer.poolPadding; start += layer.poolStride)
      end = Math.min(start + layer.pool, convolved);
    return end;
  };
  const { input, kernelHeight, kernelWidth, filters } = layer;
  return { height: along(input.height, kernelHeight), width: along(input.width, kernelWidth), channels: filters };
}

/** Calls visit(output value, weight, input value or -1 for padding) for every tap of one image. */
function forEachTap(layer: Layer, visit: (y: number, w: number, x: number) => void): void {
  const { kernelHeight, kernelWidth, filters, stride, padding, dilation, groups } = layer;
  const { height, width, channels } = layer.input;
  const { height: rows, width: columns } = reached(layer);
  const depth = channels / groups;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let filter = 0; filter < filters; filter++)
        for (let ky = 0; ky < kernelHeight; ky++)
          for (let kx = 0; kx < kernelWidth; kx++)
            for (let channel = 0; channel < depth; channel++) {
              const [top, left] = [row * stride - padding + ky * dilation, column * stride - padding + kx * dilation];
              const inside = top >= 0 && top < height && left >= 0 && left < width;
              const from = Math.floor((filter * groups) / filters) * depth + channel;
              visit(
                (row * columns + column) * filters + filter,
                ((filter * kernelHeight + ky) * kernelWidth + kx) * depth + channel,
                inside ? (top * width + left) * channels + from : -1,
              );
            }
}

/** What a tap adds to y, and what it passes to dw and to dx for each dy. */
interface Tap {
  readonly value: (x: number, w: number) => number;
  readonly toWeight: (x: number, w: number) => number;
  readonly toInput: (x: number, w: number) => number;
}

function tapOf(layer: Layer, power: number): Tap {
  if (layer.cell === 'multiply') return { value: (x, w) => x * w, toWeight: (x) => x, toInput: (_, w) => w };
  if (power === 1) {
    return {
      value: (x, w) => -Math.abs(x - w),
      toWeight: (x, w) => x - w,
      toInput: (x, w) => Math.min(Math.max(w - x, -1), 1),
    };
  }
  const slope = (d: number): number => power * Math.abs(d) ** (power - 1) * Math.sign(d);
  return {
    value: (x, w) => -(Math.abs(x - w) ** power),
    toWeight: (x, w) => slope(x - w),
    toInput: (x, w) => slope(w - x),
  };
}

/** y of one image; taps outside the map read `pad`. */
export function plainForward(
  layer: Layer,
  power: number,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  pad: number,
): Float64Array {
  const { height, width, channels } = reached(layer);
  const { value } = tapOf(layer, power);
  const y = new Float64Array(height * width * channels);
  forEachTap(layer, (to, weight, from) => (y[to]! += value(from < 0 ? pad : x[from]!, w[weight]!)));
  return y;
}

/** dw of one image. */
export function plainFilterGradient(
  layer: Layer,
  power: number,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  dy: ArrayLike<number>,
  pad: number,
): Float64Array {
  const { toWeight } = tapOf(layer, power);
  const dw = new Float64Array(w.length);
  forEachTap(layer, (to, weight, from) => {
    dw[weight]! += toWeight(from < 0 ? pad : x[from]!, w[weight]!) * dy[to]!;
  });
  return dw;
}

/** dx of one image. */
export function plainInputGradient(
  layer: Layer,
  power: number,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  dy: ArrayLike<number>,
): Float64Array {
  const { toInput } = tapOf(layer, power);
  const dx = new Float64Array(layer.input.height * layer.input.width * layer.input.channels);
  forEachTap(layer, (to, weight, from) => {
    if (from >= 0) dx[from]! += toInput(x[from]!, w[weight]!) * dy[to]!;
  });
  return dx;
}
