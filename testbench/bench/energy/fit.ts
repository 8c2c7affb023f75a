// SPDX-License-Identifier: Apache-2.0
// Energy an event, fitted to gates: each adder layer of LeNet-5 and of ResNet-20 streams through arrays of two sizes as
// gates, every second layer with some images to fit and the others with other images to check. What is found is a table
// for `berus energy --table`.

import { loadData, loadMnist } from '../../../src/data/index.ts';
import {
  ARRAY_EVENTS,
  arrayRegisterBits,
  type ArrayEvents,
  countArrayEvents,
  eachEvent,
} from '../../../src/energy/array-events.ts';
import type { Cell } from '../../../src/energy/operation.ts';
import type { MeasuredCell } from '../../../src/energy/table.ts';
import {
  type Codes,
  type FloatModel,
  type QuantizedNetwork,
  readQuantized,
  shippedWeights,
  writeWhole,
} from '../../../src/network/index.ts';
import { inferReference } from '../../../src/reference/index.ts';
import { pixelCodes } from '../../../src/quantize/index.ts';
import { type ArrayCell, arrayEnergy, arrayGates } from '../support/array-energy.ts';
import type { Measured } from '../support/figures.ts';
import { leastSquares } from '../support/least-squares.ts';
import { quantizedResnet20 } from '../support/official.ts';
import { realOperands } from '../support/operands.ts';
import type { Technology } from './cells.ts';
import { measuredTable } from './measured-table.ts';

const IMAGES = 8; // to fit, and as many to check
const TAPS = 500; // of each layer, at least: a run of pixels of one filter
const KINDS = ['adder', 'minimum', 'multiplier'] as const;

/** Images of a part, and what every layer gives for them. */
interface Part {
  readonly images: Codes;
  readonly maps: readonly Codes[];
}

/** A network, with images to fit and others to check. */
interface Source {
  readonly name: string;
  readonly net: QuantizedNetwork;
  readonly fit: Part;
  readonly check: Part;
  readonly float?: FloatModel;
}

/** A layer in an array of gates. */
interface Sample {
  readonly held: boolean;
  readonly size: number;
  readonly layer: string;
  readonly events: ArrayEvents;
  readonly clocks: number;
  readonly registerBits: number;
  /** Joules of all clocks. */
  readonly clock: number;
  readonly rest: number;
}

function sourceOf(name: string, net: QuantizedNetwork, images: Codes, float?: FloatModel): Source {
  const size = images.length / (2 * IMAGES);
  const part = (from: number): Part => {
    const own = images.subarray(from * size, (from + IMAGES) * size);
    return { images: own, maps: inferReference(net, own, IMAGES).maps };
  };
  return { name, net, fit: part(0), check: part(IMAGES), ...(float ? { float } : {}) };
}

async function sources(model: FloatModel | undefined): Promise<Source[]> {
  const lenet = readQuantized(shippedWeights('lenet5'));
  const found = [sourceOf('LeNet-5', lenet, loadMnist('test').images.subarray(0, 2 * IMAGES * 784))];
  if (model) {
    const net = await quantizedResnet20(model);
    const images = pixelCodes(loadData('cifar10', 'test').images.subarray(0, 2 * IMAGES * 3072), net.imageBits);
    found.push(sourceOf('ResNet-20', net, images, model));
  }
  return found;
}

/** Every layer of the networks in an array of gates. */
async function samplesOf(
  cell: ArrayCell,
  size: number,
  technology: Technology,
  networks: readonly Source[],
): Promise<Sample[]> {
  const gates = await arrayGates(cell, size, size, technology);
  const counted: Cell = { kind: KINDS[cell], dataBits: 8, accBits: gates.accBits, sumBits: gates.accBits };
  const registerBits = arrayRegisterBits(counted, size, size);
  const samples: Sample[] = [];
  for (const { name, net, fit, check, float } of networks) {
    let turn = 0;
    for (const [index, { layer }] of net.layers.entries()) {
      if (layer.cell !== 'adder' || layer.groups !== 1 || layer.filters < size) continue;
      const held = turn++ % 2 === 1;
      const { images, maps } = held ? check : fit;
      const taken = realOperands(net, images, IMAGES, TAPS, { rows: size, columns: size, float, only: index, maps });
      // Without float weights a multiplier takes the adder's codes, recentred.
      const products = taken.floatWeights ?? taken.w.map((codes) => codes.map((code) => code ^ 128));
      const operands = { ...taken, w: cell === 2 ? products : taken.w };
      const { total, clock, clocks } = await arrayEnergy(gates, operands, technology.library);
      samples.push({
        held,
        size,
        layer: `${layer.name} of ${name}`,
        events: countArrayEvents(counted, operands),
        clocks,
        registerBits,
        clock: clock * clocks,
        rest: (total - clock) * clocks,
      });
    }
  }
  return samples;
}

/** Energies an event in joules; relative errors of layers weigh alike. */
function fitted(samples: readonly Sample[]): ArrayEvents {
  const rows = samples.map(({ events, rest }) => ARRAY_EVENTS.map((event) => events[event] / rest));
  const found = leastSquares(
    rows.map((row) => row.map((value) => value * 1e-12)),
    samples.map(() => 1),
  );
  return eachEvent((event) => found[ARRAY_EVENTS.indexOf(event)]! * 1e-12);
}

function estimate({ events, clocks, registerBits }: Sample, energies: ArrayEvents, clockBit: number): number {
  return ARRAY_EVENTS.reduce(
    (total, event) => total + events[event] * energies[event],
    clocks * registerBits * clockBit,
  );
}

function sum(samples: readonly Sample[], of: (sample: Sample) => number): number {
  return samples.reduce((total, sample) => total + of(sample), 0);
}

/** How far estimates are off, as figures. */
function errorFigures(
  kind: string,
  samples: readonly Sample[],
  of: (sample: Sample) => number,
  note: (text: string) => void,
): Measured[] {
  return [...new Set(samples.map(({ size }) => size))].flatMap((size) => {
    const held = samples.filter((sample) => sample.held && sample.size === size);
    const measured = (sample: Sample): number => sample.clock + sample.rest;
    const off = (sample: Sample): number => 100 * (of(sample) / measured(sample) - 1);
    for (const sample of held) note(`${kind}, ${size}x${size}, ${sample.layer}: ${off(sample).toFixed(1)} %`);
    const worst = held.toSorted((a, b) => Math.abs(off(b)) - Math.abs(off(a)))[0]!;
    const withoutClock = Math.max(
      ...held.map((sample) => Math.abs((of(sample) - sample.clock) / sample.rest - 1) * 100),
    );
    return [
      {
        name: `${kind}, ${size}x${size}: estimate against gates, ${held.length} layers not fitted`,
        value: 100 * (sum(held, of) / sum(held, measured) - 1),
        unit: '%',
        against: 'at most 5',
      },
      {
        name: `${kind}, ${size}x${size}: the layer farthest off, ${worst.layer}`,
        value: off(worst),
        unit: '%',
        against: `at most 10; without clock pins ${withoutClock.toFixed(1)} at most`,
      },
    ];
  });
}

/** Fits arrays of some sizes, checks, and writes the table as JSON to a path if there is one. */
export async function fitFigures(
  technology: Technology,
  model: FloatModel | undefined,
  { sizes, out }: { readonly sizes: readonly number[]; readonly out: string | undefined },
  note: (text: string) => void,
): Promise<Measured[]> {
  const networks = await sources(model);
  const figures: Measured[] = [];
  const cells: Record<string, MeasuredCell> = {};
  let clockBit = 0;
  note(`arrays of ${sizes.map((size) => `${size}x${size}`).join(' and ')} cells of each kind, all at once`);
  const all = await Promise.all(
    KINDS.map((_, cell) => Promise.all(sizes.map((size) => samplesOf(cell as ArrayCell, size, technology, networks)))),
  );
  for (const [cell, kind] of KINDS.entries()) {
    const samples = all[cell]!.flat();
    clockBit = sum(samples, ({ clock }) => clock) / sum(samples, ({ registerBits, clocks }) => registerBits * clocks);
    const energies = fitted(samples.filter(({ held }) => !held));
    figures.push(...errorFigures(kind, samples, (sample) => estimate(sample, energies, clockBit), note));
    const taps = sum(samples, ({ events }) => events.taps);
    cells[kind] = {
      picojoules: eachEvent((event) => energies[event] * 1e12),
      perTap: eachEvent((event) => sum(samples, ({ events }) => events[event]) / taps),
    };
  }
  const table = measuredTable(
    technology.library,
    clockBit * 1e12,
    cells,
    networks.map(({ name }) => name),
  );
  if (out !== undefined) writeWhole(out, `${JSON.stringify(table, null, 2)}\n`);
  return figures;
}
