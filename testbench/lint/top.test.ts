// SPDX-License-Identifier: Apache-2.0
// The accelerator's top is clean in three tools at every named configuration and at the edges of its parameters.

import { describe, expect, it } from 'vitest';
import { type Configuration, configurationNames, loadConfiguration } from '../../src/compile/index.ts';
import { coreParameters, rtlSources } from '../../src/device/index.ts';
import { TOOLS } from './tools.ts';

const tiny = loadConfiguration('tiny');
const EDGES: Readonly<Record<string, Configuration>> = {
  '1x1 of 2 bits': { ...tiny, rows: 1, columns: 1, dataBits: 2, accBits: 12, sumBits: 13 },
  '7x2 of 16 bits': { ...tiny, rows: 7, columns: 2, dataBits: 16, accBits: 32, sumBits: 40 },
  'buffers of one word': {
    ...tiny,
    activationDepth: 1,
    weightDepth: 1,
    foldDepth: 1,
    padDepth: 1,
    resultDepth: 1,
    programDepth: 1,
  },
  'minima in 3x5 of 2 bits': { ...tiny, rows: 3, columns: 5, dataBits: 2, accBits: 12, sumBits: 13, cell: 'minimum' },
};
const CONFIGURATIONS = {
  ...Object.fromEntries(configurationNames().map((name) => [name, loadConfiguration(name)])),
  ...EDGES,
};

/** Takes Yosys minutes, as it does the core alone (lint.test.ts). */
const LARGEST: Configuration = { ...tiny, rows: 64, columns: 64, dataBits: 16, accBits: 32, sumBits: 40 };

it.each(['verilator', 'icarus'])('%s should find nothing in 64x64 of 16 bits', { timeout: 180_000 }, (tool) => {
  const outcome = TOOLS[tool]!('adder_top', coreParameters(LARGEST), rtlSources());
  expect(outcome).toEqual({ status: 0, messages: '' });
});

describe.each(Object.keys(TOOLS))('%s', (tool) => {
  it.each(Object.entries(CONFIGURATIONS))('should find nothing in %s', (_, configuration) => {
    const outcome = TOOLS[tool]!('adder_top', coreParameters(configuration), rtlSources());
    expect(outcome).toEqual({ status: 0, messages: '' });
  });
});
