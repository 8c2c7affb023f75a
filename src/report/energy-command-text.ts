// SPDX-License-Identifier: Apache-2.0
// The report of `berus energy` as text, of about 100 columns.

import { skipsTaps } from '../cycles/index.ts';
import type { Band, Comparison } from '../energy/index.ts';
import { choiceText } from './choice-text.ts';
import { columns, decimal } from './columns.ts';
import { configText, gainText, isTwin } from './config-text.ts';
import type { EnergyCommandReport } from './energy-report.ts';
import type { EnergyReport } from './report-shape.ts';
import { batchesText } from './run-text.ts';
import { zerosText } from './zeros.ts';

const PARTS = [
  ['compute', 'compute'],
  ['registers', 'registers'],
  ['buffers', 'buffers'],
  ['offChip', 'off-chip'],
] as const;

const nanojoules = (value: number): string => decimal(value, 1);
const times = (value: number): string => decimal(value, 2);

function cells({ low, typical, high }: Band): string[] {
  return [low, typical, high].map(nanojoules);
}

/** Both arrays by part, each as a band, and their middles against each other; or the twin alone. */
function partTable(report: EnergyCommandReport): string[] {
  const {
    configuration,
    energyPerImage: adder,
    twin: { energyPerImage: twin },
  } = report;
  const row = (name: string, ours: Band, theirs: Band): string[] => [
    name,
    ...cells(ours),
    '',
    ...cells(theirs),
    ours.typical === 0 ? '-' : times(theirs.typical / ours.typical),
  ];
  const lines = [
    ['', 'adders', '', '', '', 'multipliers', '', '', ''],
    ['nJ an image', 'low', 'typical', 'high', '', 'low', 'typical', 'high', 'times'],
    ...PARTS.map(([part, name]) => row(name, adder[part], twin[part])),
    row('total', adder, twin),
  ];
  return columns(
    ['left', 'right', 'right', 'right', 'left', 'right', 'right', 'right', 'right'],
    isTwin(configuration) ? lines.slice(1).map((line) => line.slice(0, 4)) : lines,
  );
}

function layerTable({ configuration, layers, host, twin }: EnergyCommandReport): string[] {
  const row = (name: string, operations: string, ours: EnergyReport, theirs: EnergyReport): string[] => [
    name,
    operations,
    ...PARTS.map(([part]) => nanojoules(ours[part].typical)),
    nanojoules(ours.typical),
    nanojoules(theirs.typical),
    times(theirs.typical / ours.typical),
  ];
  const lines = [
    ['layer, typical nJ', 'taps', ...PARTS.map(([, name]) => name), 'total', 'multipliers', 'times'],
    ...layers.map(({ name, operations, energy }, index) =>
      row(name, decimal(operations), energy, twin.layers[index]!.energy),
    ),
    row('loading, results', '', host, twin.host),
  ];
  return columns(
    ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    isTwin(configuration) ? lines.map((line) => line.slice(0, -2)) : lines,
  );
}

function dramTable({ offChip: { types } }: EnergyCommandReport): string[] {
  const both = ({ adder, twin, ratio }: Comparison): string[] => [nanojoules(adder), nanojoules(twin), times(ratio)];
  return columns(
    ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
    [
      ['', '', 'kept', '', '', 'each batch', '', '', 'images'],
      ['memory off chip', 'pJ/bit', 'adders', 'multipl.', 'times', 'adders', 'multipl.', 'times', 'a load'],
      ...types.map(({ name, picojoulesPerBit, loadedOnce, loadedEachBatch, imagesALoad }) => [
        name,
        decimal(picojoulesPerBit, 1),
        ...both(loadedOnce),
        ...both(loadedEachBatch),
        imagesALoad === null ? 'none' : decimal(imagesALoad),
      ]),
    ],
  );
}

function sizeTable({ arraySizes }: EnergyCommandReport): string[] {
  return columns(
    ['left', 'right', 'right', 'right', 'left'],
    [
      ['array', 'adders', 'multipliers', 'times', 'arithmetic gain'],
      ...arraySizes.map(({ side, adder, twin, ratio, hidden }) => [
        `${side}x${side}`,
        nanojoules(adder),
        nanojoules(twin),
        times(ratio),
        hidden ? 'more than half is hidden' : 'shows',
      ]),
    ],
  );
}

function range({ low, high }: Band): string {
  return `${times(low)} to ${times(high)}`;
}

function verdict({ multiplierRatio: { compute, total }, hidden }: EnergyCommandReport): string[] {
  return [
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

/** The array alone, as measured. */
function measuredLines({ measured, lacks }: EnergyCommandReport): string[] {
  if (lacks.length > 0) return [...lacks.map((sentence) => `Lacking, the array priced in gates: ${sentence}`), ''];
  if (!measured) return [];
  const { adder, twin, source } = measured;
  const row = (name: string, part: keyof typeof adder): string[] => [
    name,
    nanojoules(adder[part]),
    nanojoules(twin[part]),
    times(twin[part] / adder[part]),
  ];
  return [
    `The array alone by energies measured in gates: ${source.id}, ${source.process}, ${source.voltage}, ${source.date}`,
    '(another process than the tables above, so no part of the bands):',
    '',
    ...columns(
      ['left', 'right', 'right', 'right'],
      [
        ['nJ an image', 'adders', 'multipliers', 'times'],
        row('cells', 'compute'),
        row('clock pins of registers', 'clock'),
        row('total', 'total'),
      ],
    ),
    'No figure was measured of folds, buffers and what is off chip; the published tables have none of the clock.',
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
    `Arrays of other sizes, each with a batch that fills it${report.zerosOf === null ? '' : ' and has no zeros'}, without the memory off chip (nJ an image):`,
    '',
    ...sizeTable(report),
  ];
}

/** Writes the report as lines. */
export function energyCommandText(report: EnergyCommandReport): string {
  const { network, images, config, configuration, schedule, offChip, zerosOf, choice } = report;
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
    ...(skipsTaps(configuration, schedule) ? [`Cells of minima: ${zerosText(zerosOf, images)}.`] : []),
    'Estimated: events counted by the closed form, which equals the RTL, times published energy an event.',
    'Not counted: the clock, of which published tables have no figure, leakage, control.',
    ...sourceLines(report),
    '',
  ].join('\n');
}
