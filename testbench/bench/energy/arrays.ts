// SPDX-License-Identifier: Apache-2.0
// Energy of a tap, area and clock of arrays of cells, as rtl/adder_array.v is written, with operands of ResNet-20; for each
// size, each number of cells that an operand reaches in a clock and each number of taps that a cell takes in one.

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

/** What a cell takes: pJ a tap, also as events of the array estimate it, um2 for each tap of a clock, and the MHz that the array allows. */
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
  area: ['a cell, for each tap of a clock', 'um2'],
  clock: ['without wires', 'MHz'],
};

/** What a tap is estimated to take in pJ, by energies an event that were fitted to arrays without blocks. */
function estimate({ cell, shape, accBits }: ArrayGates, operands: ArrayOperands, tapsAClock: number): number {
  const { clockBit, cells: kinds } = readMeasuredTable('osu018');
  const kind = (['adder', 'minimum', 'multiplier'] as const)[cell];
  const counted = { kind, dataBits: 8, accBits, sumBits: accBits };
  const events = countArrayEvents(counted, operands, shape.tapsPerClock);
  const compute = ARRAY_EVENTS.reduce((sum, event) => sum + events[event] * kinds[kind].picojoules[event], 0);
  const cells = shape.rows * shape.columns;
  return compute / events.taps + (arrayRegisterBits(counted, shape) * clockBit) / (cells * tapsAClock);
}

/** What is measured. */
export interface ArrayRequest {
  /** Rows, and as many columns. */
  readonly sizes: readonly number[];
  /** Cells that an operand reaches in a clock; those that the array has not are left out. */
  readonly reaches: readonly number[];
  /** Taps that a cell takes in a clock. */
  readonly taps: readonly number[];
}

/**
 * Figures of square arrays, each beside that of distances and of products with the same reach and taps, and its own with
 * registers at each cell, and with one tap a clock; none without ResNet-20.
 */
export async function arrayFigures(
  technology: Technology,
  model: FloatModel | undefined,
  { sizes, reaches, taps }: ArrayRequest,
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
    const stand = { ...adder, w: adder.floatWeights! };
    const measured = [
      { cell: 0, name: DISTANCES, operands: adder },
      { cell: 1, name: 'minima', operands: adder },
      { cell: 2, name: 'products by the operator, float weights by a scale', operands: stand, once: true },
      { cell: 2, name: PRODUCTS, operands: own },
    ] as const;
    /** What was measured so far, by reach and taps. */
    const all = new Map<string, Map<string, CellTakes>>();
    const shapes = reaches
      .filter((cells) => cells <= size)
      .flatMap((reach) => taps.map((tapsPerClock) => ({ reach, tapsPerClock })));
    for (const { reach, tapsPerClock } of shapes) {
      const taken = new Map<string, CellTakes>();
      all.set(`${reach} ${tapsPerClock}`, taken);
      for (const { cell, name, operands, ...only } of measured) {
        if ('once' in only && tapsPerClock > 1) continue;
        note(`${size}x${size} of ${name}, reach ${reach}, taps ${tapsPerClock}`);
        const gates = await arrayGates(cell, { ...shape, reach, tapsPerClock }, technology);
        for (const most of [undefined, MOST_PINS]) {
          const flat = most === undefined ? gates.counted.flat : buffered(gates.counted.flat, library, most);
          const { total, clock, tapsAClock } = await arrayEnergy(gates, operands, library, gateSimulator, most);
          const each = (joules: number): number => (joules * 1e12) / (size ** 2 * tapsAClock);
          taken.set(`${name}${most === undefined ? '' : BUFFERED}`, {
            energy: each(total),
            byEvents: estimate(gates, operands, tapsAClock),
            withoutClock: each(total - clock),
            area: netlistArea({ ...flat, blocks: [] }) / (size ** 2 * tapsPerClock),
            clock: await cellClock({ ...flat, blocks: [] }, technology.liberty),
          });
        }
      }
      const blocks = reach === 1 ? '' : `, in blocks of ${reach}x${reach}`;
      const several = tapsPerClock === 1 ? '' : `, ${tapsPerClock} taps a clock`;
      for (const [name, takes] of taken) {
        const same = name.endsWith(BUFFERED) ? BUFFERED : '';
        for (const [kind, [what, unit]] of Object.entries(UNITS) as [keyof CellTakes, (typeof UNITS)['energy']][]) {
          const over = (other: CellTakes | undefined): string => (other ? (takes[kind] / other[kind]).toFixed(2) : '-');
          const against = [
            `distances ${over(taken.get(`${DISTANCES}${same}`))}`,
            `products ${over(taken.get(`${PRODUCTS}${same}`))}`,
            `no blocks ${over(all.get(`1 ${tapsPerClock}`)?.get(name))}`,
            ...(tapsPerClock === 1 ? [] : [`one tap a clock ${over(all.get(`${reach} 1`)?.get(name))}`]),
          ];
          figures.push({
            name: `${size}x${size} of ${name}${blocks}${several}, ${what}`,
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
