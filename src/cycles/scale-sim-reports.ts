// SPDX-License-Identifier: Apache-2.0
// SCALE-Sim's three report files, with its headers and its number formats, from closed forms.
//
// What follows from its buffers' sizes and bandwidths (everything of DRAM, and the prefetch before the first cycle) is
// left empty: it is not modelled here. Stalls are 0, as in its CALC mode. A layer's line is its number from 0.

import { scaleSimAccess } from './scale-sim-access.ts';
import { type ArraySize, type Dataflow, foldCycles, mapGemm } from './scale-sim-cycles.ts';
import { gemmOf, type ScaleSimLayer } from './scale-sim-layer.ts';

/** One report. */
export interface ReportFile {
  readonly name: string;
  readonly text: string;
}

/** Lines that reports may have: depthwise layers take one a channel. */
const MOST_LINES = 100_000;

const COMPUTE =
  'LayerID, Total Cycles (incl. prefetch), Total Cycles, Stall Cycles, Overall Util %, Mapping Efficiency %, Compute Util %,';
const BANDWIDTH =
  'LayerID, Avg IFMAP SRAM BW, Avg FILTER SRAM BW, Avg OFMAP SRAM BW, ' +
  'Avg IFMAP DRAM BW, Avg FILTER DRAM BW, Avg OFMAP DRAM BW,';
const BUFFERS = [
  ['IFMAP', 'Reads'],
  ['Filter', 'Reads'],
  ['OFMAP', 'Writes'],
] as const;
const DETAILED = [
  'LayerID',
  ...['SRAM', 'DRAM'].flatMap((level) =>
    BUFFERS.flatMap(([name, uses]) => ['Start Cycle', 'Stop Cycle', uses].map((what) => `${level} ${name} ${what}`)),
  ),
].join(', ');

/** A number as Python prints a float; empty where it is none. */
function float(value: number): string {
  if (!Number.isFinite(value)) return '';
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** The lines of one layer. */
function layerLines(layer: ScaleSimLayer, array: ArraySize, dataflow: Dataflow): [string, string, string] {
  const gemm = gemmOf(layer);
  const { rows, columns } = array;
  const { alongRows, alongColumns, time, rowFolds, columnFolds } = mapGemm(gemm, array, dataflow);
  const folds = rowFolds * columnFolds;
  const total = folds * foldCycles(time, array, dataflow) - 1;
  const products = gemm.pixels * gemm.filters * gemm.taps;
  // Means over folds; rows and columns in use, summed over them, come to Sr x Sc.
  const mapped = (alongRows * alongColumns) / (folds * rows * columns);
  // For weight- and input-stationary its code counts the skew twice here.
  const perFold = foldCycles(time, array, dataflow) + (dataflow === 'os' ? 0 : columns - 1);
  const { ifmap, filter, ofmap } = scaleSimAccess(layer, array, dataflow);
  const uses = [ifmap, filter, ofmap];
  return [
    [
      '',
      total,
      0,
      float((100 * products) / (total * rows * columns)),
      float(100 * mapped),
      float(100 * mapped * (time / perFold)),
    ],
    [...uses.map(({ count }) => float(count / total)), '', '', ''],
    [
      ...uses.flatMap(({ start, stop, count }) => [float(start), float(stop), count]),
      ...Array.from({ length: 9 }, () => ''),
    ],
  ].map((cells) => cells.join(', ')) as [string, string, string];
}

/**
 * Writes the reports of a topology, as SCALE-Sim would for one image.
 * @returns COMPUTE_REPORT.csv, BANDWIDTH_REPORT.csv and DETAILED_ACCESS_REPORT.csv
 * @throws {RangeError} when copies of depthwise layers would take more than 100,000 lines.
 */
export function scaleSimReports(
  layers: readonly ScaleSimLayer[],
  array: ArraySize,
  dataflow: Dataflow,
): readonly ReportFile[] {
  const count = layers.reduce((sum, { copies }) => sum + copies, 0);
  if (count > MOST_LINES) {
    throw new RangeError(`Expected reports of at most ${MOST_LINES} lines, but received ${count} layers and channels.`);
  }
  const lines = layers.flatMap((layer) => {
    const once = layerLines(layer, array, dataflow);
    return Array.from({ length: layer.copies }, () => once);
  });
  const file = (name: string, header: string, part: 0 | 1 | 2): ReportFile => ({
    name,
    text: [header, ...lines.map((line, index) => `${index}, ${line[part]},`), ''].join('\n'),
  });
  return [
    file('COMPUTE_REPORT.csv', COMPUTE, 0),
    file('BANDWIDTH_REPORT.csv', BANDWIDTH, 1),
    file('DETAILED_ACCESS_REPORT.csv', `${DETAILED},`, 2),
  ];
}
