// SPDX-License-Identifier: Apache-2.0
// How the tests run. Tests build and load native addons, so each file has a process of its own.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['testbench/**/*.test.ts'],
    pool: 'forks',
    setupFiles: ['testbench/house/seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 180_000,
    reporters: ['default', 'json'],
    outputFile: { json: 'node_modules/.cache/berus/tests.json' },
  },
});
