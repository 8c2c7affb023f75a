// SPDX-License-Identifier: Apache-2.0
// Which cells a network's array is to have, distances or minima, from figures alone: its clocks by the closed form with
// zeros of its own images, energies that were measured in gates, and areas that were measured.
//
// - In standard cells, those that take less energy for an image.
// - On an FPGA, those that need fewer look-up tables for as many images a second: look-up tables times clocks over the
//   clock's frequency, with the better of both arrays of a kind. What skips taps counts with minima.
//
// Areas are of arrays whose cells take one tap in a clock, whatever the configuration says.

import type { Configuration } from '../compile/index.ts';
import { type LayerCounters, networkCounters, type Occupancy } from '../cycles/index.ts';
import type { QuantizedNetwork } from '../network/index.ts';
import { type AddingCell, withCells } from './adding-cells.ts';
import type { AreaFigures, AreaTable } from './areas.ts';
import { countedLayers } from './counted-layers.ts';
import { measuredEnergy } from './measured.ts';
import type { MeasuredTable } from './table.ts';

/** Minima over distances. */
export interface CellRatios {
  readonly clocks: number;
  /** Of the array as gates; null where it is not one of those that were measured. */
  readonly energy: number | null;
  /** Of the array in standard cells, with what skips taps. */
  readonly squareMicrons: number;
  /** Look-up tables for as many images a second. */
  readonly luts: number;
}

/** Which cells to take. */
export interface CellChoice {
  /** Images whose zeros decided, and their set; null: nothing was taken to be 0. */
  readonly images: number;
  readonly zerosOf: string | null;
  readonly ratios: CellRatios;
  readonly standardCells: AddingCell | null;
  readonly fpga: AddingCell;
  /** Whether the FPGA's array of that kind is the one with cells for FPGAs. */
  readonly fpgaPipelined: boolean;
  /** Size of the arrays whose areas were taken, and the table of energies. */
  readonly areasOf: string;
  readonly energiesOf: string;
}

/** What is chosen for. */
export interface ChoiceQuestion {
  readonly network: QuantizedNetwork;
  readonly configuration: Configuration;
  readonly images: number;
  readonly zerosOf: string | null;
  /** Where the images' maps are 0, in batches of the configuration's rows; undefined: nowhere. */
  readonly occupied: readonly Occupancy[] | undefined;
}

/** Arrays of a kind with registers at each cell, which takes a tap a clock, whose number of cells is nearest to that. */
function nearest({ areas }: AreaTable, kind: AddingCell, cells: number): AreaFigures[] {
  const far = ({ rows, columns }: AreaFigures): number => Math.abs(Math.log((rows * columns) / cells));
  const arrays = areas.filter(
    ({ kind: own, rows, columns, reach = 1, tapsPerClock = 1 }) =>
      own === kind && rows * columns > 1 && reach === 1 && tapsPerClock === 1,
  );
  const least = Math.min(...arrays.map(far));
  return arrays.filter((area) => far(area) === least);
}

/** The array of a kind with the fewest look-up tables for its clock, and what it takes of them for a MHz. */
function onFpga(
  arrays: readonly AreaFigures[],
  cells: number,
  more: number,
): { readonly pipelined: boolean; readonly lutsPerMHz: number } {
  return arrays
    .flatMap(({ luts, rows, columns, fpgaMHz, pipelined }) =>
      fpgaMHz === null ? [] : [{ pipelined, lutsPerMHz: ((luts * cells) / (rows * columns) + more) / fpgaMHz }],
    )
    .reduce((best, one) => (one.lutsPerMHz < best.lutsPerMHz ? one : best));
}

/**
 * Clocks of the images, and nJ an image. A tap that is skipped is one of little energy, so that all are priced at their
 * mean, skipped or not: of what is skipped only the clocks are saved.
 */
function runOf(
  { network, configuration, images, occupied }: ChoiceQuestion,
  cell: AddingCell,
  table: MeasuredTable,
): { readonly clocks: number; readonly energy: number | null } {
  // What only some cells or schedules can do is left out of both.
  const { weightPorts: _ports, partialDepth: _partial, serialFold: _serial, ...both } = configuration;
  const own = withCells(both, cell);
  const count = (zeros?: readonly Occupancy[]): LayerCounters[] =>
    networkCounters(network, own, images, 'output', zeros);
  const all = count();
  const taken = cell === 'minimum' && occupied !== undefined ? count(occupied) : all;
  const clocks = taken.reduce((sum, { cycles }) => sum + cycles.total, 0);
  if (own.dataBits !== 8 || own.pipelined === 1) return { clocks, energy: null };
  const layers = countedLayers(network, own, images, all, 'output');
  const host = { networkBytes: 0, imageBytes: 0, resultBytes: 0 };
  return { clocks, energy: measuredEnergy({ configuration: own, images, layers, host }, clocks, table).adder.total };
}

/**
 * Chooses.
 * @throws {RangeError} when the network does not fit an array of minima or of distances
 */
export function chooseCell(question: ChoiceQuestion, table: MeasuredTable, areas: AreaTable): CellChoice {
  const { configuration, images, zerosOf } = question;
  const cells = configuration.rows * configuration.columns;
  const [distances, minima] = [runOf(question, 'distance', table), runOf(question, 'minimum', table)];
  const [plain, skips] = [nearest(areas, 'distance', cells), nearest(areas, 'minimum', cells)];
  const area = (arrays: readonly AreaFigures[], more: number): number => {
    const { squareMicrons, rows, columns } = arrays.find(({ pipelined }) => !pipelined)!;
    return (squareMicrons * cells) / (rows * columns) + more;
  };
  // Where cells take several taps in a clock none is skipped.
  const skipping = (configuration.tapsPerClock ?? 1) > 1 ? { luts: 0, squareMicrons: 0 } : areas.skipping;
  const boards = { distance: onFpga(plain, cells, 0), minimum: onFpga(skips, cells, skipping.luts) };
  const clocks = minima.clocks / distances.clocks;
  const ratios: CellRatios = {
    clocks,
    energy: minima.energy === null || distances.energy === null ? null : minima.energy / distances.energy,
    squareMicrons: area(skips, skipping.squareMicrons) / area(plain, 0),
    luts: (clocks * boards.minimum.lutsPerMHz) / boards.distance.lutsPerMHz,
  };
  const fpga = ratios.luts < 1 ? 'minimum' : 'distance';
  return {
    images,
    zerosOf,
    ratios,
    standardCells: ratios.energy === null ? null : ratios.energy < 1 ? 'minimum' : 'distance',
    fpga,
    fpgaPipelined: boards[fpga].pipelined,
    areasOf: `${plain[0]!.rows}x${plain[0]!.columns}`,
    energiesOf: table.id,
  };
}
