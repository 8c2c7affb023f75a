// SPDX-License-Identifier: Apache-2.0
// The report of `berus fpga` as text.

import { RESOURCE_NAMES, RESOURCE_TITLES } from '../../fpga/index.ts';
import { columns, decimal, percent } from './columns.ts';
import { tapsText } from './config-text.ts';
import type { BuildFigures, FpgaReport } from './fpga-shape.ts';

const HEADINGS = RESOURCE_NAMES.map((name) => RESOURCE_TITLES[name]);

/** Signals that a critical path is shown with, besides its ends. */
const MOST_THROUGH = 6;

function fmaxText({ fmaxMHz }: Pick<BuildFigures, 'fmaxMHz'>): string {
  if (fmaxMHz === null) return 'not placed';
  const { min, median, max } = fmaxMHz;
  return `${decimal(median, 1)} MHz (${decimal(min, 1)} to ${decimal(max, 1)})`;
}

function pathLines({ criticalPath }: FpgaReport): string[] {
  if (criticalPath === null) return [];
  const { from, to, through, nanoseconds, logic, routing } = criticalPath;
  const shown = through.slice(0, MOST_THROUGH);
  const more = through.length - shown.length;
  return [
    `slowest path    ${decimal(nanoseconds, 2)} ns (${decimal(logic, 2)} in logic, ${decimal(routing, 2)} in wires)`,
    `  from          ${from}`,
    ...shown.map((name) => `  through       ${name}`),
    ...(more > 0 ? [`  through       ${more} more`] : []),
    `  to            ${to}`,
  ];
}

function speedLines(report: FpgaReport): string[] {
  const { cyclesPerImage, inferencesPerSecond, gsadsPerSecond, peakGsadsPerSecond, atBoardClock } = report;
  if (peakGsadsPerSecond === null) return [];
  const peak = `${decimal(peakGsadsPerSecond, 2)} GSAD/s at most`;
  if (cyclesPerImage === null || inferencesPerSecond === null || gsadsPerSecond === null)
    return [`at the median   ${peak}`];
  return [
    `${report.network.padEnd(15)} ${decimal(cyclesPerImage)} cycles an image in full batches, by the closed form`,
    `at the median   ${decimal(inferencesPerSecond)} inferences a second, ${decimal(gsadsPerSecond, 3)} GSAD/s (${peak})`,
    ...(atBoardClock === null
      ? []
      : [
          `at ${decimal(atBoardClock.clockMHz)} MHz`.padEnd(16) +
            `${decimal(atBoardClock.inferencesPerSecond)} inferences a second, ${decimal(atBoardClock.gsadsPerSecond, 3)} GSAD/s; the link to the host may be slower`,
        ]),
  ];
}

function moduleTable({ modules }: FpgaReport): string[] {
  if (modules.length === 0) return [];
  return [
    '',
    ...columns(
      ['left', ...HEADINGS.map(() => 'right' as const)],
      [
        ['module', ...HEADINGS],
        ...modules.map((one) => [one.name, ...RESOURCE_NAMES.map((part) => decimal(one[part]))]),
      ],
    ),
  ];
}

function twinTable({ twins }: FpgaReport): string[] {
  if (twins.length === 0) return [];
  return [
    '',
    'the array alone, by what its cells sum',
    ...columns(
      ['left', ...HEADINGS.map(() => 'right' as const), 'right', 'right'],
      [
        ['cells', ...HEADINGS, 'LUTs a cell', 'clock'],
        ...twins.map((twin) => [
          twin.cell,
          ...RESOURCE_NAMES.map((part) => decimal(twin[part])),
          decimal(twin.lutsPerCell ?? 0, 1),
          fmaxText(twin),
        ]),
      ],
    ),
  ];
}

function budgetLines({ budgets }: FpgaReport): string[] {
  return budgets.map(
    ({ name, value, limit, kept }) =>
      `budget          ${name}: ${decimal(value, name === 'fmaxMHz' ? 1 : 0)} of ${decimal(limit)}, ${kept ? 'kept' : 'broken'}`,
  );
}

/** Writes the report as lines. */
export function fpgaText(report: FpgaReport): string {
  const { toolchain, used } = report;
  const versions = Object.entries(toolchain.versions).map(([tool, version]) =>
    version.toLowerCase().includes(tool) ? version : `${tool} ${version}`,
  );
  const what = report.part === 'board' ? 'whole' : `its ${report.part} alone`;
  return [
    `${report.boardName}, ${what}; config ${report.config}: ${report.rows}x${report.columns} cells of ${report.cell}s${tapsText(report)}`,
    `tools           ${toolchain.kind}: ${versions.join(', ')}`,
    `takes           ${RESOURCE_NAMES.map((part, i) => `${decimal(report[part])} ${HEADINGS[i]}`).join(', ')}`,
    ...(report.lutsPerCell === null ? [] : [`of a cell       ${decimal(report.lutsPerCell, 1)} LUTs`]),
    ...used.map(
      ({ name, used: count, available }) =>
        `${name.padEnd(15)} ${decimal(count)} of ${decimal(available)} (${percent(count / available, 0)})`,
    ),
    `clock           ${fmaxText(report)}${report.seeds === 0 ? '' : `, seeds: ${report.seeds}; it is to reach ${decimal(report.clockMHz)} MHz`}`,
    ...pathLines(report),
    ...speedLines(report),
    ...budgetLines(report),
    ...(report.bitstream === null ? [] : [`bitstream       ${report.bitstream}`]),
    ...(report.floorplan === null ? [] : [`floorplan       ${report.floorplan}`]),
    ...report.notDone.map((sentence) => `not done        ${sentence}`),
    ...moduleTable(report),
    ...twinTable(report),
    '',
  ].join('\n');
}
