// SPDX-License-Identifier: Apache-2.0
// The report of a run as text of at most 100 columns.

import { skipsTaps } from '../cycles/index.ts';
import type { Mismatch } from '../device/index.ts';
import { columns, decimal, percent } from './columns.ts';
import { configText, TAPS } from './config-text.ts';
import { energyText } from './energy-text.ts';
import type { LayerReport, RunReport, StoppedReport, WaveformReport } from './report-shape.ts';
import { staysLines } from './stays-text.ts';

function mismatchLines(mismatch: Mismatch, what: string): string[] {
  const { layer, image, element, row, column, channel, got, expected, cell, expectedCycle } = mismatch;
  const place = `image ${image} element ${element} (row ${row}, column ${column}, channel ${channel})`;
  const late = cell !== undefined && expectedCycle !== undefined && expectedCycle !== cell.cycle;
  const made = cell?.cycle === undefined ? '' : `, in cycle ${decimal(cell.cycle)}`;
  return [
    `${layer}: ${what} at ${place}`,
    `  got ${got ?? 'no word'}, expected ${expected}`,
    ...(cell ? [`  made in cell row ${cell.row}, column ${cell.column}, of tile ${decimal(cell.tile)}${made}`] : []),
    ...(late ? [`  expected in cycle ${decimal(expectedCycle)}`] : []),
  ];
}

function waveformLines(waveform: WaveformReport | null): string[] {
  if (waveform === null) return [];
  const { file, from, to, mismatch } = waveform;
  return [
    `waveform: ${file}, cycles ${decimal(from)} to ${decimal(to - 1)} of a run for it alone, where`,
    ...mismatchLines(mismatch, 'first wrong word'),
  ];
}

function orDash(value: number | null, show: (value: number) => string): string {
  return value === null ? '-' : show(value);
}

/** What of a table is about taps that are skipped. */
function zeroCells(report: RunReport, layers: readonly LayerReport[]): string[] {
  const { configuration, schedule } = report;
  if (configuration === null || schedule === null || !skipsTaps(configuration, schedule)) return [];
  const sum = (part: (layer: LayerReport) => number): number => layers.reduce((total, layer) => total + part(layer), 0);
  const skipped = sum(({ skippedTaps }) => skippedTaps!);
  const taps = skipped + sum(({ spent }) => spent!.stream);
  return [percent(skipped / taps, 1), decimal(sum(({ spent }) => spent!.scan))];
}

type LayerCells = Pick<LayerReport, 'name' | 'cycles' | 'idealCycles' | 'utilization' | 'sads' | 'bitExact'>;

function layerCells(
  { name, cycles, idealCycles, utilization, sads, bitExact }: LayerCells,
  typical: number | null,
  zeros: readonly string[],
): string[] {
  return [
    name,
    orDash(cycles, decimal),
    ...zeros,
    orDash(idealCycles, (value) => decimal(value, 1)),
    orDash(utilization, (value) => percent(value, 1)),
    decimal(sads),
    orDash(typical, (value) => decimal(value, 1)),
    bitExact === null ? 'on the board' : bitExact ? 'bit-exact' : 'DIFFERS',
  ];
}

function layerTable(report: RunReport): string[] {
  const { configuration, layers, cycles, utilization, bitExact } = report;
  const sum = (part: (layer: LayerReport) => number | null): number | null =>
    cycles ? layers.reduce((total, layer) => total + (part(layer) ?? 0), 0) : null;
  const all = {
    name: 'all',
    cycles: cycles?.layers ?? null,
    idealCycles: sum((layer) => layer.idealCycles),
    utilization,
    sads: layers.reduce((total, layer) => total + layer.sads, 0),
    bitExact,
  };
  const zeros = zeroCells(report, layers);
  return columns(
    ['left', 'right', ...zeros.map(() => 'right' as const), 'right', 'right', 'right', 'right', 'left'],
    [
      [
        ...['layer', 'cycles'],
        ...(zeros.length > 0 ? ['skipped', 'scan'] : []),
        ...['ideal', 'utilization', TAPS[configuration?.cell ?? 'distance'], 'nJ an image', 'result'],
      ],
      ...layers.map((layer) => layerCells(layer, layer.energy?.typical ?? null, zeroCells(report, [layer]))),
      layerCells(
        all,
        sum((layer) => layer.energy?.typical ?? null),
        zeros,
      ),
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
    [
      '',
      '',
      (cycles.segmentLoad > 0 ? `${each(cycles.segmentLoad)} loading weights that have no room to stay, ` : '') +
        `${each(cycles.networkLoad)} of loading the network once (${decimal(cycles.networkLoad)} cycles)` +
        (cycles.hidden > 0 ? `; ${each(cycles.hidden)} of` : ''),
    ],
    ...(cycles.hidden > 0 ? [['', '', 'loading pass while a batch runs, and are not in the sum']] : []),
  ];
}

/** How images share the array. */
export function batchesText({ schedule, batchSize }: Pick<RunReport, 'schedule' | 'batchSize'>): string {
  if (schedule === 'weight') return ' one by one, weights held';
  return ` in batches of ${batchSize}${schedule === 'layers' ? ', a schedule for each layer' : ''}`;
}

function exactText({ checkedBy, verify, layers }: RunReport): string {
  if (layers.some(({ bitExact }) => bitExact === null)) return `every code of the results equals the ${checkedBy}`;
  const clocks = verify === 'cycle' ? ', its clock the closed form' : '';
  return `every code of every layer equals the ${checkedBy}${clocks}`;
}

function countersCells({ countersEqual, miscount, link }: RunReport): string[][] {
  if (countersEqual === null) return [];
  const those = link === null ? 'every one, and the clocks of the host,' : 'every one, but waits for the host,';
  if (miscount === null) return [['counters', 'equal', `${those} to the closed form`]];
  const { layer, counter, counted, expected } = miscount;
  const what = `${layer ?? 'the host'}: counted ${decimal(counted)} ${counter}`;
  return [['counters', 'NO', `${what}, the closed form says ${decimal(expected)}`]];
}

function linkCells({ link }: RunReport): string[][] {
  if (link === null) return [];
  const { requests, repeats, strayBytes, bytesSent, bytesReceived, networkHeld, segmentsFromFlash } = link;
  const bytes = `${decimal(bytesSent)} bytes sent, ${decimal(bytesReceived)} received`;
  return [
    ['requests', decimal(requests), `${bytes}; ${decimal(repeats)} repeated, ${decimal(strayBytes)} stray bytes`],
    ...(networkHeld ? [['network', 'there', 'the board held it already, and it was not sent']] : []),
    ...(segmentsFromFlash ? [['weights', 'from flash', 'those of each batch, which were not sent']] : []),
  ];
}

function onThreads(threads: number): string {
  return threads > 1 ? ` on ${threads} threads` : '';
}

/** Writes the report of a run that stopped as lines. */
export function stoppedText(report: StoppedReport): string {
  const { network, device, images, config, configuration, mismatch, checkedBy, verify } = report;
  return [
    `${network} on device ${device}, images: ${decimal(images)}${batchesText(report)}`,
    configText(config, configuration),
    '',
    ...mismatchLines(mismatch, 'first wrong word'),
    ...waveformLines(report.waveform),
    '',
    `bit-exact  NO  stopped at the first ${verify === 'cycle' ? 'code or clock' : 'code'} that differs from the ${checkedBy}`,
    '',
  ].join('\n');
}

/** Writes the report as lines. */
export function runText(report: RunReport): string {
  const { configuration } = report;
  const batches = configuration === null ? '' : batchesText(report);
  const facts = [
    ['accuracy', percent(report.accuracy), `${report.correct} of ${report.images} images`],
    report.bitExact
      ? ['bit-exact', 'yes', report.device === report.checkedBy ? `it is the ${report.checkedBy}` : exactText(report)]
      : ['bit-exact', 'NO', `codes that differ from the ${report.checkedBy}: ${decimal(report.mismatches)}`],
    ...cyclesText(report),
    ...countersCells(report),
    ...linkCells(report),
    ...(report.simulatedCyclesPerSecond === null
      ? []
      : [['simulated', decimal(report.simulatedCyclesPerSecond), `cycles a second${onThreads(report.threads)}`]]),
  ];
  const mismatches = report.layers.flatMap(({ firstMismatch }) =>
    firstMismatch ? mismatchLines(firstMismatch, 'first mismatch') : [],
  );
  return [
    `${report.network} on device ${report.device}, images: ${decimal(report.images)}${batches}`,
    ...(configuration === null ? [] : [configText(report.config, configuration)]),
    '',
    ...layerTable(report),
    ...(report.schedule === 'layers' ? ['', ...staysLines(report.layers)] : []),
    ...(mismatches.length > 0 ? ['', ...mismatches, ...waveformLines(report.waveform)] : []),
    '',
    ...columns(['left', 'right', 'left'], facts),
    ...(report.energyPerImage ? ['', ...energyText(report.energyPerImage, configuration!)] : []),
    '',
  ].join('\n');
}
