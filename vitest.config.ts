// SPDX-License-Identifier: Apache-2.0
// How the tests run. Tests build and load native addons, so each file has a process of its own. Examples import this
// package by its name, as its users do, and get its sources; one imports Verilog.

import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { berusSim } from './sim/vite/index.ts';

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [berusSim()],
  resolve: {
    alias: [
      { find: /^berus\/sim$/, replacement: source('sim/index.ts') },
      { find: /^berus\/sim\/(fast-check|vite)$/, replacement: source('sim/$1/index.ts') },
    ],
  },
  test: {
    include: ['testbench/**/*.test.ts', 'examples/**/*.test.ts'],
    pool: 'forks',
    // By default one less than there are: half of a machine with two.
    maxWorkers: availableParallelism(),
    setupFiles: ['testbench/house/seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'node_modules/.cache/berus/tests.json' },
  },
});
