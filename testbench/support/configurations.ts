// SPDX-License-Identifier: Apache-2.0
// Small cores for tests: shapes that are not powers of two, a single cell, and
// widths other than 8 bits, with buffers just large enough for random cases.

import type { Configuration } from '../../src/compile/index.ts';

function small(rows: number, columns: number, dataBits = 8): Configuration {
  return {
    rows,
    columns,
    dataBits,
    accBits: Math.min(dataBits + 8, 32),
    sumBits: Math.min(2 * dataBits + 8, 40),
    activationDepth: 600,
    weightDepth: 6000,
    foldDepth: 128,
    padDepth: 64,
    resultDepth: 512,
    programDepth: 240,
  };
}

/** A core with cells of minima, whose sums have a bit for the sign. */
function minima(configuration: Configuration): Configuration {
  const { accBits, sumBits } = configuration;
  return { ...configuration, cell: 'minimum', accBits: accBits + 1, sumBits: Math.min(sumBits + 1, 40) };
}

/** A core with cells of products, whose sums are longer by a code. */
function products(configuration: Configuration): Configuration {
  const accBits = Math.min(2 * configuration.dataBits + 8, 32);
  return { ...configuration, cell: 'product', accBits, sumBits: accBits + 1 };
}

/** Cores whose cells can hold weights, too, by a name that says what they are. */
export const HOLDING_CONFIGURATIONS: Readonly<Record<string, Configuration>> = Object.fromEntries(
  Object.entries({
    '1x1': small(1, 1),
    '3x5': small(3, 5),
    '5x3 of 5 bits': small(5, 3, 5),
    '4x4': small(4, 4),
    '9x2 of 2 bits': small(9, 2, 2),
    '2x7 of 12 bits': small(2, 7, 12),
  }).map(([name, configuration]) => [name, { ...configuration, partialDepth: 500 }]),
);

/** The same of minima. */
export const HOLDING_MINIMUM_CONFIGURATIONS: Readonly<Record<string, Configuration>> = Object.fromEntries(
  ['1x1', '3x5', '5x3 of 5 bits'].map((name) => [`${name} of minima`, minima(HOLDING_CONFIGURATIONS[name]!)]),
);

/** A core with room for few rows of maps and few weights: leading layers run in strips, some weights in segments. */
export const STRIPS_CONFIGURATION: Configuration = {
  ...small(3, 5),
  activationDepth: 150,
  weightDepth: 200,
  programDepth: 64 * 40,
};

/** The same with room for few partial sums of weights that are held. */
export const HELD_STRIPS_CONFIGURATION: Configuration = {
  ...STRIPS_CONFIGURATION,
  activationDepth: 100,
  partialDepth: 30,
};

/** Cores with cells of minima, whose sums have a bit for the sign. */
export const MINIMUM_CONFIGURATIONS: Readonly<Record<string, Configuration>> = Object.fromEntries(
  Object.entries({
    '1x1': small(1, 1),
    '3x5': small(3, 5),
    '4x4': small(4, 4),
    '5x3 of 5 bits': small(5, 3, 5),
    '2x7 of 12 bits, pipelined,': { ...small(2, 7, 12), pipelined: 1 },
    '1x4 of 16 bits': small(1, 4, 16),
    '9x2 of 2 bits': small(9, 2, 2),
    '3x5 in blocks of 2x2': { ...small(3, 5), reach: 2 },
    '4x4 in one block': { ...small(4, 4), reach: 4 },
  }).map(([name, configuration]) => [`${name} of minima`, minima(configuration)]),
);

/** Cores with cells of products. */
export const PRODUCT_CONFIGURATIONS: Readonly<Record<string, Configuration>> = Object.fromEntries(
  Object.entries({
    '3x5': small(3, 5),
    '5x3 of 5 bits folded row by row': { ...small(5, 3, 5), serialFold: 1 },
    '2x7 of 12 bits': small(2, 7, 12),
    '4x6 in blocks of 4x4': { ...small(4, 6), reach: 4 },
    '3x4 in blocks of 2x2 folded row by row': { ...small(3, 4), reach: 2, serialFold: 1 },
  }).map(([name, configuration]) => [`${name} of products`, products(configuration)]),
);

/** Cores that random cases run on, by a name that says what they are. */
export const SMALL_CONFIGURATIONS: Readonly<Record<string, Configuration>> = {
  '1x1': small(1, 1),
  '1x1, pipelined, folded row by row': { ...small(1, 1), serialFold: 1, pipelined: 1 },
  '3x5': small(3, 5),
  '4x4': small(4, 4),
  '5x3 of 5 bits': small(5, 3, 5),
  '2x7 of 12 bits': small(2, 7, 12),
  '1x4 of 16 bits': small(1, 4, 16),
  '9x2 of 2 bits, pipelined': { ...small(9, 2, 2), pipelined: 1 },
  '3x5 folded row by row': { ...small(3, 5), serialFold: 1 },
  '3x5, folded in four clocks': { ...small(3, 5), foldClocks: 2 },
  '3x5 in blocks of 2x2': { ...small(3, 5), reach: 2 },
  '5x4 of 5 bits in blocks of 3x3': { ...small(5, 4, 5), reach: 3 },
  '2x6 in one block': { ...small(2, 6), reach: 6 },
  '4x3 in blocks of 2x2 folded row by row in four clocks': { ...small(4, 3), reach: 2, serialFold: 1, foldClocks: 2 },
  '1x5 in blocks of 4x4': { ...small(1, 5), reach: 4 },
  '2x3, folded in five clocks': { ...small(2, 3), foldClocks: 3 },
  '2x4, pipelined, folded row by row in six clocks': { ...small(2, 4), serialFold: 1, pipelined: 1, foldClocks: 4 },
  '1x1, pipelined, folded row by row in four clocks': { ...small(1, 1), serialFold: 1, pipelined: 1, foldClocks: 2 },
  '4x2 of 12 bits, pipelined, folded row by row, weights in one port': {
    ...small(4, 2, 12),
    serialFold: 1,
    pipelined: 1,
    sideBits: 6,
    weightPorts: 1,
  },
};

/** Cores whose cells take several taps in a clock, of all three kinds. */
export const SEVERAL_TAPS_CONFIGURATIONS: Readonly<Record<string, Configuration>> = Object.fromEntries(
  Object.entries({
    '1x1': small(1, 1),
    '3x5': small(3, 5),
    '5x3 of 5 bits': small(5, 3, 5),
    '2x7 of 12 bits': small(2, 7, 12),
    '5x4 of 5 bits in blocks of 3x3': { ...small(5, 4, 5), reach: 3 },
    '4x3 in blocks of 2x2 folded row by row in four clocks': { ...small(4, 3), reach: 2, serialFold: 1, foldClocks: 2 },
    '2x6 in one block': { ...small(2, 6), reach: 6 },
    '3x5 of minima': minima(small(3, 5)),
    '4x4 of minima in blocks of 2x2': minima({ ...small(4, 4), reach: 2 }),
    '9x2 of 2 bits and minima': minima(small(9, 2, 2)),
    '3x5 of products': products(small(3, 5)),
    '3x4 in blocks of 2x2 of products folded row by row': products({ ...small(3, 4), reach: 2, serialFold: 1 }),
  }).map(([name, configuration], index) => {
    const tapsPerClock = index % 2 === 0 ? 2 : 4;
    return [`${name}, ${tapsPerClock} taps a clock`, { ...configuration, tapsPerClock }];
  }),
);

/** A core that synthesis is done with soon. */
export const NETLIST_CONFIGURATION: Configuration = { ...small(2, 2), serialFold: 1, pipelined: 1 };

/** A core of three lanes that can hold weights, with little room, for cases worked by hand. */
export const THREE_LANES: Configuration = {
  rows: 3,
  columns: 4,
  dataBits: 8,
  accBits: 16,
  sumBits: 24,
  activationDepth: 60,
  weightDepth: 60,
  foldDepth: 20,
  padDepth: 4,
  resultDepth: 20,
  programDepth: 400,
  partialDepth: 12,
};
