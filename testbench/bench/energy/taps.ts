// SPDX-License-Identifier: Apache-2.0
// Energy of a tap in one cell, with operands of real networks: the smallest cells of each kind, side by side.

import { loadData, loadMnist } from '../../../src/data/index.ts';
import { type GateEnergy, type Netlist, netlistArea } from '../../../src/energy/gate/index.ts';
import type { ArrayOperands } from '../../../src/energy/array-events.ts';
import { addingLayers, realOperands, type Technology } from '../../../src/energy/measure/index.ts';
import {
  type Codes,
  type FloatModel,
  type QuantizedNetwork,
  readQuantized,
  shippedWeights,
} from '../../../src/network/index.ts';
import { pixelCodes } from '../../../src/quantize/index.ts';
import { TRIED_CELLS, type TriedCell } from '../../support/tried-cells.ts';
import type { Measured } from '../support/figures.ts';
import { inferredBy } from '../../support/inferred.ts';
import { quantizedResnet20 } from '../support/official.ts';
import { tapEnergy } from '../../support/tap-energy.ts';
import { cellNetlist } from './cells.ts';

/** How many of the smallest cells of each kind are measured; at 8 bits those with gated clocks, too. */
const SMALLEST = 2;
const WIDTHS = [8, 6, 4];

const TAPS = 8_000; // of each layer

/** Taps of one network that adds, and what a multiplier may take in their place. */
interface Stream {
  readonly name: string;
  readonly operands: ArrayOperands;
  readonly multiplied: readonly (readonly [what: string, operands: ArrayOperands])[];
}

interface Gates {
  readonly cell: TriedCell;
  readonly netlist: Netlist;
}

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly energy: GateEnergy;
}

/** Float models of ResNet-20 where they are at hand: the official one, and of its twin one that `berus train` made. */
export interface FloatModels {
  readonly official?: FloatModel | undefined;
  readonly twin?: FloatModel | undefined;
}

/**
 * Taps of a network, and of its twin those of the same places.
 * @param count images, whose codes are the same for both
 */
function streamOf(
  name: string,
  net: QuantizedNetwork,
  twin: QuantizedNetwork | undefined,
  images: Codes,
  count: number,
  taps: number,
  float?: FloatModel,
): Stream {
  const operands = realOperands(net, inferredBy(net, images, count), taps, { float });
  const { x, w, first, floatWeights } = operands;
  const recentred = w.map((codes) => codes.map((code) => code ^ (2 ** (net.bits - 1))));
  const multiplied: [string, ArrayOperands][] = [['weights recentred', { x, w: recentred, first }]];
  if (floatWeights) multiplied.push(['float weights by a scale', { x, w: floatWeights, first }]);
  if (twin) {
    const layers = addingLayers(net);
    multiplied.push([twin.network.name, realOperands(twin, inferredBy(twin, images, count), taps, { layers })]);
  }
  return { name, operands, multiplied };
}

/** Share of taps for which something holds, over all cells. */
function share({ x, w }: ArrayOperands, holds: (x: number, w: number) => boolean): number {
  let sum = 0;
  for (const row of x) for (const column of w) row.forEach((code, i) => (sum += Number(holds(code, column[i]!))));
  return sum / (x.length * w.length * x[0]!.length);
}

/** Real operands of so many bits: of LeNet-5 as it is shipped, and of ResNet-20 where the official one is at hand. */
async function streams(dataBits: number, { official, twin }: FloatModels): Promise<Stream[]> {
  const found: Stream[] = [];
  if (dataBits === 8) {
    const [net, cnn] = ['lenet5', 'lenet5-cnn'].map((name) => readQuantized(shippedWeights(name)));
    found.push(streamOf('LeNet-5', net!, cnn, loadMnist('test').images.subarray(0, 2 * 784), 2, 4 * TAPS));
  }
  if (official) {
    const net = await quantizedResnet20(official, dataBits);
    const cnn =
      dataBits === 8
        ? readQuantized(shippedWeights('resnet20-cnn'))
        : twin && (await quantizedResnet20(twin, dataBits));
    const images = pixelCodes(loadData('cifar10', 'test').images.subarray(0, 2 * 3072), net.imageBits);
    found.push(streamOf('ResNet-20', net, cnn, images, 2, TAPS, official));
  }
  return found;
}

/** The smallest cells of each kind whose registers are always clocked, and at 8 bits those whose are not. */
async function smallest(dataBits: number, technology: Technology): Promise<Gates[]> {
  const all: Gates[] = [];
  for (const cell of TRIED_CELLS) all.push({ cell, netlist: await cellNetlist(cell, dataBits, technology) });
  const area = ({ netlist }: Gates): number => netlistArea(netlist);
  const clocked = ['distance', 'minimum', 'multiply'].flatMap((kind) =>
    all
      .filter(({ cell }) => cell.kind === kind && cell.gated !== true)
      .toSorted((a, b) => area(a) - area(b))
      .slice(0, SMALLEST),
  );
  return dataBits === 8 ? [...clocked, ...all.filter(({ cell }) => cell.gated === true)] : clocked;
}

function figuresOf(rows: readonly Row[], dataBits: number, { name, operands, multiplied }: Stream): Measured[] {
  const kinds = [
    'distance',
    ...['', 'gated '].flatMap((gated) => multiplied.map(([what]) => `${gated}multiply, ${what}`)),
  ];
  const best = kinds.flatMap((kind) =>
    rows
      .filter((row) => row.kind === kind)
      .toSorted((a, b) => a.energy.total - b.energy.total)
      .slice(0, 1),
  );
  const ratios = (own: GateEnergy, of: (energy: GateEnergy) => number): string =>
    best.map((to) => `${to.name}: ratio ${(of(own) / of(to.energy)).toFixed(2)}`).join('; ');
  const zeros = (of: string, taps: ArrayOperands): Measured[] =>
    (
      [
        ['x = 0', (x: number) => x === 0],
        ['w = 0', (_: number, w: number) => w === 0],
        ['x = 0 or w = 0', (x: number, w: number) => x === 0 || w === 0],
      ] as const
    ).map(([what, holds]) => ({
      name: `taps with ${what}, ${of}, ${dataBits} bits`,
      value: 100 * share(taps, holds),
      unit: '%',
      against: `${taps.first.length} taps`,
    }));
  return [
    ...zeros(name, operands),
    ...multiplied.flatMap(([what, taps]) => (taps.x === operands.x ? [] : zeros(what, taps))),
    ...rows.flatMap(({ name: cell, energy }): Measured[] => [
      {
        name: `${cell}, ${dataBits} bits, a tap of ${name}`,
        value: energy.total * 1e12,
        unit: 'pJ',
        against: ratios(energy, ({ total }) => total),
      },
      {
        name: `${cell}, ${dataBits} bits, a tap of ${name}, without clock pins`,
        value: (energy.total - energy.clock) * 1e12,
        unit: 'pJ',
        against: ratios(energy, ({ total, clock }) => total - clock),
      },
    ]),
  ];
}

/** Figures of the smallest cells with each network's operands. */
export async function tapFigures(
  technology: Technology,
  models: FloatModels,
  note: (text: string) => void,
): Promise<Measured[]> {
  const figures: Measured[] = [];
  for (const dataBits of WIDTHS) {
    const found = await streams(dataBits, models);
    if (found.length === 0) continue;
    const cells = await smallest(dataBits, technology);
    for (const stream of found) {
      const rows: Row[] = [];
      for (const { cell, netlist } of cells) {
        note(`${cell.module}, ${dataBits} bits, operands of ${stream.name}`);
        const all = cell.kind === 'multiply' ? stream.multiplied : [['', stream.operands] as const];
        for (const [what, { x, w, first }] of all) {
          const taps = { x: x[0]!, w: w[0]!, first };
          const energy = await tapEnergy(cell, dataBits, netlist, technology.library, taps);
          const suffix = what === '' ? '' : `, ${what}`;
          rows.push({
            name: `${cell.module}${suffix}`,
            kind: `${cell.gated === true ? 'gated ' : ''}${cell.kind}${suffix}`,
            energy,
          });
        }
      }
      figures.push(...figuresOf(rows, dataBits, stream));
    }
  }
  return figures;
}
