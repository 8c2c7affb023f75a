// SPDX-License-Identifier: Apache-2.0
// One page that says what a network costs on an array: self-contained, without a script, a font or a file of its own.

import { mostTaps } from '../../compile/index.ts';
import type { LayerCycles, Timeline } from '../../cycles/index.ts';
import type { AreaTable, Band, EnergyRatio } from '../../energy/index.ts';
import type { Network } from '../../network/index.ts';
import { decimal, percent } from '../columns.ts';
import { CELLS, gainText, isTwin, TAPS, tapsText } from '../config-text.ts';
import type { CyclesReport } from '../cycles-shape.ts';
import type { EnergyCommandReport } from '../energy-report.ts';
import { escaped } from '../escaped.ts';
import { minimaLines } from '../minima-text.ts';
import { areaSection } from './area-section.ts';
import { bandBars } from './band-bars.ts';
import { heatMap } from './heat-map.ts';
import { networkDiagram } from './network-diagram.ts';
import { figure, section, table } from './parts.ts';
import { roofline, type RooflinePoint } from './roofline.ts';
import { stackedBars } from './stacked-bars.ts';
import { STYLE } from './style.ts';
import { timelineExcerpt } from './timeline-excerpt.ts';

/** What a page is made from. */
export interface PageContent {
  readonly network: Network;
  readonly cycles: CyclesReport;
  readonly energy: EnergyCommandReport;
  readonly areas: AreaTable;
  /** [row][column]: the share of its clocks in which a cell adds; null where weights are held. */
  readonly cellUse: readonly (readonly number[])[] | null;
  /** The first batch, and its clocks. */
  readonly timeline: { readonly drawn: Timeline; readonly clocks: number };
  /** The command that makes the page again. */
  readonly command: string;
  readonly version: string;
}

/** How many there are of something. */
function counted(count: number, one: string, more: string): string {
  return `${decimal(count)} ${count === 1 ? one : more}`;
}

const SPENT = ['stream', 'drain', 'load', 'setup', 'flush'] as const satisfies (keyof LayerCycles)[];

function cyclesSection({ layers, images }: CyclesReport): string {
  const used = SPENT.filter((kind) => layers.some(({ spent }) => (spent?.[kind] ?? 0) > 0));
  const bars = layers.map(({ name, spent }) => ({
    name,
    values: used.map((kind) => (spent?.[kind] ?? 0) / images),
  }));
  const title = 'Cycles of each layer by what they are spent on';
  return section('Cycles', [
    figure(
      stackedBars({ title, unit: 'cycles an image', names: used, bars, digits: 1 }),
      'Cycles an image. Stream: a tap a clock. Drain: a tile waits for the sums before it. Setup and flush: once a layer and batch.',
    ),
  ]);
}

/** What stays in the cells. */
const STAYS: Readonly<Record<CyclesReport['schedule'], string>> = {
  output: 'sums stay in the cells',
  weight: 'weights stay in the cells',
  layers: 'sums or weights stay in the cells, what is best for each layer',
};
const PARTS = ['compute', 'registers', 'buffers', 'offChip'] as const;
const PART_NAMES = { compute: 'compute', registers: 'registers', buffers: 'buffers', offChip: 'off-chip' } as const;

/** The array by part, and those of other cells beside it. */
function partSection(report: EnergyCommandReport): string {
  const { configuration, energyPerImage, twin, minima, multiplierRatio, hidden } = report;
  const alone = isTwin(configuration);
  const arrays = [
    { cells: CELLS[configuration.cell ?? 'distance'], energy: energyPerImage },
    ...(minima === null ? [] : [{ cells: CELLS.minimum, energy: minima.energyPerImage }]),
    ...(alone ? [] : [{ cells: CELLS.product, energy: twin.energyPerImage }]),
  ];
  const names = arrays.map(({ cells }) => cells);
  const range = ({ low, high }: Band): string => `${decimal(low, 2)} to ${decimal(high, 2)}`;
  const cost = (who: string, { compute, total }: EnergyRatio): string =>
    ` ${who} cost ${range(compute)} times the arithmetic and ${range(total)} times the whole.`;
  const times = [
    ...(minima === null ? [] : [cost('Minima', minima.ratio)]),
    ...(alone ? [] : [cost('Multipliers', multiplierRatio)]),
  ];
  return section(alone ? 'Energy' : `Energy, beside the same array of ${names.slice(1).join(' and of ')}`, [
    figure(
      bandBars({
        title: `Energy an image by part, ${names.join(', ').replace(/, ([^,]*)$/, ' and $1')}`,
        unit: 'nJ an image',
        names,
        groups: [
          ...PARTS.map((part) => ({ name: PART_NAMES[part], bands: arrays.map(({ energy }) => energy[part]) })),
          { name: 'total', bands: arrays.map(({ energy }) => energy) },
        ],
      }),
      `Each bar goes from the lowest to the highest of the published tables; the mark is the middle one.${times.join('')}`,
    ),
    ...(alone ? [] : [`<p>${gainText(hidden)}</p>`]),
  ]);
}

function energySection(report: EnergyCommandReport): string {
  const { layers, host } = report;
  const bars = [...layers, { name: 'loading, results', energy: host }].map(({ name, energy }) => ({
    name,
    values: PARTS.map((part) => energy[part].typical),
  }));
  return [
    partSection(report),
    section('Energy of each layer', [
      figure(
        stackedBars({
          title: 'Energy of each layer by part',
          unit: 'nJ an image',
          names: PARTS.map((part) => PART_NAMES[part]),
          bars,
          digits: 1,
        }),
        'nJ an image of the array, by the middle tables.',
      ),
    ]),
  ].join('\n');
}

/** Operations a byte that the buffers read for taps, and operations a clock. */
function rooflinePoints({ layers, configuration }: CyclesReport): RooflinePoint[] {
  const { rows, columns, dataBits } = configuration;
  const activation = (rows * dataBits) / 8;
  const weight = (columns * (dataBits + 1)) / 8;
  return layers.flatMap(({ name, sads, cycles, events }) => {
    if (sads === null || cycles === null || events === null || sads === 0) return [];
    const bytes = events.activationReads * activation + events.weightReads * weight;
    return [{ name, intensity: sads / bytes, rate: sads / cycles }];
  });
}

function rooflineSection(cycles: CyclesReport): string {
  const { rows, columns, dataBits, tapsPerClock = 1 } = cycles.configuration;
  const points = rooflinePoints(cycles);
  if (points.length === 0) return '';
  const bandwidth = (tapsPerClock * (rows * dataBits + columns * (dataBits + 1))) / 8;
  const one = tapsPerClock === 1;
  const cells = `${decimal(rows * columns)} cells${one ? '' : `, of ${tapsPerClock} taps each`}`;
  const words = one
    ? 'one activation word and one weight word'
    : `${tapsPerClock} activation words and ${tapsPerClock} weight words`;
  return section('Roofline', [
    figure(
      roofline({ title: 'Roofline of the array', peak: mostTaps(cycles.configuration), bandwidth, points }),
      `Taps a clock. Flat: all ${cells}. Slope: ${words} a clock, ${decimal(bandwidth, 1)} bytes.`,
    ),
  ]);
}

function layerSection({ configuration, layers, images }: CyclesReport, energy: EnergyCommandReport): string {
  const alone = isTwin(configuration);
  const orDash = (value: number | null, show: (value: number) => string): string =>
    value === null ? '-' : show(value);
  const lines = layers.map(({ name, sads, cycles, utilization, array }, index) => [
    name,
    orDash(sads === null ? null : sads / images, decimal),
    orDash(cycles === null ? null : cycles / images, (value) => decimal(value, 1)),
    orDash(utilization, (value) => percent(value, 1)),
    array?.bound ?? '-',
    decimal(energy.layers[index]!.energy.typical, 1),
    ...(energy.minima === null ? [] : [decimal(energy.minima.layers[index]!.energy.typical, 1)]),
    ...(alone ? [] : [decimal(energy.twin.layers[index]!.energy.typical, 1)]),
  ]);
  const head = [
    'layer',
    TAPS[configuration.cell ?? 'distance'],
    'cycles',
    'utilization',
    'bound',
    'nJ',
    ...(energy.minima === null ? [] : ['nJ, minima']),
    ...(alone ? [] : ['nJ, multipliers']),
  ];
  return section('Layers', [table(head, lines), '<p>All of one image.</p>'], true);
}

function configurationSection({ configuration, buffers }: CyclesReport): string {
  const lines = Object.entries(configuration).map(([name, value]) => {
    const need = buffers.filter((one) => one.name === name).map(({ needed }) => needed);
    return [name, String(value), need.length > 0 ? decimal(Math.max(...need)) : ''];
  });
  return section('Configuration', [table(['size', 'is', 'needed'], lines)]);
}

function memorySection({ configuration, offChip, arraySizes, minima }: EnergyCommandReport): string {
  const own = CELLS[configuration.cell ?? 'distance'];
  const dram = offChip.types.map(({ name, picojoulesPerBit, loadedOnce, loadedEachBatch, imagesALoad }, index) => {
    const beside = minima?.offChip[index];
    return [
      name,
      decimal(picojoulesPerBit, 1),
      decimal(loadedOnce.ratio, 2),
      decimal(loadedEachBatch.ratio, 2),
      imagesALoad === null ? 'none' : decimal(imagesALoad),
      ...(beside === undefined
        ? []
        : [
            decimal(beside.loadedOnce / loadedOnce.adder, 2),
            decimal(beside.loadedEachBatch / loadedEachBatch.adder, 2),
          ]),
    ];
  });
  const sizes = arraySizes.map(({ side, adder, twin, ratio, hidden }, index) => [
    `${side}x${side}`,
    decimal(adder, 1),
    ...(minima === null ? [] : [decimal(minima.arraySizes[index]!.energy, 1)]),
    decimal(twin, 1),
    decimal(ratio, 2),
    hidden ? 'yes' : 'no',
  ]);
  return section('Whether memory hides the gain', [
    `<p>Multipliers over ${own} with the network (${decimal(offChip.networkBytes)} bytes) kept on chip, and loaded anew for each batch; and the images that have to share a load for at least half of the arithmetic gain to show.${minima === null ? '' : ` Last, minima over ${own}.`}</p>`,
    table(
      ['memory off chip', 'pJ/bit', 'kept', 'anew', 'images', ...(minima === null ? [] : ['minima, kept', 'anew'])],
      dram,
    ),
    '<p>Arrays of other sizes, each with a batch that fills it, without the memory off chip.</p>',
    table(
      ['array', `nJ, ${own}`, ...(minima === null ? [] : ['nJ, minima']), 'nJ, multipliers', 'times', 'hidden'],
      sizes,
    ),
  ]);
}

function sourcesSection({ sources }: EnergyCommandReport): string {
  const seen = new Map(
    Object.values(sources)
      .flat()
      .map((one) => [one.id, one]),
  );
  const lines = [...seen.values()].map(({ id, process, voltage, date, source, rule }) => [
    id,
    process,
    voltage,
    date,
    source,
    rule,
  ]);
  return section(
    'Where the figures come from',
    [
      '<p>Cycles and events: the closed form, which equals the counters of the RTL. Energy: events times published energy an event. Not counted: clock tree, leakage, control.</p>',
      table(['table', 'process', 'voltage', 'date', 'source', 'between its points'], lines, [4, 5]),
    ],
    true,
  );
}

/** Makes the page. */
export function reportPage(content: PageContent): string {
  const { network, cycles, energy, areas, cellUse, timeline, command, version } = content;
  const { configuration, images, batches } = cycles;
  const title = `${network.name} on ${cycles.config}`;
  const facts: readonly (readonly [value: string, what: string])[] = [
    [
      `${configuration.rows}x${configuration.columns}`,
      `cells${tapsText(configuration)}, ${configuration.dataBits}-bit codes`,
    ],
    [decimal(cycles.cyclesPerImage!, 1), 'cycles an image'],
    [percent(cycles.utilization!, 1), 'utilization'],
    [
      `${decimal(energy.energyPerImage.typical, 1)} nJ`,
      `an image (${decimal(energy.energyPerImage.low, 1)} to ${decimal(energy.energyPerImage.high, 1)})`,
    ],
    ...(energy.minima === null
      ? []
      : [[`${decimal(energy.minima.energyPerImage.typical, 1)} nJ`, 'with minima'] as const]),
    ...(isTwin(configuration)
      ? []
      : [[`${decimal(energy.twin.energyPerImage.typical, 1)} nJ`, 'with multipliers'] as const]),
  ];
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}: cycles and energy</title>`,
    // Otherwise a browser asks for one.
    '<link rel="icon" href="data:,">',
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<header><h1>${escaped(title)}</h1>`,
    ...minimaLines(energy).map((line) => `<p>${escaped(line)}</p>`),
    `<p>${counted(images, 'image', 'images')} in ${counted(batches, 'batch', 'batches')}; ${STAYS[cycles.schedule]}.</p>`,
    `<ul class="facts">${facts.map(([value, what]) => `<li><b>${escaped(value)}</b>${escaped(what)}</li>`).join('')}</ul></header>`,
    '<main>',
    cyclesSection(cycles),
    energySection(energy),
    ...(cellUse === null
      ? []
      : [
          section('Utilization of the array', [
            figure(
              heatMap('Utilization of each cell', cellUse),
              (configuration.tapsPerClock ?? 1) === 1
                ? 'The share of its clocks in which each cell adds a tap, over the run.'
                : 'Of the taps that each cell could take in its clocks, the share that it adds, over the run.',
            ),
          ]),
        ]),
    rooflineSection(cycles),
    section('The first batch', [
      figure(
        timelineExcerpt('Timeline of the first batch', timeline.drawn, timeline.clocks),
        'What the host, the sequencer and the post-processing do in each cycle. berus cycles --timeline writes all of it for ui.perfetto.dev.',
      ),
    ]),
    ...(isTwin(configuration) ? [] : [memorySection(energy)]),
    areaSection(areas, energy.choice),
    section('Network', [figure(networkDiagram(network), 'Dashed: maps that are added.')]),
    configurationSection(cycles),
    layerSection(cycles, energy),
    sourcesSection(energy),
    section('Again', [`<pre>${escaped(command)}</pre>`, `<p>berus ${escaped(version)}</p>`], true),
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}
