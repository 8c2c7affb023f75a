// SPDX-License-Identifier: Apache-2.0
// Reads the 40 words of a record back into named fields: what rtl/layer_fields.v
// does, written a second time from the list of fields alone.

/** 32-bit words of a record: of a layer, or some of its filters. */
export const WORDS_OF_RECORD = 40;

/** What each iteration of a loop adds: to the address of the map that is read, and to the tap's row and column. */
export interface LoopFields {
  readonly count: number;
  readonly address: number;
  readonly y: number;
  readonly x: number;
}

/** The fields of a record, by their meaning. Rows and columns are of input pixels unless they say convolved. */
export interface RecordFields {
  readonly magic: number;
  readonly poolShift: number;
  /** Whether its weights are the next segment. */
  readonly segment: boolean;
  /** Whether each pixel of a tile has a column, above its filters', that sums its activations. */
  readonly sumColumns: boolean;
  /** Whether all padding codes are 0. */
  readonly padsZero: boolean;
  readonly padEach: boolean;
  readonly readsPictures: boolean;
  readonly hasShortcut: boolean;
  readonly average: boolean;
  readonly multiply: boolean;
  readonly dest: number;
  readonly source: number;
  readonly last: boolean;
  /** Innermost first: channel, window column, window row, plane, pooling column and row, output column and row, tile, group. */
  readonly loops: readonly LoopFields[];
  readonly origin: { readonly address: number; readonly y: number; readonly x: number };
  readonly input: { readonly height: number; readonly width: number };
  readonly weightBase: number;
  readonly foldBase: number;
  readonly padBase: number;
  readonly high: number;
  readonly low: number;
  /** Columns in use by a tile, and by the last of a group. */
  readonly tileColumns: number;
  readonly lastColumns: number;
  readonly tileFilters: number;
  readonly lastFilters: number;
  readonly groupFilters: number;
  readonly convolved: {
    readonly y: number;
    readonly x: number;
    readonly height: number;
    readonly width: number;
    readonly stepY: number;
    readonly stepX: number;
  };
  readonly out: WalkFields;
  /** Steps of the pooling column and row are in `inWindow`. */
  readonly added: WalkFields & { readonly inWindow: readonly [column: number, row: number] };
}

/** How addresses of a tile's values follow: from the last pixel's last filter down. */
export interface WalkFields {
  readonly base: number;
  readonly column: number;
  readonly row: number;
  /** From the first pixel of a tile to its last. */
  readonly top: number;
  /** Further down from a pixel's first filter to the last of the pixel before. */
  readonly wrap: number;
}

function signed(value: number, bits: number): number {
  return (value << (32 - bits)) >> (32 - bits);
}

/** Reads the words of a record. */
export function readFields(words: Uint32Array): RecordFields {
  const low16 = (word: number): number => words[word]! & 0xffff;
  const high16 = (word: number): number => words[word]! >>> 16;
  const address = (word: number): number => signed(words[word]!, 24);
  const bit = (at: number): boolean => ((words[0]! >>> at) & 1) === 1;
  const count = (loop: number): number => (loop % 2 === 0 ? low16(1 + loop / 2) : high16(1 + (loop - 1) / 2)) + 1;
  const loop = (index: number, step: number, y: number, x: number): LoopFields => ({
    count: count(index),
    address: step,
    y,
    x,
  });
  return {
    magic: words[0]! >>> 24,
    poolShift: (words[0]! >>> 12) & 15,
    segment: bit(9),
    sumColumns: bit(17),
    padsZero: bit(16),
    padEach: bit(8),
    readsPictures: bit(7),
    hasShortcut: bit(6),
    average: bit(5),
    multiply: bit(4),
    dest: (words[0]! >>> 2) & 3,
    source: (words[0]! >>> 1) & 1,
    last: bit(0),
    loops: [
      loop(0, 1, 0, bit(11) ? 1 : 0),
      loop(1, address(6), 0, low16(13)),
      loop(2, address(7), high16(13), 0),
      loop(3, 0, 0, 0),
      loop(4, address(8), 0, low16(14)),
      loop(5, address(9), high16(14), 0),
      loop(6, address(10), 0, low16(15)),
      loop(7, address(11), high16(15), 0),
      loop(8, 0, 0, 0),
      loop(9, address(12), 0, 0),
    ],
    origin: { address: address(16), y: signed(high16(17), 16), x: signed(low16(17), 16) },
    input: { height: high16(18), width: low16(18) },
    weightBase: words[19]!,
    foldBase: words[20]!,
    padBase: words[22]!,
    high: high16(21),
    low: low16(21),
    tileColumns: (words[23]! >>> 24) & 127,
    lastColumns: (words[23]! >>> 16) & 127,
    lastFilters: (words[23]! >>> 8) & 127,
    tileFilters: words[23]! & 127,
    groupFilters: words[30]!,
    convolved: {
      y: signed(high16(24), 16),
      x: signed(low16(24), 16),
      height: high16(25),
      width: low16(25),
      stepY: high16(26),
      stepX: low16(26),
    },
    out: { base: words[27]!, column: words[28]!, row: words[29]!, top: words[31]!, wrap: words[32]! },
    added: {
      base: address(33),
      inWindow: [words[34]!, words[35]!],
      column: words[36]!,
      row: words[37]!,
      top: words[38]!,
      wrap: words[39]!,
    },
  };
}
