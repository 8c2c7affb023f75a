// SPDX-License-Identifier: Apache-2.0
// The kernels' sources, and their compilation into one addon for one
// instruction set. The cache's key holds the flags, and with them the set.

import { join } from 'node:path';
import { buildAddon, loadAddon, packageRoot } from '../../sim/addon/index.ts';
import { kernelFlags, type Simd } from './simd.ts';

const sumSources = ['sums-forward.cpp', 'sums-input-gradient.cpp', 'sums-filter-gradient.cpp'];
const floatSources = ['addon.cpp', ...sumSources, 'images.cpp', 'normalize.cpp', 'pool.cpp'];
const integerSources = [
  'integer-addon.cpp',
  'integer-layer.cpp',
  'integer-network.cpp',
  'integer-plan.cpp',
  'integer-pool.cpp',
  'integer-store.cpp',
  'integer-sums.cpp',
];

/** Functions of the addon. */
export type Addon = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/**
 * Compiles the kernels for a set, or finds them in the cache, and loads them.
 * @param plain without any instruction that only some processors have: what others than x86 run
 */
export async function buildKernel(simd: Simd, onBuild?: (text: string) => void, plain = false): Promise<Addon> {
  const folder = join(packageRoot(), 'src', 'kernel');
  const path = await buildAddon({
    name: `kernel-${simd}`,
    sources: [...floatSources, ...integerSources].map((source) => join(folder, source)),
    includeDirs: [folder],
    flags: kernelFlags(simd),
    defines: { BERUS_PLAIN_VECTORS: plain },
    ...(onBuild === undefined ? {} : { onProgress: onBuild }),
  });
  return loadAddon<Addon>(path);
}
