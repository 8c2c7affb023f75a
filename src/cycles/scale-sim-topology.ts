// SPDX-License-Identifier: Apache-2.0
// SCALE-Sim's topology files: a line a layer under one line of headings, in one of two forms.
//
//   convolution   Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,
//   product       Layer, M, N, K,
//
// Further columns are known by their headings: `Sparsity` (N:M, read and not counted, as SCALE-Sim does unless its
// configuration turns it on), `Stride Width` (then the eighth is the stride along the height) and, an extension,
// `Padding`: rows and columns added on every side. A convolution whose name holds `DP` is depthwise.

import { readText } from '../network/index.ts';
import { gemmOf, type ScaleSimLayer } from './scale-sim-layer.ts';
import { printable, shown, type TopologyLine, topologyLines } from './topology-row.ts';

/** A layer of a topology file. */
export interface TopologyLayer extends ScaleSimLayer {
  /** Rows and columns of padding on every side, which `height` and `width` include. */
  readonly padding: number;
  /** Line of the file, from 1. */
  readonly line: number;
}

/** A topology file. */
export interface Topology {
  readonly form: 'convolution' | 'product';
  readonly layers: readonly TopologyLayer[];
  /** What SCALE-Sim would read differently; a sentence each. */
  readonly warnings: readonly string[];
}

/** Bytes that a file may have, and layers. */
const MOST_BYTES = 1 << 20;
const MOST_LAYERS = 4096;
/** Largest number in a cell, and products of a layer: sums over a file stay exact. */
const MOST = 2 ** 24;
const MOST_PRODUCTS = 2 ** 48;

const CONVOLUTION = [
  'Layer name',
  'IFMAP Height',
  'IFMAP Width',
  'Filter Height',
  'Filter Width',
  'Channels',
  'Num Filter',
  'Strides',
] as const;
const PRODUCT = ['Layer', 'M', 'N', 'K'] as const;

/** Where the columns of a file are. */
interface Columns {
  readonly form: Topology['form'];
  /** Names of all columns, for messages. */
  readonly names: readonly string[];
  /** Columns that every layer has. */
  readonly needed: number;
  /** Index of a further column by what its heading holds; -1 for none. */
  readonly strideWidth: number;
  readonly sparsity: number;
  readonly padding: number;
}

function readHeadings(path: string, { line, cells }: TopologyLine): Columns {
  const numbers = cells.slice(1).filter((cell) => /^\d+$/.test(cell)).length;
  if (numbers >= 3) {
    throw new RangeError(
      `Expected line ${line} of ${path} to be the headings, which SCALE-Sim skips, but received the layer ${shown(cells[0]!)}.`,
    );
  }
  const lower = cells.map((cell) => cell.toLowerCase());
  const form = lower.slice(1, 4).join() === 'm,n,k' ? 'product' : 'convolution';
  const usual = form === 'product' ? PRODUCT : CONVOLUTION;
  const find = (word: string): number => lower.findIndex((cell, at) => at >= usual.length && cell.includes(word));
  return {
    form,
    names: [...usual, ...cells.slice(usual.length)],
    needed: usual.length,
    strideWidth: form === 'product' ? -1 : find('stride'),
    sparsity: find('sparsity'),
    padding: form === 'product' ? -1 : find('padding'),
  };
}

/** Reads the cells of one line. */
class Row {
  private readonly path: string;
  private readonly columns: Columns;
  private readonly row: TopologyLine;

  constructor(path: string, columns: Columns, row: TopologyLine) {
    this.path = path;
    this.columns = columns;
    this.row = row;
  }

  refuse(expected: string, received: string): never {
    throw new RangeError(`Expected line ${this.row.line} of ${this.path} ${expected}, but received ${received}.`);
  }

  /** Refuses what is in a column. */
  private refuseCell(column: number, expected: string): never {
    const name = this.columns.names[column];
    const where = `column ${column + 1}${name ? ` (${shown(name)})` : ''} of line ${this.row.line} of ${this.path}`;
    throw new RangeError(`Expected ${where} to be ${expected}, but received ${shown(this.row.cells[column] ?? '')}.`);
  }

  name(): string {
    const name = this.row.cells[0]!;
    if (name === '' || name.length > 100 || !printable(name)) {
      this.refuseCell(0, 'a name of at most 100 printable characters');
    }
    return name;
  }

  number(column: number, low = 1): number {
    const cell = this.row.cells[column] ?? '';
    const value = /^\d{1,15}$/.test(cell) ? Number(cell) : Number.NaN;
    if (value >= low && value <= MOST) return value;
    return this.refuseCell(column, `an integer from ${low} to ${MOST}`);
  }

  /** A number in a column that a file may lack; `standard` where it does, or the line does. */
  option(column: number, standard: number, low: number): number {
    return column < 0 || (this.row.cells[column] ?? '') === '' ? standard : this.number(column, low);
  }

  /** Whether the layer is marked as sparse. */
  sparse(): boolean {
    const { sparsity } = this.columns;
    const cell = this.row.cells[sparsity] ?? '';
    const ratio = /^(\d{1,3})\s*:\s*(\d{1,3})$/.exec(cell);
    if (cell !== '' && !ratio) this.refuseCell(sparsity, 'a sparsity such as 2:4');
    return ratio !== null && Number(ratio[1]) !== Number(ratio[2]);
  }
}

function readLayer(path: string, columns: Columns, line: TopologyLine): { layer: TopologyLayer; sparse: boolean } {
  const row = new Row(path, columns, line);
  const { form, needed, names } = columns;
  if (line.cells.length < needed) {
    row.refuse(`to have ${needed} columns (${names.slice(0, needed).join(', ')})`, String(line.cells.length));
  }
  // Cells past the headings would be read by place in some versions of SCALE-Sim and lost in others.
  if (line.cells.length > names.length) {
    row.refuse(`to have at most ${names.length} columns, as the headings do`, String(line.cells.length));
  }
  const name = row.name();
  const layer = form === 'product' ? product(name, row, line.line) : convolution(name, row, columns, line.line);
  const { pixels, filters, taps } = gemmOf(layer);
  const products = pixels * filters * taps * layer.copies;
  if (products > MOST_PRODUCTS) row.refuse(`to have at most ${MOST_PRODUCTS} products`, String(products));
  return { layer, sparse: row.sparse() };
}

/** A product as SCALE-Sim turns it into a convolution: a map of M rows and K columns, filters of one row. */
function product(name: string, row: Row, line: number): TopologyLayer {
  const [height, filters, width] = [row.number(1), row.number(2), row.number(3)];
  const map = { height, width, filterHeight: 1, filterWidth: width };
  return { name, ...map, channels: 1, filters, strideHeight: 1, strideWidth: 1, copies: 1, padding: 0, line };
}

function convolution(name: string, row: Row, columns: Columns, line: number): TopologyLayer {
  const padding = row.option(columns.padding, 0, 0);
  const [height, width] = [row.number(1) + 2 * padding, row.number(2) + 2 * padding];
  const [filterHeight, filterWidth] = [row.number(3), row.number(4)];
  const [channels, filters, strideHeight] = [row.number(5), row.number(6), row.number(7)];
  if (filterHeight > height || filterWidth > width) {
    row.refuse(`to have filters of at most ${height}x${width}, their map`, `${filterHeight}x${filterWidth}`);
  }
  const strideWidth = row.option(columns.strideWidth, strideHeight, 1);
  const depthwise = name.includes('DP');
  const shape = { height, width, filterHeight, filterWidth, filters, strideHeight, strideWidth };
  return { name, ...shape, channels: depthwise ? 1 : channels, copies: depthwise ? channels : 1, padding, line };
}

/** Lines as a warning names them. */
function named(path: string, lines: readonly number[]): string {
  return lines.length === 1
    ? `line ${lines[0]} of ${path}`
    : `${lines.length} lines of ${path}, the first of them line ${lines[0]}`;
}

/**
 * Reads a topology from a text.
 * @param path what messages call it
 * @throws {RangeError} naming the file, the line and the column of what is wrong, in one line.
 * @example
 * parseTopology('net.csv', 'Layer, M, N, K,\nfc, 1, 10, 84,\n').layers[0]!.filters; // 10
 */
export function parseTopology(path: string, text: string): Topology {
  const [first, ...lines] = topologyLines(text);
  if (first === undefined || lines.length === 0) {
    throw new RangeError(
      `Expected ${path} to have headings and a layer, but received ${first ? 'headings alone' : 'nothing'}.`,
    );
  }
  if (lines.length > MOST_LAYERS) {
    throw new RangeError(`Expected ${path} to have at most ${MOST_LAYERS} layers, but received ${lines.length}.`);
  }
  const columns = readHeadings(path, first);
  const read = lines.map((line) => readLayer(path, columns, line));
  const unended = lines.filter(({ ended }) => !ended).map(({ line }) => line);
  const sparse = read.filter((one) => one.sparse).map(({ layer }) => layer.line);
  return {
    form: columns.form,
    layers: read.map(({ layer }) => layer),
    warnings: [
      ...(unended.length > 0
        ? [`No comma ends ${named(path, unended)}: SCALE-Sim would lose what comes last there, it is kept here.`]
        : []),
      ...(sparse.length > 0 ? [`Sparsity is not counted, as of ${named(path, sparse)}: every tap is taken.`] : []),
    ],
  };
}

/**
 * Reads a topology file; see {@link parseTopology}.
 * @throws {Error} when it cannot be read.
 */
export function readTopology(path: string): Topology {
  return parseTopology(path, readText(path, MOST_BYTES));
}
