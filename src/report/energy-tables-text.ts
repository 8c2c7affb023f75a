// SPDX-License-Identifier: Apache-2.0
// The tables of `berus energy` as text: an array, and beside it those of the same size with other cells.

import type { Band, Comparison } from '../energy/index.ts';
import type { ArrayEnergyReport } from './array-energy.ts';
import { columns, decimal, type Side } from './columns.ts';
import { CELLS, isTwin } from './config-text.ts';
import type { EnergyCommandReport } from './energy-report.ts';
import type { EnergyReport } from './report-shape.ts';

const PARTS = [
  ['compute', 'compute'],
  ['registers', 'registers'],
  ['buffers', 'buffers'],
  ['offChip', 'off-chip'],
] as const;

/** The sides of a gap, a band and a ratio. */
const BESIDE: readonly Side[] = ['left', 'right', 'right', 'right', 'right'];

/** Nanojoules of a whole from which on nobody reads tenths, which would only make lines long. */
const NO_TENTHS = 10_000;

/** How a report writes nanojoules: all alike, so that they line up. */
function nanojoulesOf({ twin }: EnergyCommandReport): (value: number) => string {
  const digits = twin.energyPerImage.high < NO_TENTHS ? 1 : 0;
  return (value) => decimal(value, digits);
}

/** A ratio as it is written. */
export const times = (value: number): string => decimal(value, 2);

/** A line of names above a line of heads, each where a group of columns starts, with that word. */
function headed(heads: string, word: string, names: readonly string[]): string {
  const starts = [...heads.matchAll(new RegExp(`\\b${word}\\b`, 'g'))].map(({ index }) => index);
  return names.reduce((line, name, index) => line.padEnd(starts[index]!) + name, '');
}

/** An array beside the one that is asked for. */
interface Beside extends ArrayEnergyReport {
  readonly cells: string;
  /** The same, short, for tables of many columns. */
  readonly short: string;
}

/** Short for multipliers. */
const MULTIPLIERS = 'mult.';

/** The arrays beside, from the one most like it. */
function besides({ configuration, minima, twin }: EnergyCommandReport): Beside[] {
  if (isTwin(configuration)) return [];
  return [
    ...(minima === null ? [] : [{ cells: CELLS.minimum, short: CELLS.minimum, ...minima }]),
    { cells: CELLS.product, short: MULTIPLIERS, ...twin },
  ];
}

/** The array by part, as bands; those beside it too, with their middles over its own. */
export function partTable(report: EnergyCommandReport): string[] {
  const { configuration, energyPerImage: adder } = report;
  const nanojoules = nanojoulesOf(report);
  const cells = ({ low, typical, high }: Band): string[] => [low, typical, high].map(nanojoules);
  const others = besides(report);
  const row = (name: string, bandOf: (energy: EnergyReport) => Band): string[] => [
    name,
    ...cells(bandOf(adder)),
    ...others.flatMap(({ energyPerImage }) => {
      const [ours, theirs] = [bandOf(adder), bandOf(energyPerImage)];
      return ['', ...cells(theirs), ours.typical === 0 ? '-' : times(theirs.typical / ours.typical)];
    }),
  ];
  const bands = ['low', 'typical', 'high'];
  const lines = [
    ['nJ an image', ...bands, ...others.flatMap(() => ['', ...bands, 'times'])],
    ...PARTS.map(([part, name]) => row(name, (energy) => energy[part])),
    row('total', (energy) => energy),
  ];
  const table = columns(['left', 'right', 'right', 'right', ...others.flatMap(() => BESIDE)], lines);
  const kinds = [CELLS[configuration.cell ?? 'distance'], ...others.map(({ cells: kind }) => kind)];
  return others.length === 0 ? table : [headed(table[0]!, 'low', kinds), ...table];
}

/** Layers of the array by part, and the whole of each on those beside it. */
export function layerTable(report: EnergyCommandReport): string[] {
  const { layers, host } = report;
  const nanojoules = nanojoulesOf(report);
  const others = besides(report);
  const row = (name: string, operations: string, ours: EnergyReport, theirs: readonly EnergyReport[]): string[] => [
    name,
    operations,
    ...PARTS.map(([part]) => nanojoules(ours[part].typical)),
    nanojoules(ours.typical),
    ...theirs.flatMap(({ typical }) => [nanojoules(typical), times(typical / ours.typical)]),
  ];
  const lines = [
    [
      'layer, typical nJ',
      'taps',
      ...PARTS.map(([, name]) => name),
      'total',
      ...others.flatMap(({ short }) => [short, 'times']),
    ],
    ...layers.map(({ name, operations, energy }, index) =>
      row(
        name,
        decimal(operations),
        energy,
        others.map((other) => other.layers[index]!.energy),
      ),
    ),
    row(
      'loading, results',
      '',
      host,
      others.map((other) => other.host),
    ),
  ];
  return columns(['left', ...lines[0]!.slice(1).map(() => 'right' as const)], lines);
}

/** Memories off chip by type: the middles of all arrays with the network kept, and loaded for each batch. */
export function dramTable(report: EnergyCommandReport): string[] {
  const {
    configuration,
    offChip: { types },
    minima,
  } = report;
  const nanojoules = nanojoulesOf(report);
  const kinds = [
    CELLS[configuration.cell ?? 'distance'],
    ...(minima === null ? [] : [CELLS.minimum]),
    MULTIPLIERS,
    'times',
  ];
  const all = ({ adder, twin, ratio }: Comparison, beside: number | undefined): string[] => [
    nanojoules(adder),
    ...(beside === undefined ? [] : [nanojoules(beside)]),
    nanojoules(twin),
    times(ratio),
  ];
  const lines = [
    ['memory off chip', 'pJ/bit', ...kinds, ...kinds, 'a load'],
    ...types.map(({ name, picojoulesPerBit, loadedOnce, loadedEachBatch, imagesALoad }, index) => [
      name,
      decimal(picojoulesPerBit, 1),
      ...all(loadedOnce, minima?.offChip[index]!.loadedOnce),
      ...all(loadedEachBatch, minima?.offChip[index]!.loadedEachBatch),
      imagesALoad === null ? 'none' : decimal(imagesALoad),
    ]),
  ];
  const table = columns(['left', ...lines[0]!.slice(1).map(() => 'right' as const)], lines);
  return [headed(table[0]!, kinds[0]!, ['kept', 'each batch']).padEnd(table[0]!.length - 6) + 'images', ...table];
}

/** Arrays of other sizes. */
export function sizeTable(report: EnergyCommandReport): string[] {
  const { configuration, arraySizes, minima } = report;
  const nanojoules = nanojoulesOf(report);
  const kinds = [CELLS[configuration.cell ?? 'distance'], ...(minima === null ? [] : [CELLS.minimum]), CELLS.product];
  return columns(
    ['left', ...kinds.map(() => 'right' as const), 'right', 'left'],
    [
      ['array', ...kinds, 'times', 'arithmetic gain'],
      ...arraySizes.map(({ side, adder, twin, ratio, hidden }, index) => [
        `${side}x${side}`,
        nanojoules(adder),
        ...(minima === null ? [] : [nanojoules(minima.arraySizes[index]!.energy)]),
        nanojoules(twin),
        times(ratio),
        hidden ? 'more than half is hidden' : 'shows',
      ]),
    ],
  );
}
