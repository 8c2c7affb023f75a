// SPDX-License-Identifier: Apache-2.0
// Energy of a tap in arrays of cells, as rtl/adder_array.v is written, with operands of ResNet-20.

import { loadData } from '../../../src/data/index.ts';
import type { FloatModel } from '../../../src/network/index.ts';
import { gateSimulator } from '../../../src/device/index.ts';
import { netlistArea } from '../../../src/energy/gate/index.ts';
import { arrayEnergy, arrayGates, realOperands, type Technology } from '../../../src/energy/measure/index.ts';
import type { Measured } from '../support/figures.ts';
import { inferredBy } from '../../support/inferred.ts';
import { quantizedResnet20 } from '../support/official.ts';

const SIZES = [4, 8];
const TAPS = 1_000; // of each layer
const CELLS = [
  [0, 'distances'],
  [1, 'minima'],
  [2, 'products by the operator, float weights by a scale'],
] as const;

/** Figures of square arrays; none without ResNet-20. */
export async function arrayFigures(
  technology: Technology,
  model: FloatModel | undefined,
  note: (text: string) => void,
): Promise<Measured[]> {
  if (!model) return [];
  const net = await quantizedResnet20(model);
  const figures: Measured[] = [];
  for (const size of SIZES) {
    const images = loadData('cifar10', 'test').images.subarray(0, size * 3072);
    const operands = realOperands(net, inferredBy(net, images, size), TAPS, {
      rows: size,
      columns: size,
      float: model,
    });
    let distances: { energy: number; withoutClock: number; area: number } | undefined;
    for (const [cell, name] of CELLS) {
      note(`${size}x${size} of ${name}`);
      const w = cell === 2 ? operands.floatWeights! : operands.w;
      const gates = await arrayGates(cell, size, size, technology);
      const { total, clock } = await arrayEnergy(gates, { ...operands, w }, technology.library, gateSimulator);
      const area = netlistArea(gates.netlist);
      const each = (joules: number): number => (joules * 1e12) / size ** 2;
      const own = { energy: each(total), withoutClock: each(total - clock), area: area / size ** 2 };
      distances ??= own;
      const beside = (kind: keyof typeof own): string =>
        `${size}x${size} of distances: ratio ${(own[kind] / distances![kind]).toFixed(2)}`;
      figures.push(
        {
          name: `${size}x${size} of ${name}, a tap of ResNet-20`,
          value: own.energy,
          unit: 'pJ',
          against: beside('energy'),
        },
        {
          name: `${size}x${size} of ${name}, a tap of ResNet-20, without clock pins`,
          value: own.withoutClock,
          unit: 'pJ',
          against: beside('withoutClock'),
        },
        { name: `${size}x${size} of ${name}, a cell`, value: own.area, unit: 'um2', against: beside('area') },
      );
    }
  }
  return figures;
}
