// SPDX-License-Identifier: Apache-2.0
// The report of a run as text of at most 100 columns.

import type { Configuration } from '../compile/index.ts';
import { columns, decimal, percent } from './columns.ts';
import type { Mismatch } from './compare.ts';
import { energyText } from './energy-text.ts';
import type { LayerReport, RunReport } from './report-shape.ts';

function mismatchLines({ layer, image, element, row, column, channel, got, expected, cell }: Mismatch): string[] {
  const place = `image ${image} element ${element} (row ${row}, column ${column}, channel ${channel})`;
  return [
    `${layer}: first mismatch at ${place}`,
    `  got ${got}, expected ${expected}`,
    ...(cell ? [`  made in cell row ${cell.row}, column ${cell.column}, in cycle ${decimal(cell.cycle)}`] : []),
  ];
}

function orDash(value: number | null, show: (value: number) => string): string {
  return value === null ? '-' : show(value);
}

function layerCells({ name, cycles, idealCycles, utilization, sads, energy, bitExact }: LayerReport): string[] {
  return [
    name,
    orDash(cycles, decimal),
    orDash(idealCycles, (value) => decimal(value, 1)),
    orDash(utilization, (value) => percent(value, 1)),
    decimal(sads),
    orDash(energy?.typical ?? null, (value) => decimal(value, 1)),
    bitExact ? 'bit-exact' : 'DIFFERS',
  ];
}

function layerTable(report: RunReport): string[] {
  const sum = (part: (layer: LayerReport) => number | null): number | null =>
    report.cycles ? report.layers.reduce((total, layer) => total + (part(layer) ?? 0), 0) : null;
  const all = layerCells({
    name: 'all',
    cycles: report.cycles?.layers ?? null,
    idealCycles: sum((layer) => layer.idealCycles),
    utilization: report.utilization,
    sads: report.layers.reduce((total, layer) => total + layer.sads, 0),
    energy: null,
    bitExact: report.bitExact,
    mismatches: report.mismatches,
    firstMismatch: null,
  });
  all[5] = orDash(
    sum((layer) => layer.energy?.typical ?? null),
    (value) => decimal(value, 1),
  );
  return columns(
    ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
    [
      ['layer', 'cycles', 'ideal', 'utilization', 'abs. differences', 'nJ an image', 'result'],
      ...report.layers.map(layerCells),
      all,
    ],
  );
}

function cyclesText({ cycles, images, cyclesPerImage }: RunReport): string[][] {
  if (!cycles || cyclesPerImage === null) return [];
  const each = (value: number): string => decimal(value / images, 1);
  return [
    [
      'cycles an image',
      decimal(cyclesPerImage, 1),
      `${each(cycles.layers)} in layers, ${each(cycles.imageLoad)} loading it, ${each(cycles.resultRead)} reading its ` +
        `result,`,
    ],
    ['', '', `${each(cycles.networkLoad)} of loading the network once (${decimal(cycles.networkLoad)} cycles)`],
  ];
}

function configText(name: string | null, { rows, columns: across, dataBits, accBits }: Configuration): string {
  return `config ${name}: ${rows}x${across} cells, ${dataBits}-bit codes, ${accBits}-bit sums`;
}

/** Writes the report as lines. */
export function runText(report: RunReport): string {
  const { configuration } = report;
  const batches = configuration === null ? '' : ` in batches of ${configuration.rows}`;
  const facts = [
    ['accuracy', percent(report.accuracy), `${report.correct} of ${report.images} images`],
    report.bitExact
      ? [
          'bit-exact',
          'yes',
          report.device === 'reference' ? 'it is the reference' : 'every code of every layer equals the reference',
        ]
      : ['bit-exact', 'NO', `codes that differ from the reference: ${decimal(report.mismatches)}`],
    ...cyclesText(report),
    ...(report.simulatedCyclesPerSecond === null
      ? []
      : [['simulated', decimal(report.simulatedCyclesPerSecond), 'cycles a second']]),
  ];
  const mismatches = report.layers.flatMap(({ firstMismatch }) => (firstMismatch ? mismatchLines(firstMismatch) : []));
  return [
    `${report.network} on device ${report.device}, images: ${decimal(report.images)}${batches}`,
    ...(configuration === null ? [] : [configText(report.config, configuration)]),
    '',
    ...layerTable(report),
    ...(mismatches.length > 0 ? ['', ...mismatches] : []),
    '',
    ...columns(['left', 'right', 'left'], facts),
    ...(report.energyPerImage ? ['', ...energyText(report.energyPerImage)] : []),
    '',
  ].join('\n');
}
