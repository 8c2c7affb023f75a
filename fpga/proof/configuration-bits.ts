// SPDX-License-Identifier: Apache-2.0
// Bits of an iCE40's configuration in icepack's text: which tile's, what for, and the text with one of them flipped.
//
// A tile of logic has 16 rows of 54 bits. Cell i of its eight has columns 36 to 45 of rows 2i and 2i + 1: in columns 36
// to 43 its table of 16 bits, in 44 and 45 whether it carries, registers, and how it is reset. All other columns route.

/** One bit of a tile of logic. */
export interface LogicBit {
  readonly x: number;
  readonly y: number;
  /** Row of the tile's bits, 0 to 15. */
  readonly row: number;
  /** Column of the tile's bits, 0 to 53. */
  readonly column: number;
}

/** What a bit is for. */
export type BitUse = 'table' | 'cell' | 'routing';

/** Rows and columns of a tile of logic. */
export const TILE_ROWS = 16;
export const TILE_COLUMNS = 54;

const [TABLE_FROM, CELL_FROM, CELL_TO] = [36, 44, 46];

/** Where in a cell's ten columns of two rows each entry of its table lies: by IceStorm's `get_lutff_lut_bits`. */
const TABLE_ORDER = [4, 14, 15, 5, 6, 16, 17, 7, 3, 13, 12, 2, 1, 11, 10, 0];

/**
 * An entry of a cell's table.
 * @param bel the cell as nextpnr names it: `X5/Y7/lc3`
 * @param entry its inputs as a number, the first of them lowest
 */
export function tableBit(bel: string, entry: number): LogicBit {
  const [, x, y, cell] = /^X(\d+)\/Y(\d+)\/lc(\d)$/.exec(bel)!.map(Number);
  const place = TABLE_ORDER[entry]!;
  return { x: x!, y: y!, row: 2 * cell! + Math.floor(place / 10), column: TABLE_FROM + (place % 10) };
}

/** What a bit is for, by its column. */
export function useOf({ column }: LogicBit): BitUse {
  if (column >= TABLE_FROM && column < CELL_FROM) return 'table';
  return column >= CELL_FROM && column < CELL_TO ? 'cell' : 'routing';
}

/** The bits that are 1 in tiles of logic that hold any. */
export function setBits(asc: string): LogicBit[] {
  return tilesOf(asc).flatMap(({ x, y, rows }) =>
    rows.flatMap((bits, row) => [...bits].flatMap((bit, column) => (bit === '1' ? [{ x, y, row, column }] : []))),
  );
}

/** Tiles of logic with their rows of bits. */
export function tilesOf(asc: string): { readonly x: number; readonly y: number; readonly rows: readonly string[] }[] {
  return [...asc.matchAll(/^\.logic_tile (\d+) (\d+)\n((?:[01]+\n){16})/gm)].map(([, x, y, rows]) => ({
    x: Number(x),
    y: Number(y),
    rows: rows!.trimEnd().split('\n'),
  }));
}

/** The text with one bit flipped. */
export function flipBit(asc: string, { x, y, row, column }: LogicBit): string {
  const head = `.logic_tile ${x} ${y}\n`;
  const from = asc.indexOf(head);
  const at = from + head.length + row * (TILE_COLUMNS + 1) + column;
  const bit = asc[at];
  if (from < 0 || (bit !== '0' && bit !== '1')) {
    throw new RangeError(`Expected a bit of a tile of logic, but received bit ${row}.${column} of tile (${x}, ${y}).`);
  }
  return `${asc.slice(0, at)}${bit === '0' ? '1' : '0'}${asc.slice(at + 1)}`;
}
