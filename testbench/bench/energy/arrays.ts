// SPDX-License-Identifier: Apache-2.0
// Energy of a tap, area and clock of arrays of cells, as rtl/adder_array.v is written, with operands of ResNet-20; for each
// size and each number of cells that an operand reaches in a clock.

import { loadData } from '../../../src/data/index.ts';
import { type FloatModel, readQuantized, shippedWeights } from '../../../src/network/index.ts';
import { gateSimulator } from '../../../src/device/index.ts';
import { buffered, netlistArea } from '../../../src/energy/gate/index.ts';
import {
  ARRAY_EVENTS,
  type ArrayOperands,
  arrayRegisterBits,
  countArrayEvents,
} from '../../../src/energy/array-events.ts';
import { readMeasuredTable } from '../../../src/energy/index.ts';
import {
  addingLayers,
  arrayEnergy,
  type ArrayGates,
  arrayGates,
  realOperands,
  type Technology,
} from '../../../src/energy/measure/index.ts';
import { cellClock } from '../support/cell-clock.ts';
import type { Measured } from '../support/figures.ts';
import { inferredBy } from '../../support/inferred.ts';
import { quantizedResnet20 } from '../support/official.ts';

const TAPS = 1_000; // of each layer

/** Pins on a net, at most, where buffers are put in, and what such arrays are called. */
const [MOST_PINS, BUFFERED] = [16, ', with buffers'];

/** What the others are held against. */
const [DISTANCES, PRODUCTS] = ['distances', 'products by the operator, resnet20-cnn'];

/** What a cell takes: pJ a tap, also as events of the array estimate it, um2, and the MHz that the array allows. */
interface CellTakes {
  readonly energy: number;
  readonly byEvents: number;
  readonly withoutClock: number;
  readonly area: number;
  readonly clock: number;
}

/** The figures of a cell, by what they are called. */
const UNITS: Readonly<Record<keyof CellTakes, readonly [what: string, unit: string]>> = {
  energy: ['a tap of ResNet-20', 'pJ'],
  byEvents: ['a tap of ResNet-20, by events', 'pJ'],
  withoutClock: ['a tap of ResNet-20, without clock pins', 'pJ'],
  area: ['a cell', 'um2'],
  clock: ['without wires', 'MHz'],
};

/** What a tap is estimated to take in pJ, by energies an event that were fitted to arrays without blocks. */
function estimate({ cell, shape, accBits }: ArrayGates, operands: ArrayOperands): number {
  const { clockBit, cells } = readMeasuredTable('osu018');
  const kind = (['adder', 'minimum', 'multiplier'] as const)[cell];
  const counted = { kind, dataBits: 8, accBits, sumBits: accBits };
  const events = countArrayEvents(counted, operands);
  const compute = ARRAY_EVENTS.reduce((sum, event) => sum + events[event] * cells[kind].picojoules[event], 0);
  return compute / events.taps + (arrayRegisterBits(counted, shape) * clockBit) / (shape.rows * shape.columns);
}

/** Figures of square arrays, each beside that of distances and of products with the same reach, and its own with registers at each cell; none without ResNet-20. */
export async function arrayFigures(
  technology: Technology,
  model: FloatModel | undefined,
  { sizes, reaches }: { readonly sizes: readonly number[]; readonly reaches: readonly number[] },
  note: (text: string) => void,
): Promise<Measured[]> {
  if (!model) return [];
  const net = await quantizedResnet20(model);
  const twin = readQuantized(shippedWeights('resnet20-cnn'));
  const { library } = technology;
  const figures: Measured[] = [];
  for (const size of sizes) {
    const images = loadData('cifar10', 'test').images.subarray(0, size * 3072);
    const shape = { rows: size, columns: size };
    const adder = realOperands(net, inferredBy(net, images, size), TAPS, { ...shape, float: model });
    const layers = addingLayers(net);
    const own = realOperands(twin, inferredBy(twin, images, size), TAPS, { ...shape, layers });
    const measured = [
      [0, DISTANCES, adder],
      [1, 'minima', adder],
      [2, 'products by the operator, float weights by a scale', { ...adder, w: adder.floatWeights! }],
      [2, PRODUCTS, own],
    ] as const;
    const alone = new Map<string, CellTakes>();
    for (const reach of reaches.filter((cells) => cells <= size)) {
      const taken = new Map<string, CellTakes>();
      for (const [cell, name, operands] of measured) {
        note(`${size}x${size} of ${name}, reach ${reach}`);
        const gates = await arrayGates(cell, { ...shape, reach }, technology);
        for (const most of [undefined, MOST_PINS]) {
          const flat = most === undefined ? gates.counted.flat : buffered(gates.counted.flat, library, most);
          const { total, clock } = await arrayEnergy(gates, operands, library, gateSimulator, most);
          const each = (joules: number): number => (joules * 1e12) / size ** 2;
          taken.set(`${name}${most === undefined ? '' : BUFFERED}`, {
            energy: each(total),
            byEvents: estimate(gates, operands),
            withoutClock: each(total - clock),
            area: netlistArea({ ...flat, blocks: [] }) / size ** 2,
            clock: await cellClock({ ...flat, blocks: [] }, technology.liberty),
          });
        }
      }
      if (reach === 1) taken.forEach((takes, name) => alone.set(name, takes));
      const blocks = reach === 1 ? '' : `, in blocks of ${reach}x${reach}`;
      for (const [name, takes] of taken) {
        const same = name.endsWith(BUFFERED) ? BUFFERED : '';
        for (const [kind, [what, unit]] of Object.entries(UNITS) as [keyof CellTakes, (typeof UNITS)['energy']][]) {
          const over = (other: CellTakes | undefined): string => (other ? (takes[kind] / other[kind]).toFixed(2) : '-');
          const against = [
            `distances ${over(taken.get(`${DISTANCES}${same}`))}`,
            `products ${over(taken.get(`${PRODUCTS}${same}`))}`,
            `no blocks ${over(alone.get(name))}`,
          ];
          figures.push({
            name: `${size}x${size} of ${name}${blocks}, ${what}`,
            value: takes[kind],
            unit,
            against: `ratio over ${against.join(', ')}`,
          });
        }
      }
    }
  }
  return figures;
}
