// SPDX-License-Identifier: Apache-2.0
// Taps taken of an inference: each tile of them is a sum that the reference makes, and networks of the same layers give
// taps of the same places.

import { describe, expect, it } from 'vitest';
import { loadMnist } from '../../src/data/index.ts';
import { addingLayers, type Operands, realOperands } from '../../src/energy/measure/index.ts';
import { type QuantizedNetwork, readQuantized, shippedWeights } from '../../src/network/index.ts';
import { layerSums } from '../../src/reference/index.ts';
import { inferredBy } from '../support/inferred.ts';

const COUNT = 2;
const images = loadMnist('test').images.subarray(0, COUNT * 784);
const [adder, twin] = ['lenet5', 'lenet5-cnn'].map((name) => readQuantized(shippedWeights(name))) as [
  QuantizedNetwork,
  QuantizedNetwork,
];

/** Sums of the tiles of a cell. */
function tileSums({ x, w, first }: Operands, row: number, column: number, multiplies: boolean): number[] {
  const sums: number[] = [];
  first.forEach((isFirst, tap) => {
    const [code, weight] = [x[row]![tap]!, w[column]![tap]!];
    const added = multiplies ? code * ((weight << 24) >> 24) : Math.abs(code - weight);
    if (isFirst === 1) sums.push(added);
    else sums[sums.length - 1]! += added;
  });
  return sums;
}

describe.each([
  ['lenet5', adder, false],
  ['lenet5-cnn', twin, true],
] as const)('taps of %s', (_, net, multiplies) => {
  it('should sum to what the reference does, in every cell of a grid', () => {
    const inferred = inferredBy(net, images, COUNT);
    const taken = realOperands(net, inferred, 500, { rows: 2, columns: 3, layers: [1] });
    const inputs = inferred.maps[0]!;
    const size = inputs.length / COUNT;
    const sums = [0, 1].map((image) => layerSums(net.layers[1]!, inputs.subarray(image * size, (image + 1) * size)));
    for (const row of [0, 1]) {
      for (const column of [0, 1, 2]) {
        const tiles = tileSums(taken, row, column, multiplies);
        expect(tiles.length).toBeGreaterThanOrEqual(4);
        expect(tiles.filter((sum) => !sums[row]!.includes(sum))).toEqual([]);
      }
    }
  });
});

it('layers should be those that add unless others are named', () => {
  expect(addingLayers(adder)).toEqual([0, 1, 2, 3, 4]);
  expect(addingLayers(twin)).toEqual([]);
  expect(realOperands(twin, inferredBy(twin, images, COUNT), 100).first).toHaveLength(0);
});

it('taps of a network and its twin should be of the same places', () => {
  const take = (net: QuantizedNetwork): Operands =>
    realOperands(net, inferredBy(net, images, COUNT), 300, { layers: addingLayers(adder) });
  const [one, other] = [take(adder), take(twin)];
  expect(other.first).toEqual(one.first);
  // Both read the same pictures first.
  expect(other.x[0]!.subarray(0, 300)).toEqual(one.x[0]!.subarray(0, 300));
  expect(other.w[0]).not.toEqual(one.w[0]);
});
