// SPDX-License-Identifier: Apache-2.0
// The program words of one record: its loop nest as counts and steps, and where its maps, weights, folds and padding
// codes are. docs/program.md and rtl/layer_fields.v hold the same list.
//
// The nest, innermost first:
//   0 channel of a group (or, of a map of one channel, column of the window), 1 column and 2 row of the (union) window,
//   3 plane: what the array sums and then lets go;
//   4 column and 5 row in a pooling window, 6 column and 7 row of windows, 8 tile of filters in a group, 9 group.

import { layerGeometry, picture, type QuantizedLayer } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { pixelColumns } from './plan.ts';
import type { LayerRecord } from './records.ts';

/** First byte of a record's words; anything else ends a run as malformed. */
const PROGRAM_MAGIC = 0xad;

/** Where a map begins: a buffer, and the address there. */
export interface MapPlace<Buffer = 0 | 1> {
  readonly buffer: Buffer;
  readonly base: number;
}

/** Where a layer's maps, folds and padding codes are. */
export interface LayerPlacement {
  /** The map it reads, or a strip of it; pictures begin at the address that comes with a batch: their base is 0. */
  readonly source: MapPlace;
  /** In an activation buffer, the result buffer (2), or both activation buffers (3). */
  readonly dest: MapPlace<0 | 1 | 2 | 3>;
  readonly shortcut?: MapPlace;
  readonly foldBase: number;
  readonly padBase: number;
  /** Whether channel c of the map reads the padding code at padBase + c; else all read the one at padBase. */
  readonly padEach: boolean;
}

/** Two 16-bit fields. */
export function pair(high: number, low: number): number {
  return ((high & 0xffff) << 16) | (low & 0xffff);
}

/** What is set in a record's first word besides what its layer and places say, by bit. */
export interface HeaderFlags {
  readonly last: boolean;
  readonly segment?: boolean;
  /** The first plane's sum counts negative. */
  readonly multiply?: boolean;
  /** Its weights are held. */
  readonly held?: boolean;
  readonly rowRun?: boolean;
  /** Each pixel of a tile has a column that sums its activations. */
  readonly sumColumns?: boolean;
  /** Taps outside the map read nothing but 0. */
  readonly padsZero: boolean;
  /** Words are turned. */
  readonly turned?: boolean;
  /** A loop counts the images of the batch: the outermost one, or that of columns of a turned tile; or one in a fold or tile. */
  readonly eachImage?: boolean;
  readonly allImages?: boolean;
}

/** A record's first word. */
export function header({ layer, poolShift }: QuantizedLayer, placement: LayerPlacement, flagged: HeaderFlags): number {
  const { source, dest, shortcut, padEach } = placement;
  const { last, padsZero, segment, multiply, held, rowRun, sumColumns, turned, eachImage, allImages } = flagged;
  const flags: readonly [bit: number, set: boolean | undefined][] = [
    [20, allImages],
    [19, eachImage],
    [18, turned],
    [17, sumColumns],
    [16, padsZero],
    [11, rowRun],
    [10, held],
    [9, segment],
    [8, padEach],
    [7, layer.source === picture],
    [6, shortcut !== undefined],
    [5, layer.poolKind === 'average'],
    [4, multiply],
    [0, last],
  ];
  const bits = flags.reduce((word, [bit, set]) => word | (set === true ? 1 << bit : 0), 0);
  return (PROGRAM_MAGIC << 24) | (poolShift << 12) | bits | (dest.buffer << 2) | (source.buffer << 1);
}

/**
 * Whether all that taps outside the map read in some of a layer's groups is 0.
 * @param first the first of their channels
 * @param channels how many there are
 */
export function padsAreZero({ layer, padCodes }: QuantizedLayer, first: number, channels: number): boolean {
  return layer.padding === 0 || padCodes.subarray(first, first + channels).every((code) => code === 0);
}

/** Where a record is in its program. */
export interface ProgramPlace {
  /** Whether the program ends with it. */
  readonly last: boolean;
  /** Times that it is run one after the other. */
  readonly runs: number;
}

/**
 * Encodes a record as PROGRAM_WORDS words.
 */
export function encodeRecord(
  quantized: QuantizedLayer,
  record: LayerRecord,
  placement: LayerPlacement,
  { cell }: Pick<Configuration, 'cell'>,
  { last, runs }: ProgramPlace,
): Uint32Array {
  const { layer, low, bits } = quantized;
  const { plan, firstGroup, rows } = record;
  const { input, filters, groups, kernelHeight, stride, dilation, padding, pool, poolStride, poolPadding } = layer;
  const { columns, packed, sumColumns, tileFilters, lastFilters, columnStep, windowColumns, rowRun } = plan;
  const { convolved, output } = layerGeometry(layer);
  const depth = input.channels / groups;
  const row = input.width * input.channels;
  const apart = poolStride * stride;
  const origin = -(padding + poolPadding * stride);
  /** Of the columns that are computed. */
  const originColumn = origin + columns.from * apart;
  /** Of the strip of the map that is read. */
  const originRow = origin + rows.output.from * apart - rows.source.from;
  const convolvedFrom = rows.output.from * poolStride - poolPadding;
  const convolvedColumn = columns.from * poolStride - poolPadding;
  const limits = [
    ...(rowRun ? [plan.kernelColumns, 1] : [depth, plan.kernelColumns]),
    kernelHeight,
    plan.planes,
    pool,
    pool,
    windowColumns,
    rows.output.to - rows.output.from,
    plan.filterTiles,
    plan.layer.groups,
  ].map((count) => count - 1);
  /** A step that is never taken is 0, so that none is wider than a map. */
  const step = (loop: number, size: number): number => (limits[loop] === 0 ? 0 : size);
  const x = [0, step(1, columnStep), 0, 0, step(4, stride), 0, step(6, packed * apart), 0];
  const y = [0, 0, step(2, dilation), 0, 0, step(5, stride), 0, step(7, apart)];
  const firstFilter = firstGroup * (filters / groups) + record.firstTile * tileFilters;
  const firstChannel = firstGroup * depth;
  const columnsOf = (filtersOfTile: number): number => packed * pixelColumns(plan, filtersOfTile);
  const across = (pixels: number): number => (packed > 1 ? filters * pixels : 0);
  const shortcut = placement.shortcut;
  const convolvedRow = convolved.width * filters;
  return Uint32Array.from([
    header(quantized, placement, {
      last,
      segment: record.segment,
      multiply: layer.cell === 'multiply' && cell === 'minimum',
      rowRun,
      sumColumns,
      padsZero: padsAreZero(quantized, firstChannel, plan.layer.groups * depth),
    }),
    ...[0, 2, 4, 6, 8].map((loop) => pair(limits[loop + 1]!, limits[loop]!)),
    ...[1, 2, 4, 5, 6, 7].map((loop) => y[loop]! * row + x[loop]! * input.channels),
    step(9, depth),
    pair(y[2]!, x[1]!),
    pair(y[5]!, x[4]!),
    pair(y[7]!, x[6]!),
    placement.source.base + originRow * row + originColumn * input.channels + firstChannel,
    pair(originRow, originColumn),
    pair(rows.source.to - rows.source.from, input.width),
    (runs - 1) * 2 ** 24 + record.weightBase,
    placement.foldBase + firstFilter,
    pair(2 ** bits - 1, low),
    placement.padBase + (placement.padEach ? firstChannel : 0),
    (columnsOf(tileFilters) * 2 ** 24) | (columnsOf(lastFilters) << 16) | (lastFilters << 8) | tileFilters,
    pair(convolvedFrom, convolvedColumn),
    pair(convolved.height, convolved.width),
    pair(poolStride, poolStride * packed),
    placement.dest.base + ((rows.output.from - rows.destFrom) * output.width + columns.from) * filters + firstFilter,
    packed * filters,
    output.width * filters,
    // Of a record that is run again, those of a run: it has one group.
    runs > 1 ? plan.layer.filters : filters / groups,
    across(packed - 1),
    packed > 1 ? filters - tileFilters : 0,
    ...(shortcut === undefined
      ? [0, 0, 0, 0, 0, 0, 0]
      : [
          shortcut.base + (convolvedFrom - rows.shortcutFrom) * convolvedRow + convolvedColumn * filters + firstFilter,
          filters,
          convolvedRow,
          poolStride * packed * filters,
          poolStride * convolvedRow,
          across((packed - 1) * poolStride),
          packed > 1 ? filters * poolStride - tileFilters : 0,
        ]),
  ]);
}
