// SPDX-License-Identifier: Apache-2.0
// How a layer is cut for the array: what the columns hold, and what one pass over the taps is.
//
// A tile is `packed` output pixels side by side times `tileFilters` filters of one group: pixel p of filter f is on
// column p * tileFilters + f. Its taps are the union of the pixels' windows along x, in steps of `columnStep` input
// pixels; a column skips taps of the union that are not its own. Weights that multiply take one pass for each bit, or one
// in all where cells multiply.
//
// Where the pixels of a row are no multiple of those of a tile, the columns of the map that are left are a part of their
// own, with fewer pixels in a tile, and so weights of their own: another record, where that takes fewer clocks.
//
// Cells of minima have one sum of the activations for all columns of a row. Pixels side by side, which skip different
// taps, need one each where cells add: a pixel then has a column more, above its filters', which sums what they read.

import { type Layer, layerGeometry, type QuantizedLayer } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { flushCycles, setupCycles } from './pipeline.ts';
import { type ArrayTiming, tileInterval } from './tile-interval.ts';

/** Columns of a map, from one up to another. */
export interface ColumnRange {
  readonly from: number;
  readonly to: number;
}

/** A layer as tiles of the array. */
export interface LayerPlan {
  readonly layer: Layer;
  /** Columns of the output that it computes. */
  readonly columns: ColumnRange;
  /** The part that computes those to their right; null where there are none. */
  readonly rest: LayerPlan | null;
  /** Output pixels side by side in a tile; divides the columns. */
  readonly packed: number;
  /** Whether each of these pixels has a column that sums its activations: pixel p is then on tileFilters + 1 from p times as many on. */
  readonly sumColumns: boolean;
  /** Filters in a tile, but for a group's last tile. */
  readonly tileFilters: number;
  /** Filters in a group's last tile. */
  readonly lastFilters: number;
  /** Tiles of filters in a group. */
  readonly filterTiles: number;
  /** Passes over the taps: bits of the weights where the layer multiplies (see {@link weightPlanes}), 1 where it adds. */
  readonly planes: number;
  /** Columns of the union window, `columnStep` input pixels apart. */
  readonly kernelColumns: number;
  readonly columnStep: number;
  /** Whether the innermost loop steps along a row of the map, which has one channel, and not through channels. */
  readonly rowRun: boolean;
  /** Taps of one pass: kernel rows x columns of the union window x channels of a group. */
  readonly taps: number;
  /**
   * Clocks in which they are issued: of the innermost loop's as many at once as a cell takes in a clock (`tapsPerClock`), its
   * last clock what is left. Where weights are held as many as taps.
   */
  readonly tileClocks: number;
  /** Tiles along a row of these columns. */
  readonly windowColumns: number;
  /** Weight words of a tap. */
  readonly tapWords: number;
  /** What of it a record of the program may have some of: tiles of filters in each group, or groups. */
  readonly cutBy: 'tiles' | 'groups';
}

/** A layer's parts, from left to right: of each the columns that are left are none. */
export function columnParts<Plan extends LayerPlan>(plan: Plan): readonly Plan[] {
  // The rest of a plan is of its kind.
  return plan.rest === null ? [plan] : [{ ...plan, rest: null }, plan.rest as Plan];
}

/** Weight words of a layer: those of its parts one after the other. */
export function weightWords({ layer, filterTiles, planes, taps, tapWords, rest }: LayerPlan): number {
  return layer.groups * filterTiles * planes * taps * tapWords + (rest === null ? 0 : weightWords(rest));
}

/** Columns of a pixel with so many filters. */
export function pixelColumns({ sumColumns }: Pick<LayerPlan, 'sumColumns'>, filters: number): number {
  return filters + (sumColumns ? 1 : 0);
}

/** Tiles that some rows of a part of a layer's output, or of a part of its filters, are summed in. */
export function tilesOf(
  { layer, filterTiles, planes, windowColumns }: LayerPlan,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  return windowColumns * (to - from) * layer.pool * layer.pool * filterTiles * layer.groups * planes;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}

/** Passes that a layer takes when its weights are not known: where it multiplies, weights and their sign have the bits of codes. */
export function assumedPlanes(
  { cell }: Layer,
  { dataBits, cell: cells }: Pick<Configuration, 'dataBits' | 'cell'>,
): number {
  if (cell !== 'multiply' || cells === 'product') return 1;
  return cells === 'minimum' ? dataBits : dataBits - 1;
}

/**
 * Passes that a layer takes: where it multiplies, the bits of its weights. Cells of distances take their magnitude's,
 * as a lane may subtract; cells of minima take those of two's complement, of which the first counts negative. Cells of
 * products take one pass.
 */
export function weightPlanes(
  { layer, weights }: Pick<QuantizedLayer, 'layer' | 'weights'>,
  { cell }: Pick<Configuration, 'cell'>,
): number {
  if (layer.cell !== 'multiply' || cell === 'product') return 1;
  const minima = cell === 'minimum';
  let bits = minima ? 0 : 1;
  // Of two's complement, w below zero has the bits of -1 - w and a sign.
  for (const weight of weights) bits |= minima && weight < 0 ? -1 - weight : Math.abs(weight);
  return 32 - Math.clz32(bits) + (minima ? 1 : 0);
}

/** How a layer may be cut into tiles. */
export interface TileOptions {
  /** Whether columns that are no whole tile may be a part of their own. @defaultValue true */
  readonly parted?: boolean;
}

/**
 * Cuts a layer into tiles, with as many pixels in each as take the fewest clocks.
 * @param planes see {@link weightPlanes}
 */
export function planLayer(
  layer: Layer,
  configuration: ArrayTiming & Pick<Configuration, 'cell'>,
  planes: number,
  { parted = true }: TileOptions = {},
): LayerPlan {
  const { columns } = configuration;
  const { filters, groups, pool, poolPadding } = layer;
  const { output } = layerGeometry(layer);
  const side = pixelColumns({ sumColumns: sumsActivations(layer, configuration.cell) }, filters / groups);
  const most = poolPadding === 0 ? Math.max(1, Math.min(Math.floor(columns / side), output.width)) : 1;
  const rowsOfTiles = output.height * pool * pool * Math.ceil(filters / groups / columns) * groups * planes;
  /** Clocks of the tiles along all rows, with so many pixels in each. */
  const clocksOf = (width: number, packed: number): number =>
    rowsOfTiles *
    (width / packed) *
    Math.max(unionOf(layer, packed, configuration).tileClocks, tileInterval(configuration));
  const another = setupCycles(false, configuration) + flushCycles(configuration);
  let packed = 1;
  let fewest = Infinity;
  for (let pixels = 1; pixels <= most; pixels++) {
    const left = output.width % pixels;
    if (left > 0 && !parted) continue;
    const clocks = clocksOf(output.width - left, pixels) + (left > 0 ? clocksOf(left, left) + another : 0);
    if (clocks < fewest) {
      fewest = clocks;
      packed = pixels;
    }
  }
  const whole = output.width - (output.width % packed);
  const partOf = (from: number, to: number, pixels: number, rest: LayerPlan | null): LayerPlan =>
    tiledPart({ layer, columns: { from, to }, packed: pixels, planes, rest }, configuration);
  const rest = whole < output.width ? partOf(whole, output.width, output.width - whole, null) : null;
  return partOf(0, whole, packed, rest);
}

/**
 * The union of the windows of pixels side by side: its columns, so many input pixels apart, which loop is innermost, and its
 * taps and clocks in one pass.
 */
function unionOf(
  { input, kernelHeight, kernelWidth, stride, dilation, groups, poolStride }: Layer,
  packed: number,
  { tapsPerClock = 1 }: Pick<Configuration, 'tapsPerClock'>,
): Pick<LayerPlan, 'kernelColumns' | 'columnStep' | 'rowRun' | 'taps' | 'tileClocks'> {
  const apart = stride * poolStride;
  // A kernel of one column fits any step.
  const columnStep = packed > 1 ? greatestDivisor(apart, kernelWidth > 1 ? dilation : 0) : dilation;
  const kernelColumns = ((kernelWidth - 1) * dilation + (packed - 1) * apart) / columnStep + 1;
  const rowRun = input.channels === 1 && kernelColumns > 1 && columnStep === 1;
  const [run, runs] = rowRun ? [kernelColumns, kernelHeight] : [input.channels / groups, kernelHeight * kernelColumns];
  return { kernelColumns, columnStep, rowRun, taps: runs * run, tileClocks: runs * Math.ceil(run / tapsPerClock) };
}

/** Columns of a layer's output as tiles of so many pixels. */
function tiledPart(
  { layer, columns, packed, planes, rest }: Pick<LayerPlan, 'layer' | 'columns' | 'packed' | 'planes' | 'rest'>,
  configuration: Pick<Configuration, 'columns' | 'cell' | 'tapsPerClock'>,
): LayerPlan {
  const { columns: arrayColumns, cell } = configuration;
  const groupFilters = layer.filters / layer.groups;
  const filterTiles = Math.ceil(groupFilters / arrayColumns);
  const tileFilters = Math.min(groupFilters, arrayColumns);
  const { kernelColumns, columnStep, rowRun, taps, tileClocks } = unionOf(layer, packed, configuration);
  // Written out: objects that are spread take several times as long to make and to read.
  return {
    layer,
    columns,
    rest,
    packed,
    sumColumns: sumsActivations(layer, cell) && packed > 1,
    tileFilters,
    lastFilters: groupFilters - (filterTiles - 1) * tileFilters,
    filterTiles,
    planes,
    kernelColumns,
    columnStep,
    rowRun,
    taps,
    tileClocks,
    windowColumns: (columns.to - columns.from) / packed,
    tapWords: 1,
    cutBy: filterTiles > 1 ? 'tiles' : 'groups',
  };
}

/** Whether pixels side by side need a column each that sums their activations. */
function sumsActivations(layer: Layer, cell: Configuration['cell']): boolean {
  return layer.cell === 'adder' && cell === 'minimum';
}

/**
 * Passes that a layer takes.
 * @param integers with its weights; without them planes are assumed
 */
export function layerPlanes(
  layer: Layer,
  configuration: Pick<Configuration, 'dataBits' | 'cell'>,
  integers: QuantizedLayer | undefined,
): number {
  return integers === undefined ? assumedPlanes(layer, configuration) : weightPlanes(integers, configuration);
}

/** Plans of layers whose sums stay. */
export function planLayers(
  layers: readonly Layer[],
  configuration: Configuration,
  integers: readonly QuantizedLayer[] | undefined,
  options: TileOptions,
): LayerPlan[] {
  return layers.map((layer, index) =>
    planLayer(layer, configuration, layerPlanes(layer, configuration, integers?.[index]), options),
  );
}
