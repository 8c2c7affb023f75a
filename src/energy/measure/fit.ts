// SPDX-License-Identifier: Apache-2.0
// Energy an event, fitted to gates: adder layers of networks stream through square arrays as gates, every second layer
// with some images to fit and the others with other images to check. What is found is a table of measured energies.

import type { Codes, FloatModel, QuantizedNetwork } from '../../network/index.ts';
import {
  ARRAY_EVENTS,
  arrayRegisterBits,
  type ArrayEvents,
  type ArrayTaps,
  countArrayEvents,
  eachEvent,
} from '../array-events.ts';
import { type GateSimulator, LibertyError, requireBuffer } from '../gate/index.ts';
import type { Cell } from '../operation.ts';
import { type ArrayCell, arrayEnergy, arrayGates, type Technology } from './array-energy.ts';
import type { Folding } from './fold-energy.ts';
import { leastSquares } from './least-squares.ts';
import { type Inferred, realOperands } from './operands.ts';

/** Taps of each layer, at least: runs of pixels of some filters. */
const TAPS = 500;

const KINDS = ['adder', 'minimum', 'multiplier'] as const;

/** What the cells of a kind add up, in the plural. */
const SUMS = ['distances', 'minima', 'products'] as const;

/** Images to fit, and as many others to check. */
export const FIT_IMAGES = 8;

/** Pins that a net of cells in blocks drives, at most; what hangs on a register more is behind buffers. */
export const MOST_PINS = 16;

/** A network, with images of which every layer gives operands. */
export interface FitSource {
  readonly name: string;
  readonly net: QuantizedNetwork;
  /** Codes of twice {@link FIT_IMAGES} pictures. */
  readonly images: Codes;
  /** Bits of the sums that its lane folds. */
  readonly sumBits: number;
  /** Weights that multipliers take. @defaultValue the codes, recentred */
  readonly float?: FloatModel;
}

/** What is measured, in blocks and with taps a clock as said. */
export interface FitRequest extends Technology, ArrayTaps {
  readonly sources: readonly FitSource[];
  /** Rows and columns of the arrays; up to {@link FIT_IMAGES}. */
  readonly sizes: readonly number[];
  /** What every layer of a network gives for images. */
  readonly infer: (net: QuantizedNetwork, images: Codes, count: number) => readonly Codes[];
  /** How sums of a layer are made and folded. */
  readonly folding: Folding;
  readonly simulator: GateSimulator;
  /** Told what was done, with seconds since the start. */
  readonly onProgress: (text: string) => void;
}

/** A layer that was not fitted: energies in joules of all its clocks. */
export interface LayerCheck {
  readonly kind: Cell['kind'];
  readonly size: number;
  readonly layer: string;
  /** By the gates: all of it, and of that clock pins of registers. */
  readonly measured: number;
  readonly clock: number;
  /** By its events. */
  readonly estimated: number;
}

/** What was found; energies in joules. */
export interface Fit {
  /** A register bit being clocked. */
  readonly clockBit: number;
  readonly cells: Readonly<Record<Cell['kind'], { readonly energies: ArrayEvents; readonly perTap: ArrayEvents }>>;
  readonly checks: readonly LayerCheck[];
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

/** A source whose images went through its layers. */
interface Inference extends FitSource {
  readonly fit: Inferred;
  readonly check: Inferred;
}

function inferred(source: FitSource, infer: FitRequest['infer']): Inference {
  const { net, images } = source;
  const size = images.length / (2 * FIT_IMAGES);
  const part = (from: number): Inferred => {
    const own = images.subarray(from * size, (from + FIT_IMAGES) * size);
    return { images: own, count: FIT_IMAGES, maps: infer(net, own, FIT_IMAGES) };
  };
  return { ...source, fit: part(0), check: part(FIT_IMAGES) };
}

/** Every layer of the networks in an array of gates. */
async function samplesOf(
  cell: ArrayCell,
  size: number,
  { library, liberty, simulator, reach = 1, tapsPerClock = 1 }: FitRequest,
  sources: readonly Inference[],
  done: Done,
): Promise<Sample[]> {
  const shape = { rows: size, columns: size, reach: Math.min(reach, size), tapsPerClock };
  const what = `${size}x${size} cells of ${SUMS[cell]}`;
  const most = reach > 1 ? MOST_PINS : undefined;
  const gates = await arrayGates(cell, shape, { liberty, library });
  done(`${what}: synthesized`);
  const counted: Cell = { kind: KINDS[cell], dataBits: 8, accBits: gates.accBits, sumBits: gates.accBits };
  const registerBits = arrayRegisterBits(counted, shape);
  const samples: Sample[] = [];
  for (const { name, net, fit, check, float } of sources) {
    let turn = 0;
    for (const [index, { layer }] of net.layers.entries()) {
      if (layer.cell !== 'adder' || layer.groups !== 1 || layer.filters < size) continue;
      const held = turn++ % 2 === 1;
      const taken = realOperands(net, held ? check : fit, TAPS, { ...shape, float, layers: [index] });
      // Without float weights a multiplier takes the adder's codes, recentred.
      const products = taken.floatWeights ?? taken.w.map((codes) => codes.map((code) => code ^ 128));
      const operands = { ...taken, w: cell === 2 ? products : taken.w };
      const { total, clock, clocks } = await arrayEnergy(gates, operands, library, simulator, most);
      samples.push({
        held,
        size,
        layer: `${layer.name} of ${name}`,
        events: countArrayEvents(counted, operands, tapsPerClock),
        clocks,
        registerBits,
        clock: clock * clocks,
        rest: (total - clock) * clocks,
      });
    }
  }
  done(`${what}: ${samples.length} layers simulated`);
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

/** Says what was done of so many steps, and the seconds that have gone by. */
type Done = (text: string) => void;

function counter({ onProgress, library }: FitRequest, steps: number): Done {
  const start = performance.now();
  let step = 0;
  return (text) => {
    const seconds = Math.round((performance.now() - start) / 1000);
    onProgress(`measuring ${library.name}, ${++step} of ${steps}, ${seconds} s: ${text}`);
  };
}

/**
 * Fits arrays of some sizes.
 * @throws {LibertyError} when no layer of the networks can be measured, or the library is not good enough, which in blocks
 * takes a buffer
 */
export async function fitArrays(request: FitRequest): Promise<Fit> {
  const { sources, sizes, library, reach = 1 } = request;
  const smallest = Math.min(...sizes);
  const fits = sources.some(({ net }) =>
    net.layers.some(({ layer }) => layer.cell === 'adder' && layer.groups === 1 && layer.filters >= smallest),
  );
  if (!fits) {
    const names = sources.map(({ name }) => name).join(' and ');
    throw new LibertyError(
      `Expected ${names} to have a layer that adds, in one group and of at least ${smallest} filters, but received none.`,
    );
  }
  if (reach > 1) requireBuffer(library);
  const done = counter(request, 2 * KINDS.length * sizes.length);
  const inferences = sources.map((source) => inferred(source, request.infer));
  const all = await Promise.all(
    KINDS.map((_, cell) =>
      Promise.all(sizes.map((size) => samplesOf(cell as ArrayCell, size, request, inferences, done))),
    ),
  );
  const everything = all.flat(2);
  const clockBit =
    sum(everything, ({ clock }) => clock) / sum(everything, ({ registerBits, clocks }) => registerBits * clocks);
  const checks: LayerCheck[] = [];
  const cells = KINDS.map((kind, cell) => {
    const samples = all[cell]!.flat();
    const energies = fitted(samples.filter(({ held }) => !held));
    const taps = sum(samples, ({ events }) => events.taps);
    for (const sample of samples) {
      const { held, size, layer, clock, rest } = sample;
      if (!held) continue;
      checks.push({
        kind,
        size,
        layer,
        measured: clock + rest,
        clock,
        estimated: estimate(sample, energies, clockBit),
      });
    }
    return [kind, { energies, perTap: eachEvent((event) => sum(samples, ({ events }) => events[event]) / taps) }];
  });
  return { clockBit, cells: Object.fromEntries(cells) as Fit['cells'], checks };
}
