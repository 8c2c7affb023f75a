// SPDX-License-Identifier: Apache-2.0
// What pixels were scaled by in training elsewhere: a file of weights does not
// say it. PyTorch scales first and pads then, so around a picture is zero.

import type { InputScaling } from '../network/float-model.ts';
import { shapeText } from '../network/geometry.ts';
import type { Network } from '../network/layer.ts';
import { pictureShape } from '../network/maps.ts';

/** Usual scalings by the shape of the pictures: torchvision's for MNIST and ImageNet, the official code's for CIFAR-10. */
const usual: ReadonlyMap<string, Pick<InputScaling, 'mean' | 'deviation'>> = new Map([
  ['28x28x1', { mean: [0.1307], deviation: [0.3081] }],
  ['32x32x3', { mean: [0.4914, 0.4822, 0.4465], deviation: [0.2023, 0.1994, 0.201] }],
  ['224x224x3', { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] }],
]);

/** Scaling that a user gives; either half may be left out. */
export interface GivenScaling {
  /** Mean of each channel's pixels, where white is 1. */
  readonly mean?: readonly number[];
  /** Standard deviation of each channel's pixels; above 0. */
  readonly deviation?: readonly number[];
  /**
   * What is around a picture.
   * @defaultValue 'zero'
   */
  readonly padding?: InputScaling['padding'];
}

/**
 * The scaling to import with: what is given, else the usual one of such pictures.
 * @throws {RangeError} when a number for each channel is missing or wrong.
 */
export function importScaling(network: Network, given: GivenScaling = {}): InputScaling {
  const shape = pictureShape(network);
  const known = usual.get(shapeText(shape));
  const values = (what: 'mean' | 'deviation', low: number): readonly number[] => {
    const list = given[what] ?? known?.[what];
    if (list === undefined) {
      throw new RangeError(`Expected the ${what} of ${shapeText(shape)} pictures, but received none and know none.`);
    }
    if (list.length !== shape.channels || !list.every((value) => Number.isFinite(value) && value > low)) {
      const kind = low === 0 ? 'finite numbers above 0' : 'finite numbers';
      throw new RangeError(
        `Expected the ${what} to be ${kind}, one for each of ${shape.channels} channels, but received ${list.join(',')}.`,
      );
    }
    return list;
  };
  return { mean: values('mean', -Infinity), deviation: values('deviation', 0), padding: given.padding ?? 'zero' };
}
