// SPDX-License-Identifier: Apache-2.0
// The data set that belongs to a network, and whether one fits.

import { classesOf, type Network, pictureShape, shapeText } from '../network/index.ts';
import type { DataPart, ImageSet } from './image-set.ts';
import { type DataName, loadData } from './load.ts';

const shapes: readonly (readonly [name: DataName, shape: string])[] = [
  ['mnist', '28x28x1'],
  ['cifar10', '32x32x3'],
];

/** The known data set with pictures of a network's shape; undefined where there is none. */
export function dataOfShape(network: Network): DataName | undefined {
  const shape = shapeText(pictureShape(network));
  return shapes.find(([, known]) => known === shape)?.[0];
}

/**
 * The data set that a network is trained and measured on where none is named, by the shape of its pictures.
 * @throws {RangeError} when no known set has such pictures.
 */
export function defaultData(network: Network): DataName {
  const found = dataOfShape(network);
  if (found) return found;
  const expected = shapes.map(([name, known]) => `${known} (${name})`).join(' or ');
  throw new RangeError(
    `Expected a data set to be named (--data) for a network whose pictures are not ${expected}, ` +
      `but received none for ${network.name} with ${shapeText(pictureShape(network))}.`,
  );
}

/**
 * Checks that a network can be used with a data set.
 * @param name what messages call the set
 * @returns the set with as many classes as the network tells apart, which may be more than its labels name
 * @throws {RangeError} when pictures have another shape, or there are more classes than the network tells apart.
 */
export function fitData(set: ImageSet, network: Network, name: string): ImageSet {
  const expected = shapeText(pictureShape(network));
  if (shapeText(set) !== expected) {
    throw new RangeError(
      `Expected data set ${name} to hold pictures of ${expected} for ${network.name}, but received ${shapeText(set)}.`,
    );
  }
  const classes = classesOf(network);
  if (set.classes > classes) {
    throw new RangeError(
      `Expected data set ${name} to have at most ${classes} classes, as ${network.name} tells apart, ` +
        `but received ${set.classes}.`,
    );
  }
  return { ...set, classes };
}

/**
 * Loads one half of the data set for a network and checks that it fits.
 * @param name as for {@link loadData}; undefined for the network's own
 * @throws {Error} as {@link loadData}, {@link defaultData} and {@link fitData} do
 */
export function loadDataFor(network: Network, name: string | undefined, part: DataPart): ImageSet {
  const chosen = name ?? defaultData(network);
  return fitData(loadData(chosen, part), network, chosen);
}
