// SPDX-License-Identifier: Apache-2.0
// The size of an array and its buffers. rtl/configs.json names the usual ones;
// simulation, synthesis, tests and the README's tables all read that file.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../network/index.ts';

/**
 * What a cell adds for each tap: |x - w|; min(x, w), which gives the same codes and lets taps of zeros be skipped; or x w
 * with signed weights, the multiplier twin, which runs networks whose layers all multiply.
 */
export type ArrayCell = 'distance' | 'minimum' | 'product';

/** The cells, in the order of the RTL's parameter CELL. */
export const ARRAY_CELLS: readonly ArrayCell[] = ['distance', 'minimum', 'product'];

/** Parameters of the RTL's `adder_core`, by the names used in TypeScript and JSON. */
export interface Configuration {
  /** Rows of the array: images whose same output pixel is summed at once, 1 to 64. */
  readonly rows: number;
  /** Columns of the array: output channels summed at once, 1 to 64. */
  readonly columns: number;
  /** Bits of one activation or weight code, 2 to 16. */
  readonly dataBits: number;
  /** Bits of a cell's sum; at least dataBits + ceil(log2 taps) of every layer, at most 32. Products are dataBits longer. */
  readonly accBits: number;
  /** Bits of the signed total that is folded: all of a filter's taps, all planes of its weights; above accBits, at most 40. */
  readonly sumBits: number;
  /** Words in each of the two activation buffers, at most 2^23; a word is one value of `rows` images. */
  readonly activationDepth: number;
  /** Words in the weight buffer; a word is one tap of `columns` filters. */
  readonly weightDepth: number;
  /** Words in the fold buffer; a word is one filter's slopes, shift and offset. */
  readonly foldDepth: number;
  /** Codes in the buffer of what taps outside a map read, at most 4096. */
  readonly padDepth: number;
  /** Words in each of the two banks of the result buffer, which holds the last layer's map. */
  readonly resultDepth: number;
  /** 32-bit words in the program buffer. */
  readonly programDepth: number;
  /**
   * Words of partial sums for weights that stay in the cells: the pixels of a layer whose weights do, all pixels of
   * pooling windows counted; 0: they never do, and nothing is built for it. @defaultValue 0
   */
  readonly partialDepth?: number;
  /**
   * What cells add. Minima are signed sums: accBits has a bit more. Weights never stay in cells of products.
   * @defaultValue distance
   */
  readonly cell?: ArrayCell;
  /**
   * 1: a column's sums leave the array and are folded one row a clock, with a multiplier for one row, so that tiles end
   * rows x columns clocks apart; 0: all rows at once. For cells of distances and products, without partial sums.
   * @defaultValue 0
   */
  readonly serialFold?: number;
  /**
   * 1: cells for FPGAs, smaller and faster there, whose sums leave two clocks later; 0: cells that a simulator is fast
   * with. For cells of distances and minima, without partial sums. @defaultValue 0
   */
  readonly pipelined?: number;
  /**
   * Cells that an operand reaches in a clock, to the right or down, from 1 to the larger of rows and columns: between
   * blocks of reach x reach cells are registers, within one only wires. Larger blocks take less area and energy and fewer
   * clocks to fill and drain, and have longer paths. 1 with partial sums and with cells for FPGAs. @defaultValue 1
   */
  readonly reach?: number;
  /**
   * Taps that each cell takes in a clock: 1, 2 or 4, which follow each other along a tile's innermost loop, channels of a
   * group or the columns of a window on a map of one channel; its last clock may have fewer. Buffers give as many words in
   * a clock, of any addresses that follow each other. Minima then skip no taps of zeros. 1 with partial sums, with cells for
   * FPGAs and with one port of weights. @defaultValue 1
   */
  readonly tapsPerClock?: number;
  /**
   * Bits of a row or column of a map, 4 to 16: a map and what its windows reach of its surroundings have 2^sideBits - 1
   * rows and columns at most. Fewer make a smaller core, but where weights may stay or cells are minima. @defaultValue 16
   */
  readonly sideBits?: number;
  /**
   * Ports of the weight buffer: with 2 a word is written and another read in one clock, so that weights that do not fit come
   * in segments while layers run; with 1 all weights have to fit, in memories such as the large ones of an iCE40 UP.
   * @defaultValue 2
   */
  readonly weightPorts?: number;
  /**
   * Segments of weights that are on chip at once: with 2 one is loaded while another is in use; with 1 the next is loaded
   * when the one before is used no more, into the same words, so that they take half the room, and a layer's segments are
   * the same record of the program, run time and again. @defaultValue 2
   */
  readonly weightSegments?: number;
  /**
   * Clocks of a fold, 1 to 4, which make a faster clock where look-up tables multiply: with 2 products of the slope's halves
   * are made first and then added, with 3 those of two bits each in two steps, and with 4 the shift has a clock of its own.
   * Each word is written so many clocks later. 1 with partial sums. @defaultValue 1
   */
  readonly foldClocks?: number;
  /**
   * 1: a layer may take several passes over its taps, as those take that multiply without multipliers; 0: none does, which
   * makes a smaller core. @defaultValue 1
   */
  readonly planes?: number;
  /**
   * 1: a layer may add an earlier map, as residual networks do; 0: none does, which makes a smaller core. @defaultValue 1
   */
  readonly shortcuts?: number;
  /** 1: a layer may pool averages; 0: none does, which makes a smaller core. @defaultValue 1 */
  readonly averages?: number;
}

/** Taps that all cells of an array can take in a clock. */
export function mostTaps({
  rows,
  columns,
  tapsPerClock = 1,
}: Pick<Configuration, 'rows' | 'columns' | 'tapsPerClock'>): number {
  return rows * columns * tapsPerClock;
}

const RANGES: Readonly<Record<Exclude<keyof Configuration, 'cell'>, readonly [low: number, high: number]>> = {
  rows: [1, 64],
  columns: [1, 64],
  dataBits: [2, 16],
  accBits: [3, 32],
  sumBits: [4, 40],
  activationDepth: [1, 2 ** 23],
  weightDepth: [1, 2 ** 23],
  foldDepth: [1, 2 ** 23],
  padDepth: [1, 4096],
  resultDepth: [1, 2 ** 23],
  programDepth: [1, 2 ** 23],
  partialDepth: [0, 2 ** 23],
  serialFold: [0, 1],
  pipelined: [0, 1],
  reach: [1, 64],
  tapsPerClock: [1, 4],
  sideBits: [4, 16],
  weightPorts: [1, 2],
  weightSegments: [1, 2],
  foldClocks: [1, 4],
  planes: [0, 1],
  shortcuts: [0, 1],
  averages: [0, 1],
};

/** What signed sums need of accBits. */
const SIGNED_SUMS = {
  minimum: { cells: 'minima', bits: 'dataBits + 2', leastOf: (dataBits: number): number => dataBits + 2 },
  product: { cells: 'products', bits: 'twice dataBits', leastOf: (dataBits: number): number => 2 * dataBits },
} as const;

/** Fields that may be left out. */
const OPTIONAL: ReadonlySet<string> = new Set([
  'partialDepth',
  'cell',
  'serialFold',
  'pipelined',
  'reach',
  'tapsPerClock',
  'sideBits',
  'weightPorts',
  'weightSegments',
  'foldClocks',
  'planes',
  'shortcuts',
  'averages',
]);

/** How a value that was received reads in a message. */
function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

/**
 * Checks the sizes of an array.
 * @param where for messages: where the sizes come from
 * @throws {RangeError} naming the first size that is missing, not an integer or out of range.
 */
export function checkConfiguration(configuration: Configuration, where = ''): Configuration {
  const place = where && ` in ${where}`;
  for (const [name, [low, high]] of Object.entries(RANGES)) {
    const value: unknown = configuration[name as keyof Configuration];
    if (value === undefined && OPTIONAL.has(name)) continue;
    if (!Number.isInteger(value) || (value as number) < low || (value as number) > high) {
      throw new RangeError(
        `Expected ${name}${place} to be an integer from ${low} to ${high}, but received ${shown(value)}.`,
      );
    }
  }
  const {
    dataBits,
    accBits,
    sumBits,
    partialDepth = 0,
    cell = 'distance',
    serialFold = 0,
    pipelined = 0,
    reach = 1,
    tapsPerClock = 1,
    weightPorts = 2,
    foldClocks = 1,
  } = configuration;
  if (!ARRAY_CELLS.includes(cell)) {
    throw new RangeError(`Expected cell${place} to be one of ${ARRAY_CELLS.join(', ')}, but received ${shown(cell)}.`);
  }
  if (cell !== 'distance') {
    const { cells, bits, leastOf } = SIGNED_SUMS[cell];
    const least = leastOf(dataBits);
    if (accBits < least) {
      throw new RangeError(
        `Expected accBits${place} to be at least ${bits} (${least}) with cells of ${cells}, but received ${accBits}.`,
      );
    }
    if (partialDepth > 0 && cell === 'product') {
      throw new RangeError(
        `Expected partialDepth${place} to be 0 with cells of ${cells}, but received ${partialDepth}.`,
      );
    }
  }
  if (serialFold === 1 && (cell === 'minimum' || partialDepth > 0)) {
    const others = cell === 'minimum' ? 'with cells of minima' : `with partialDepth ${partialDepth}`;
    throw new RangeError(`Expected serialFold${place} to be 0 ${others}, but received 1.`);
  }
  if (pipelined === 1 && (cell === 'product' || partialDepth > 0)) {
    const others = cell === 'product' ? 'with cells of products' : `with partialDepth ${partialDepth}`;
    throw new RangeError(`Expected pipelined${place} to be 0 ${others}, but received 1.`);
  }
  const longer = Math.max(configuration.rows, configuration.columns);
  if (reach > longer) {
    throw new RangeError(
      `Expected reach${place} to be at most the larger of rows and columns (${longer}), but received ${reach}.`,
    );
  }
  if (reach > 1 && (pipelined === 1 || partialDepth > 0)) {
    const others = pipelined === 1 ? 'with pipelined 1' : `with partialDepth ${partialDepth}`;
    throw new RangeError(`Expected reach${place} to be 1 ${others}, but received ${reach}.`);
  }
  if (tapsPerClock === 3) {
    throw new RangeError(`Expected tapsPerClock${place} to be 1, 2 or 4, but received 3.`);
  }
  if (tapsPerClock > 1 && (pipelined === 1 || partialDepth > 0 || weightPorts === 1)) {
    const others =
      pipelined === 1
        ? 'pipelined 1'
        : partialDepth > 0
          ? `partialDepth ${partialDepth}`
          : `weightPorts ${weightPorts}`;
    throw new RangeError(`Expected tapsPerClock${place} to be 1 with ${others}, but received ${tapsPerClock}.`);
  }
  if (foldClocks !== 1 && partialDepth > 0) {
    throw new RangeError(
      `Expected foldClocks${place} to be 1 with partialDepth ${partialDepth}, but received ${foldClocks}.`,
    );
  }
  if (accBits <= dataBits) {
    throw new RangeError(`Expected accBits${place} to exceed dataBits (${dataBits}), but received ${accBits}.`);
  }
  if (sumBits <= accBits) {
    throw new RangeError(`Expected sumBits${place} to exceed accBits (${accBits}), but received ${sumBits}.`);
  }
  return configuration;
}

function readConfigurations(): Readonly<Record<string, Configuration>> {
  return JSON.parse(readFileSync(join(packageRoot(), 'rtl', 'configs.json'), 'utf8')) as Record<string, Configuration>;
}

/** Names of the configurations in rtl/configs.json. */
export function configurationNames(): string[] {
  return Object.keys(readConfigurations());
}

/** Reads a configuration of one's own: the fields of one entry of rtl/configs.json. */
function readConfiguration(path: string): Configuration {
  const names = [...Object.keys(RANGES), 'cell'];
  const refuse = (received: string): never => {
    throw new RangeError(`Expected ${path} to be JSON with ${names.join(', ')}, but received ${received}.`);
  };
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return refuse(code ?? message);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(JSON.stringify(value));
  const missing = names.find((name) => !Object.hasOwn(value, name) && !OPTIONAL.has(name));
  if (missing !== undefined) return refuse(`no ${missing}`);
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) return refuse(`an unknown ${unknown}`);
  return checkConfiguration(value as Configuration, path);
}

/**
 * Reads a configuration.
 * @param name one of `configurationNames()`, or the path of a .json file
 * @throws {RangeError} when there is none, or a size is missing, unknown or out of range
 */
export function loadConfiguration(name: string): Configuration {
  if (name.endsWith('.json')) return readConfiguration(name);
  const configurations = readConfigurations();
  const found = Object.hasOwn(configurations, name) ? configurations[name] : undefined;
  if (found !== undefined) return checkConfiguration(found);
  const names = Object.keys(configurations).join(', ');
  throw new RangeError(`Expected configuration to be one of ${names} or a .json file, but received ${name}.`);
}
