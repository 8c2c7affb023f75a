// SPDX-License-Identifier: Apache-2.0
// Instruction sets that the kernels are compiled for, and which of them this
// processor has. One set is compiled: the one that will run.

import { join } from 'node:path';
import { buildAddon, loadAddon, packageRoot } from '../../sim/addon/index.ts';

/** An instruction set: SSE2, Neon or whatever the compiler assumes by itself; AVX2; AVX-512 with F, BW, DQ, VL and CD. */
export type Simd = 'baseline' | 'avx2' | 'avx512';

/** Narrowest first; each includes those before it. */
export const simdNames: readonly Simd[] = ['baseline', 'avx2', 'avx512'];

const setFlags: Readonly<Record<Simd, readonly string[]>> = {
  baseline: [],
  avx2: ['-mavx2', '-mbmi2', '-mf16c', '-mprefer-vector-width=256'],
  avx512: [
    ...['-mavx512f', '-mavx512bw', '-mavx512dq', '-mavx512vl', '-mavx512cd'],
    ...['-mbmi2', '-mf16c', '-mprefer-vector-width=512'],
  ],
};

/** Compiler flags of every kernel: nothing is fused or reordered, so that every set gives the same bits. */
export function kernelFlags(simd: Simd): readonly string[] {
  return ['-O3', '-ffp-contract=off', '-pthread', '-Wno-psabi', ...setFlags[simd]];
}

let best: Promise<Simd> | undefined;

/** The widest set that this processor and its system can run. */
export function bestSimd(): Promise<Simd> {
  best ??= probe();
  return best;
}

/**
 * Settles which set to use.
 * @throws {RangeError} when the processor does not have the one asked for.
 */
export async function chooseSimd(wanted: Simd | undefined): Promise<Simd> {
  const widest = await bestSimd();
  if (wanted === undefined) return widest;
  const able = simdNames.slice(0, simdNames.indexOf(widest) + 1);
  if (able.includes(wanted)) return wanted;
  throw new RangeError(`Expected simd to be one of ${able.join(', ')} on this processor, but received ${wanted}.`);
}

async function probe(): Promise<Simd> {
  const source = join(packageRoot(), 'src', 'kernel', 'cpu-probe.cpp');
  const path = await buildAddon({ name: 'cpu-probe', sources: [source] });
  return simdNames[loadAddon<{ readonly best: number }>(path).best]!;
}
