// SPDX-License-Identifier: Apache-2.0
// Moves a layer's offsets until the mean of every filter's codes is that of the float model's outputs.
//
// A fold that is exact at its mean sum still has a mean error behind its ReLU and its largest code, where half of
// all values are cut off; the next layer sums it over all its taps. Newton's method removes it: a step of the offset
// moves only the codes that are not cut off.

import type { QuantizedLayer } from '../network/index.ts';
import { clamp, maxAdd } from './fold.ts';
import { forEachLanes, type LaneMap, lanes } from './lane-maps.ts';
import type { CodeScale } from './scale.ts';

const steps = 3;

/** Part of a filter's values that count as moving even where fewer do, so that a step stays small. */
const leastMoving = 0.05;

/**
 * Changes `add`, in place.
 * @param real the float model's values before ReLU and pooling
 * @param sums the integers' sums of the same images
 * @param shortcut codes of the shortcut's map
 */
export function centreOffsets(
  { layer, mul, shortcutMul, add, shift, low, bits }: QuantizedLayer,
  { step, zero }: CodeScale,
  real: LaneMap,
  sums: LaneMap,
  shortcut: LaneMap | undefined,
): void {
  const { filters, relu } = layer;
  const top = 2 ** bits - 1;
  const values = real.length / filters;
  const wanted = new Float64Array(filters);
  forEachLanes(real.length, filters, (base, filter) => {
    let sum = 0;
    for (let i = base; i < base + lanes; i++) sum += relu && real[i]! < 0 ? 0 : real[i]!;
    wanted[filter]! += sum / step;
  });
  // Codes before their offset: powers of two scale without rounding, so these are the integers' own.
  const positions = new Float64Array(sums.length);
  forEachLanes(sums.length, filters, (base, filter) => {
    const scale = 2 ** -shift[filter]!;
    const [slope, added] = [mul[filter]! * scale, shortcut ? shortcutMul[filter]! * scale : 0];
    for (let i = base; i < base + lanes; i++) positions[i] = sums[i]! * slope;
    if (shortcut) for (let i = base; i < base + lanes; i++) positions[i]! += shortcut[i]! * added;
  });
  for (let round = 0; round < steps; round++) {
    const missing = wanted.map((sum) => sum + values * zero);
    const moving = new Float64Array(filters);
    forEachLanes(positions.length, filters, (base, filter) => {
      const offset = add[filter]! * 2 ** -shift[filter]!;
      let [sum, count] = [0, 0];
      for (let i = base; i < base + lanes; i++) {
        const code = Math.floor(positions[i]! + offset);
        if (code <= low) sum += low;
        else if (code >= top) sum += top;
        else {
          sum += code;
          count++;
        }
      }
      missing[filter]! -= sum;
      moving[filter]! += count;
    });
    missing.forEach((codes, filter) => {
      const move = codes / Math.max(moving[filter]!, leastMoving * values);
      add[filter] = clamp(Math.round(add[filter]! + move * 2 ** shift[filter]!), -maxAdd - 1, maxAdd);
    });
  }
}
