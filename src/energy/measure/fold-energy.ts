// SPDX-License-Identifier: Apache-2.0
// Energy of a fold: rtl/fold_lane.v as gates, one sum of an inference after another. The codes that leave are compared
// with the reference's.

import { join } from 'node:path';
import { countToggles } from '../../src/device/index.ts';
import {
  type GateEnergy,
  type Library,
  type Netlist,
  priceToggles,
  simulationNetlist,
  synthesize,
} from '../../src/energy/gate/index.ts';
import type { Technology } from '../../src/energy/measure/index.ts';
import { type Codes, FOLD_LIMITS, packageRoot, picture, type QuantizedNetwork } from '../../src/network/index.ts';
import { fold, inferReference, layerSums } from '../../src/reference/index.ts';

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

/** A lane as gates. */
export function foldNetlist(sumBits: number, technology: Technology): Promise<Netlist> {
  const sources = [join(packageRoot(), 'rtl', 'fold_lane.v')];
  const { mulBits, shortcutMulBits, addBits } = FOLD_LIMITS;
  const parameters = { W_SUM: sumBits, W_MUL: mulBits, W_SHORTCUT: shortcutMulBits, W_ADD: addBits };
  return synthesize({ top: 'fold_lane', sources, parameters, ...technology });
}

/** Folds of layers that add, of an image, at most so many of each: all filters of a pixel, then those of the next. */
export function realFolds(net: QuantizedNetwork, image: Codes, most: number): Folds {
  const { layers } = net;
  const { maps } = inferReference(net, image, 1);
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
    sums.subarray(0, most).forEach((sum, at) => {
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
  const { counts, clocks, outputs } = await countToggles(counted, inputs, folds.code.length + LATE, LATE, ['code']);
  folds.code.forEach((code, i) => {
    const got = outputs['code']![i + LATE]!;
    if (got !== code) throw new Error(`Expected gates of fold_lane to fold sum ${i} to ${code}, but received ${got}.`);
  });
  const toggles = new Map(counted.nets.map((net, i) => [net, counts[i]!]));
  return priceToggles(netlist, library, toggles, clocks);
}
