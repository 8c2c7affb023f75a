// SPDX-License-Identifier: Apache-2.0
// Energy of a tap in arrays of cells, as rtl/adder_array.v is written, with operands of ResNet-20.

import { loadData } from '../../../src/data/index.ts';
import { type FloatModel, readQuantized, shippedWeights } from '../../../src/network/index.ts';
import { gateSimulator } from '../../../src/device/index.ts';
import { netlistArea } from '../../../src/energy/gate/index.ts';
import {
  addingLayers,
  arrayEnergy,
  arrayGates,
  realOperands,
  type Technology,
} from '../../../src/energy/measure/index.ts';
import type { Measured } from '../support/figures.ts';
import { inferredBy } from '../../support/inferred.ts';
import { quantizedResnet20 } from '../support/official.ts';

const SIZES = [4, 8];
const TAPS = 1_000; // of each layer
/** Figures of square arrays; none without ResNet-20. */
export async function arrayFigures(
  technology: Technology,
  model: FloatModel | undefined,
  note: (text: string) => void,
): Promise<Measured[]> {
  if (!model) return [];
  const net = await quantizedResnet20(model);
  const twin = readQuantized(shippedWeights('resnet20-cnn'));
  const figures: Measured[] = [];
  for (const size of SIZES) {
    const images = loadData('cifar10', 'test').images.subarray(0, size * 3072);
    const shape = { rows: size, columns: size };
    const adder = realOperands(net, inferredBy(net, images, size), TAPS, { ...shape, float: model });
    const layers = addingLayers(net);
    const own = realOperands(twin, inferredBy(twin, images, size), TAPS, { ...shape, layers });
    const measured = [
      [0, 'distances', adder],
      [1, 'minima', adder],
      [2, 'products by the operator, float weights by a scale', { ...adder, w: adder.floatWeights! }],
      [2, 'products by the operator, resnet20-cnn', own],
    ] as const;
    let distances: { energy: number; withoutClock: number; area: number } | undefined;
    for (const [cell, name, operands] of measured) {
      note(`${size}x${size} of ${name}`);
      const gates = await arrayGates(cell, size, size, technology);
      const { total, clock } = await arrayEnergy(gates, operands, technology.library, gateSimulator);
      const area = netlistArea(gates.netlist);
      const each = (joules: number): number => (joules * 1e12) / size ** 2;
      const cellTakes = { energy: each(total), withoutClock: each(total - clock), area: area / size ** 2 };
      distances ??= cellTakes;
      const beside = (kind: keyof typeof cellTakes): string =>
        `${size}x${size} of distances: ratio ${(cellTakes[kind] / distances![kind]).toFixed(2)}`;
      figures.push(
        {
          name: `${size}x${size} of ${name}, a tap of ResNet-20`,
          value: cellTakes.energy,
          unit: 'pJ',
          against: beside('energy'),
        },
        {
          name: `${size}x${size} of ${name}, a tap of ResNet-20, without clock pins`,
          value: cellTakes.withoutClock,
          unit: 'pJ',
          against: beside('withoutClock'),
        },
        { name: `${size}x${size} of ${name}, a cell`, value: cellTakes.area, unit: 'um2', against: beside('area') },
      );
    }
  }
  return figures;
}
