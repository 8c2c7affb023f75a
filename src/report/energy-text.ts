// SPDX-License-Identifier: Apache-2.0
// The energy part of a report as text.

import type { Configuration } from '../compile/index.ts';
import { type Band, type EnergyRatio, isHidden } from '../energy/index.ts';
import { columns, decimal } from './columns.ts';
import { isTwin } from './config-text.ts';
import type { ImageEnergyReport } from './report-shape.ts';

const PARTS = [
  ['compute', 'compute'],
  ['registers', 'registers'],
  ['buffers', 'buffers'],
  ['offChip', 'off-chip'],
] as const;

function bandCells({ low, typical, high }: Band): string[] {
  return [low, typical, high].map((value) => decimal(value, 1));
}

/** How minima and the twin compare, and whether memory hides what arithmetic gains. */
function verdict({ multiplierRatio, minimaRatio }: ImageEnergyReport): string[] {
  const { compute, total } = multiplierRatio;
  const range = ({ low, high }: Band): string => `${decimal(low, 2)} to ${decimal(high, 2)}`;
  const cost = (cells: string, ratio: EnergyRatio): string =>
    `  ${cells} cost ${range(ratio.compute)} times the arithmetic, ${range(ratio.total)} times the whole`;
  return [
    ...(minimaRatio === null ? [] : [cost('cells of minima', minimaRatio)]),
    cost('multiplier cells', multiplierRatio),
    ...(isHidden(compute.typical, total.typical)
      ? ['  (registers and memory hide more than half of what the arithmetic gains)']
      : []),
  ];
}

/** Energy of an image, part by part, each with its band and its tables; beside those of minima and of the twin, where they are others. */
export function energyText(energy: ImageEnergyReport, configuration: Pick<Configuration, 'cell'>): string[] {
  const adds = !isTwin(configuration);
  const lines = columns(
    ['left', 'right', 'right', 'right'],
    [
      ['energy an image, nJ', 'low', 'typical', 'high'],
      ...PARTS.map(([part, label]) => [`  ${label}`, ...bandCells(energy[part])]),
      ['  total', ...bandCells(energy)],
      ...(energy.minima === null ? [] : [['  total with cells of minima', ...bandCells(energy.minima)]]),
      ...(adds ? [['  total with multiplier cells', ...bandCells(energy.multiplierTwin)]] : []),
    ],
  );
  const tables = columns(
    ['left', 'left'],
    PARTS.map(([part, label]) => [`  ${label}`, energy.sources[part].join('; ')]),
  );
  return [
    ...lines,
    ...(adds ? verdict(energy) : []),
    'estimated: counted events times published energy an event, from these tables',
    ...tables,
    '  not counted: clock tree, leakage, control',
  ];
}
