// SPDX-License-Identifier: Apache-2.0
// Taps taken of an inference: each tile of them is a sum that the reference makes, and networks of the same layers give
// taps of the same places.

import { describe, expect, it } from 'vitest';
import { addingLayers, type Operands, realOperands } from '../../src/energy/measure/index.ts';
import { type QuantizedNetwork, readQuantized, shippedWeights } from '../../src/network/index.ts';
import { layerSums } from '../../src/reference/index.ts';
import { inferredBy } from '../support/inferred.ts';

const COUNT = 2;
// Noise, as the border of a digit is as black as what is around it.
const images = Uint8Array.from({ length: COUNT * 784 }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24);
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
  // The first layer pads its map, the second one has many channels.
  it.each([0, 1])(
    'should sum to what the reference does in layer %i, a row an image and a column a filter',
    (layer) => {
      const inferred = inferredBy(net, images, COUNT);
      const [rows, columns] = [2, 3];
      const taken = realOperands(net, inferred, 5_000, { rows, columns, layers: [layer] });
      const inputs = layer === 0 ? images : inferred.maps[layer - 1]!;
      const size = inputs.length / COUNT;
      const sums = Array.from({ length: rows }, (_row, image) =>
        layerSums(net.layers[layer]!, inputs.subarray(image * size, (image + 1) * size)),
      );
      const tiles = sums.map((_sums, row) =>
        Array.from({ length: columns }, (_column, column) => tileSums(taken, row, column, multiplies)),
      );
      const count = tiles[0]![0]!.length;
      expect(count).toBeGreaterThanOrEqual(4);
      for (let tile = 0; tile < count; tile++) {
        const place = sums[0]!.findIndex((_sum, at) =>
          tiles.every((row, image) => row.every((cell, column) => cell[tile] === sums[image]![at + column])),
        );
        expect(place, `tile ${tile}`).toBeGreaterThanOrEqual(0);
      }
    },
  );
});

it('layers should be those that add unless others are named', () => {
  expect(addingLayers(adder)).toEqual([0, 1, 2, 3, 4]);
  expect(addingLayers(twin)).toEqual([]);
  expect(realOperands(twin, inferredBy(twin, images, COUNT), 100).first).toHaveLength(0);
});

it('signed weights should be of as many bits as codes are', () => {
  const few = { ...twin, bits: 4 };
  const { w } = realOperands(few, inferredBy(twin, images, COUNT), 2_000, { layers: [1] });
  const full = realOperands(twin, inferredBy(twin, images, COUNT), 2_000, { layers: [1] });
  expect(w[0]).toEqual(full.w[0]!.map((code) => code & 15));
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
