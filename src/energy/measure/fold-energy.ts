// SPDX-License-Identifier: Apache-2.0
// Energy of a fold: rtl/fold_lane.v as gates, one sum of an inference after another. The codes that leave are compared
// with the reference's.

import { join } from 'node:path';
import {
  type Codes,
  FOLD_LIMITS,
  packageRoot,
  picture,
  type QuantizedLayer,
  type QuantizedNetwork,
} from '../../network/index.ts';
import {
  type GateEnergy,
  type GateSimulator,
  type Library,
  type Netlist,
  priceToggles,
  simulationNetlist,
  synthesize,
} from '../gate/index.ts';
import type { MeasuredLane } from '../table.ts';
import type { Technology } from './array-energy.ts';

/** The integers of a layer, by whoever defines them. */
export interface Folding {
  /** Sums of all pixels and filters, filter by filter of a pixel. */
  readonly layerSums: (layer: QuantizedLayer, input: Codes) => ArrayLike<number>;
  /** The code that a filter's sum becomes; `added` is the shortcut's code less its zero point. */
  readonly fold: (layer: QuantizedLayer, filter: number, sum: number, added: number) => number;
}

/** Folds of each layer, at most. */
const MOST = 4_096;

/** Clocks that a code is late, and in which toggles do not count. */
const LATE = 3;

/** What enters a lane, a fold an entry, and the code that is to leave it. */
export interface Folds {
  readonly sum: readonly number[];
  readonly mul: readonly number[];
  readonly s: readonly number[];
  readonly shortcutMul: readonly number[];
  readonly add: readonly number[];
  readonly shift: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly code: readonly number[];
}

/** Paths of a lane's Verilog. */
export function laneSources(): string[] {
  return [join(packageRoot(), 'rtl', 'fold_lane.v')];
}

/** A lane as gates. */
export function foldNetlist(sumBits: number, technology: Technology): Promise<Netlist> {
  const sources = laneSources();
  const { mulBits, shortcutMulBits, addBits } = FOLD_LIMITS;
  const parameters = { W_SUM: sumBits, W_MUL: mulBits, W_SHORTCUT: shortcutMulBits, W_ADD: addBits };
  return synthesize({ top: 'fold_lane', sources, parameters, ...technology });
}

/**
 * Folds of layers that add, of an image, at most so many of each: all filters of a pixel, then those of the next.
 * @param maps what every layer gives for the image
 */
export function realFolds(
  { layers }: QuantizedNetwork,
  image: Codes,
  maps: readonly Codes[],
  { layerSums, fold }: Folding,
  most: number = MOST,
): Folds {
  const named = new Map<string, Codes>([
    [picture, image],
    ...layers.map(({ layer }, i) => [layer.name, maps[i]!] as const),
  ]);
  const folds = { sum: [], mul: [], s: [], shortcutMul: [], add: [], shift: [], low: [], high: [], code: [] } as {
    [K in keyof Folds]: number[];
  };
  for (const quantized of layers) {
    const { cell, source, shortcut, filters } = quantized.layer;
    if (cell !== 'adder') continue;
    const added = shortcut === null ? undefined : named.get(shortcut)!;
    const sums = layerSums(quantized, named.get(source)!);
    Array.from({ length: Math.min(sums.length, most) }, (_, at) => sums[at]!).forEach((sum, at) => {
      const filter = at % filters;
      const s = added?.[at] ?? 0;
      folds.sum.push(sum);
      folds.mul.push(quantized.mul[filter]!);
      folds.s.push(s);
      folds.shortcutMul.push(added ? quantized.shortcutMul[filter]! : 0);
      folds.add.push(quantized.add[filter]!);
      folds.shift.push(quantized.shift[filter]!);
      folds.low.push(quantized.low);
      folds.high.push(2 ** quantized.bits - 1);
      folds.code.push(fold(quantized, filter, sum, s));
    });
  }
  return folds;
}

/** Values as so many bits, two's complement, `late` clocks late, the last of them once more for each clock after it. */
function column(values: readonly number[], bits: number, late: number): Uint32Array {
  const words = Math.ceil(bits / 32);
  const lines = values.length + LATE;
  const list = new Uint32Array(lines * words);
  for (let line = 0; line < lines; line++) {
    const value = BigInt.asUintN(bits, BigInt(values[Math.min(Math.max(line - late, 0), values.length - 1)]!));
    for (let word = 0; word < words; word++)
      list[line * words + word] = Number((value >> BigInt(32 * word)) & 0xffffffffn);
  }
  return list;
}

/**
 * Measures a lane, a fold a clock; energies in joules.
 * @param sumBits of the netlist's configuration
 */
export async function foldEnergy(
  netlist: Netlist,
  sumBits: number,
  folds: Folds,
  library: Library,
  simulator: GateSimulator,
): Promise<GateEnergy> {
  const { mulBits, shortcutMulBits, addBits } = FOLD_LIMITS;
  const shiftBits = Math.ceil(Math.log2(FOLD_LIMITS.maxShift + 1));
  const always = (): Uint8Array => new Uint8Array(folds.code.length + LATE).fill(1);
  const inputs = {
    multiply: always(),
    offset: always(),
    clamp: always(),
    sum: column(folds.sum, sumBits, 0),
    mul: column(folds.mul, mulBits, 0),
    s: column(folds.s, 8, 0),
    shortcut_mul: column(folds.shortcutMul, shortcutMulBits, 0),
    add: column(folds.add, addBits, 1),
    shift: column(folds.shift, shiftBits, 2),
    low: column(folds.low, 8, 2),
    high: column(folds.high, 8, 2),
  };
  const counted = simulationNetlist(netlist);
  const { counts, clocks, outputs } = await simulator.count(counted, inputs, folds.code.length + LATE, LATE, ['code']);
  folds.code.forEach((code, i) => {
    const got = outputs['code']![i + LATE]!;
    if (got !== code) throw new Error(`Expected gates of fold_lane to fold sum ${i} to ${code}, but received ${got}.`);
  });
  const toggles = new Map(counted.nets.map((net, i) => [net, counts[i]!]));
  return priceToggles(netlist, library, toggles, clocks);
}

/** A network's folds, and what they take in a lane. */
export interface LaneEnergy {
  readonly lane: MeasuredLane;
  readonly netlist: Netlist;
  readonly folds: number;
  /** Clock pins of a lane in joules a clock. */
  readonly clock: number;
}

/**
 * Measures a lane with the folds of a network.
 * @param name of the network
 * @param sumBits of the sums that the lane takes
 */
export async function measureLane(
  name: string,
  sumBits: number,
  folds: Folds,
  { liberty, library }: Technology,
  simulator: GateSimulator,
): Promise<LaneEnergy> {
  const netlist = await foldNetlist(sumBits, { liberty, library });
  const { total, clock } = await foldEnergy(netlist, sumBits, folds, library, simulator);
  const count = folds.code.length;
  const lane = {
    sumBits,
    picojoules: Number(((total - clock) * 1e12).toPrecision(4)),
    registerBits: netlist.instances.filter(({ cell }) => cell.register !== undefined).length,
    source: `${count} folds of an image of ${name} in a lane of ${sumBits}-bit sums as gates of ${library.name}`,
  };
  return { lane, netlist, folds: count, clock };
}
