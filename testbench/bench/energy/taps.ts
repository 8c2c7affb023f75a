// SPDX-License-Identifier: Apache-2.0
// Energy of a tap in one cell, with operands of real networks: the smallest cells of each kind, side by side.

import { loadData, loadMnist } from '../../../src/data/index.ts';
import { type GateEnergy, type Netlist, netlistArea } from '../../../src/energy/gate/index.ts';
import { type Operands, realOperands, type Technology } from '../../../src/energy/measure/index.ts';
import { type FloatModel, readQuantized, shippedWeights } from '../../../src/network/index.ts';
import { pixelCodes } from '../../../src/quantize/index.ts';
import { TRIED_CELLS, type TriedCell } from '../../support/tried-cells.ts';
import type { Measured } from '../support/figures.ts';
import { inferredBy } from '../../support/inferred.ts';
import { quantizedResnet20 } from '../support/official.ts';
import { tapEnergy } from '../../support/tap-energy.ts';
import { cellNetlist } from './cells.ts';

/** Widths, and how many of the smallest cells of each kind are measured at them; at 8 bits those with gated clocks, too. */
const WIDTHS = [
  [8, 2],
  [6, 1],
  [4, 1],
] as const;

const TAPS = 8_000; // of each layer

/** Taps of one network, and what a multiplier may take for their weights. */
interface Stream {
  readonly name: string;
  readonly operands: Operands;
  readonly signed: readonly (readonly [name: string, w: Uint8Array])[];
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

function streamOf(name: string, operands: Operands, dataBits: number): Stream {
  const recentred = operands.w[0]!.map((code) => code ^ (2 ** (dataBits - 1)));
  const signed: [string, Uint8Array][] = [['weights recentred', recentred]];
  if (operands.floatWeights) signed.push(['float weights by a scale', operands.floatWeights[0]!]);
  return { name, operands, signed };
}

/** Share of taps for which something holds, over all cells. */
function share({ x, w }: Operands, holds: (x: number, w: number) => boolean): number {
  let sum = 0;
  for (const row of x) for (const column of w) row.forEach((code, i) => (sum += Number(holds(code, column[i]!))));
  return sum / (x.length * w.length * x[0]!.length);
}

/** Real operands of so many bits: of LeNet-5 as it is shipped, and of the official ResNet-20 where it is at hand. */
async function streams(dataBits: number, model: FloatModel | undefined): Promise<Stream[]> {
  const found: Stream[] = [];
  if (dataBits === 8) {
    const net = readQuantized(shippedWeights('lenet5'));
    const images = loadMnist('test').images.subarray(0, 2 * 784);
    found.push(streamOf('LeNet-5', realOperands(net, inferredBy(net, images, 2), 4 * TAPS), dataBits));
  }
  if (model) {
    const net = await quantizedResnet20(model, dataBits);
    const images = pixelCodes(loadData('cifar10', 'test').images.subarray(0, 2 * 3072), net.imageBits);
    found.push(streamOf('ResNet-20', realOperands(net, inferredBy(net, images, 2), TAPS, { float: model }), dataBits));
  }
  return found;
}

/** The smallest cells of each kind whose registers are always clocked, and at 8 bits those whose are not. */
async function smallest(dataBits: number, count: number, technology: Technology): Promise<Gates[]> {
  const all: Gates[] = [];
  for (const cell of TRIED_CELLS) all.push({ cell, netlist: await cellNetlist(cell, dataBits, technology) });
  const area = ({ netlist }: Gates): number => netlistArea(netlist);
  const clocked = ['distance', 'minimum', 'multiply'].flatMap((kind) =>
    all
      .filter(({ cell }) => cell.kind === kind && cell.gated !== true)
      .toSorted((a, b) => area(a) - area(b))
      .slice(0, count),
  );
  return dataBits === 8 ? [...clocked, ...all.filter(({ cell }) => cell.gated === true)] : clocked;
}

function figuresOf(rows: readonly Row[], dataBits: number, { name, operands, signed }: Stream): Measured[] {
  const kinds = ['distance', ...['', 'gated '].flatMap((gated) => signed.map(([what]) => `${gated}multiply, ${what}`))];
  const best = kinds.flatMap((kind) =>
    rows
      .filter((row) => row.kind === kind)
      .toSorted((a, b) => a.energy.total - b.energy.total)
      .slice(0, 1),
  );
  const ratios = (own: GateEnergy, of: (energy: GateEnergy) => number): string =>
    best.map((to) => `${to.name}: ratio ${(of(own) / of(to.energy)).toFixed(2)}`).join('; ');
  const zero = (what: string, holds: (x: number, w: number) => boolean): Measured => ({
    name: `taps with ${what}, ${name}, ${dataBits} bits`,
    value: 100 * share(operands, holds),
    unit: '%',
    against: `${operands.first.length} taps`,
  });
  return [
    zero('x = 0', (x) => x === 0),
    zero('w = 0', (_, w) => w === 0),
    zero('min(x, w) = 0', (x, w) => Math.min(x, w) === 0),
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
  model: FloatModel | undefined,
  note: (text: string) => void,
): Promise<Measured[]> {
  const figures: Measured[] = [];
  for (const [dataBits, count] of WIDTHS) {
    const found = await streams(dataBits, model);
    if (found.length === 0) continue;
    const cells = await smallest(dataBits, count, technology);
    for (const stream of found) {
      const { operands, signed } = stream;
      const rows: Row[] = [];
      for (const { cell, netlist } of cells) {
        note(`${cell.module}, ${dataBits} bits, operands of ${stream.name}`);
        for (const [what, w] of cell.kind === 'multiply' ? signed : [['', operands.w[0]!] as const]) {
          const taps = { x: operands.x[0]!, w, first: operands.first };
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
