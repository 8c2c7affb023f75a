// SPDX-License-Identifier: Apache-2.0
// The report of `berus energy` as text, of about 100 columns.

import type { Band } from '../energy/index.ts';
import { choiceText } from './choice-text.ts';
import { columns, decimal, wrapped } from './columns.ts';
import { CELLS, configText, gainText, isTwin } from './config-text.ts';
import type { EnergyCommandReport } from './energy-report.ts';
import { dramTable, layerTable, partTable, sizeTable, times } from './energy-tables-text.ts';
import { minimaLines } from './minima-text.ts';
import { batchesText } from './run-text.ts';

function range({ low, high }: Band): string {
  return `${times(low)} to ${times(high)}`;
}

function verdict({ multiplierRatio: { compute, total }, hidden, minima }: EnergyCommandReport): string[] {
  return [
    ...(minima === null
      ? []
      : [
          `Cells of minima cost ${range(minima.ratio.compute)} times the arithmetic of distances, ${range(minima.ratio.total)} times the whole.`,
        ]),
    `Multiplier cells cost ${range(compute)} times the arithmetic and ${range(total)} times the whole, by the tables.`,
    gainText(hidden),
  ];
}

function sourceLines({ sources, measured }: EnergyCommandReport): string[] {
  const seen = new Set<string>();
  const lines = [...Object.values(sources).flat(), ...(measured ? [measured.source] : [])]
    .map(({ id, source, process, date }) => [id, `${process}, ${date}: ${source}`])
    .filter(([id]) => !seen.has(id!) && seen.add(id!));
  return columns(['left', 'left'], lines);
}

/** The array and its lanes, as measured. */
function measuredLines({ configuration, measured, lacks }: EnergyCommandReport): string[] {
  if (lacks.length > 0) return [...lacks.map((sentence) => `Lacking, the array priced in gates: ${sentence}`), ''];
  if (!measured) return [];
  const { adder, minima, twin, source, lane, note } = measured;
  const others = [
    ...(minima === null ? [] : [{ name: CELLS.minimum, array: minima }]),
    ...(isTwin(configuration) ? [] : [{ name: CELLS.product, array: twin }]),
  ];
  const row = (name: string, part: keyof typeof adder): string[] => [
    name,
    decimal(adder[part]!, 1),
    ...others.flatMap(({ array }) => [decimal(array[part]!, 1), times(array[part]! / adder[part]!)]),
  ];
  const own = CELLS[configuration.cell ?? 'distance'];
  const what = adder.folds === null ? 'The array alone' : 'The array and what folds its sums';
  const missing = adder.folds === null ? 'folds, buffers' : 'buffers';
  return [
    `${what} by energies measured in gates: ${source.id}, ${source.process}, ${source.voltage}, ${source.date}`,
    '(another process than the tables above, so no part of the bands):',
    '',
    ...columns(
      ['left', 'right', ...others.flatMap(() => ['right', 'right'] as const)],
      [
        ['nJ an image', own, ...others.flatMap(({ name }) => [name, 'times'])],
        row('cells', 'compute'),
        row('clock pins of registers', 'clock'),
        ...(adder.folds === null ? [] : [row('folds, with their clock', 'folds')]),
        row('total', 'total'),
      ],
    ),
    `No figure was measured of ${missing} and what is off chip; the published tables have none of the clock.`,
    ...(note === null ? [] : wrapped(note)),
    ...(lane === null ? [] : wrapped(`Folds, whatever the cells: ${lane.source}.`)),
    '',
  ];
}

/** Whether memory hides the gain, by its type, by how often the network is loaded, and by the size of the array. */
function memoryLines(report: EnergyCommandReport): string[] {
  return [
    'nJ an image with the network kept on chip for all images, and loaded for each batch; and how many images have',
    'to share a load for at least half of the arithmetic gain to show:',
    '',
    ...dramTable(report),
    ...(report.offChip.types.every(({ imagesALoad }) => imagesALoad === null)
      ? ['No number of images is enough: registers and buffers hide it by themselves.']
      : []),
    '',
    ...wrapped(
      `Arrays of other sizes, each with a batch that fills it${(report.minima ?? report).zerosOf === null ? '' : ' and has no zeros'}, without the memory off chip (nJ an image):`,
    ),
    '',
    ...sizeTable(report),
  ];
}

/** Writes the report as lines. */
export function energyCommandText(report: EnergyCommandReport): string {
  const { network, config, configuration, offChip, choice, images } = report;
  const compares = !isTwin(configuration);
  return [
    `${network}, images: ${decimal(images)}${batchesText(report)}`,
    configText(config, configuration),
    '',
    ...partTable(report),
    '',
    ...(compares ? [...verdict(report), ''] : []),
    ...layerTable(report),
    '',
    `Off chip: ${decimal(offChip.networkBytes)} bytes of the network, ${decimal(offChip.bytesPerImage)} an image.`,
    ...(compares ? memoryLines(report) : []),
    '',
    ...measuredLines(report),
    ...(choice === null ? [] : [...choiceText(choice), '']),
    ...minimaLines(report).flatMap(wrapped),
    'Estimated: events counted by the closed form, which equals the RTL, times published energy an event.',
    'Not counted: the clock, of which published tables have no figure, leakage, control.',
    ...sourceLines(report),
    '',
  ].join('\n');
}
