// SPDX-License-Identifier: Apache-2.0
// The report of `berus cycles` as text, of about 100 columns.

import { PROGRAM_LAYERS } from '../compile/index.ts';
import { type CellClocks, type LayerCycles, skipsTaps } from '../cycles/index.ts';
import { columns, decimal, percent, wrapped } from './columns.ts';
import { configText } from './config-text.ts';
import type { CyclesLayerReport, CyclesReport, CyclesTotals } from './cycles-shape.ts';
import { staysLines } from './stays-text.ts';
import { zerosText } from './zeros.ts';

const DATAFLOWS = { os: 'output-stationary', ws: 'weight-stationary', is: 'input-stationary' } as const;
// Nothing holds the array in the closed form.
const SPENT = ['setup', 'load', 'stream', 'drain', 'scan', 'flush', 'total'] as const satisfies (keyof LayerCycles)[];
const CELLS = [
  'used',
  'rows',
  'columns',
  'masked',
  'leftOver',
  'scanning',
  'waiting',
] as const satisfies (keyof CellClocks)[];
const CELL_NAMES: Readonly<Record<(typeof CELLS)[number], string>> = {
  used: 'utilization',
  rows: 'no image',
  columns: 'no filter',
  masked: 'masked',
  leftOver: 'left over',
  scanning: 'scanning',
  waiting: 'waiting',
};

function orDash(value: number | null | undefined, show: (value: number) => string = decimal): string {
  return value === null || value === undefined ? '-' : show(value);
}

function rights(count: number): 'right'[] {
  return Array.from({ length: count }, () => 'right');
}

/** The sums that differ, by what they are of. */
function sums({ adders, counted, all }: CyclesReport): (readonly [name: string, of: CyclesTotals])[] {
  return [
    ...(adders.layers > 0 && adders.layers < counted.layers ? [['adders', adders] as const] : []),
    ...(counted.layers > 0 && counted.layers < all.layers ? [['counted', counted] as const] : []),
    ['all', all],
  ];
}

/** Layers that a sum is of. */
function layersOf({ layers }: CyclesReport, name: string): readonly CyclesLayerReport[] {
  const counted = layers.filter(({ cycles }) => cycles !== null);
  if (name === 'adders') return counted.filter(({ cell }) => cell === 'adder');
  return name === 'counted' ? counted : layers;
}

/** A part summed over layers; null where one has none. */
function sumOf(
  layers: readonly CyclesLayerReport[],
  part: (layer: CyclesLayerReport) => number | null | undefined,
): number | null {
  const values = layers.map(part);
  return values.every((value) => typeof value === 'number') ? values.reduce((total, value) => total + value, 0) : null;
}

function spentTable(report: CyclesReport): string[] {
  // Most networks wait for no weights, and most arrays look for no zeros.
  const ever = (part: 'load' | 'scan'): boolean => report.layers.some(({ spent }) => spent !== null && spent[part] > 0);
  const parts = SPENT.filter((part) => (part !== 'load' && part !== 'scan') || ever(part));
  const tail = ({ tiledCycles, overTiled }: Pick<CyclesTotals, 'tiledCycles' | 'overTiled'>): string[] => [
    orDash(tiledCycles),
    orDash(overTiled, (value) => decimal(value, 3)),
  ];
  return columns(
    ['left', ...rights(parts.length + 2), 'left'],
    [
      ['layer', ...parts, 'whole tiles', 'over', 'bound'],
      ...report.layers.map((layer) => [
        layer.name,
        ...parts.map((part) => orDash(layer.spent?.[part])),
        ...tail(layer),
        layer.array?.bound ?? '-',
      ]),
      ...sums(report).map(([name, totals]) => [
        name,
        ...parts.map((part) => orDash(sumOf(layersOf(report, name), ({ spent }) => spent?.[part]))),
        ...tail(totals),
        '',
      ]),
    ],
  );
}

function arrayTable(report: CyclesReport): string[] {
  const { configuration, schedule } = report;
  const several = (configuration.tapsPerClock ?? 1) > 1;
  const shown: Readonly<Partial<Record<keyof CellClocks, boolean>>> = {
    leftOver: several,
    scanning: skipsTaps(configuration, schedule),
  };
  const parts = CELLS.filter((part) => shown[part] ?? true);
  const shares = (layers: readonly CyclesLayerReport[]): string[] => {
    const clocks = (part: keyof CellClocks): number | null => sumOf(layers, ({ array }) => array?.clocks[part]);
    const cells = clocks('cells');
    return parts.map((part) => {
      const value = clocks(part);
      return value === null || cells === null ? '-' : percent(value / cells, 1);
    });
  };
  const heads = ['packed', 'planes', 'columns', 'taps', ...(several ? ['clocks'] : [])];
  const shape = ({ array }: CyclesLayerReport): string[] => {
    if (array === null) return heads.map(() => '-');
    const { packed, rest, planes, taps, tileClocks, columns: used, lastColumns } = array;
    const either = (all: number, last: number | undefined): string =>
      last === undefined || all === last ? decimal(all) : `${decimal(all)}, ${decimal(last)}`;
    return [
      either(packed, rest?.packed),
      decimal(planes),
      either(used, lastColumns),
      either(taps, rest?.taps),
      ...(several ? [either(tileClocks, rest?.tileClocks)] : []),
    ];
  };
  return columns(
    ['left', ...rights(heads.length + parts.length)],
    [
      ['layer', ...heads, ...parts.map((part) => CELL_NAMES[part])],
      ...report.layers.map((layer) => [layer.name, ...shape(layer), ...shares([layer])]),
      ...sums(report).map(([name]) => [name, ...heads.map(() => ''), ...shares(layersOf(report, name))]),
    ],
  );
}

function compareTable(report: CyclesReport): string[] {
  const { images } = report;
  const each = (value: number): string => decimal(value / images, 1);
  // One image is one run either way.
  const together = (cells: readonly string[]): readonly string[] => (images === 1 ? [] : cells);
  const line = (name: string, shape: readonly string[], of: Pick<CyclesTotals, 'cycles' | 'scaleSim'>): string[] => [
    name,
    ...shape,
    orDash(of.cycles, each),
    decimal(of.scaleSim.oneImage.code),
    decimal(of.scaleSim.oneImage.paper),
    ...together([each(of.scaleSim.together.code), each(of.scaleSim.together.paper)]),
  ];
  const gemm = ({ m, n, k, copies }: CyclesLayerReport['gemm']): string[] => [
    decimal(m),
    copies === 1 ? decimal(n) : `${decimal(n)} x${decimal(copies)}`,
    decimal(k),
  ];
  const none = ['', '', ''];
  const counts = ['code, 1', 'paper, 1', ...together([`code, ${decimal(images)}`, `paper, ${decimal(images)}`])];
  return columns(
    ['left', ...rights(4 + counts.length)],
    [
      ['layer', 'M', 'N', 'K', 'ours', ...counts],
      ...report.layers.map((layer) => line(layer.name, gemm(layer.gemm), layer)),
      ...sums(report).map(([name, totals]) => line(name, none, totals)),
    ],
  );
}

/** What the columns of the comparison mean, and so what it is fair to. */
function legend({ images, configuration, schedule }: CyclesReport): string[] {
  const many = `${decimal(images)} images`;
  const oneRow =
    images === 1 ? `one image, which uses one row of ${configuration.rows}` : `${many} in batches, a row each`;
  const ours =
    schedule === 'weight'
      ? 'images one after the other, weights held'
      : schedule === 'layers'
        ? `${many}, a schedule for each layer`
        : oneRow;
  const together = images === 1 ? '' : `; ${decimal(images)}: ${many} as one tall map, over the images`;
  const oneTap = (configuration.tapsPerClock ?? 1) === 1 ? '' : ', of cells that take one tap a clock';
  return wrapped(
    `M output pixels of an image, N filters, K taps. ours: ${ours}. code, paper: the formulas of SCALE-Sim's code and ` +
      `of its paper${oneTap}; 1: one image, its pixels along the rows${together}.`,
  );
}

/** Layers without a count, by the reason. */
function notCounted({ layers }: CyclesReport): string[] {
  const reasons = new Map<string, string[]>();
  for (const { name, notCounted: reason } of layers) {
    if (reason !== null) reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  }
  return [...reasons].flatMap(([reason, names]) =>
    wrapped(`not counted, for the array does not compute it (${reason}): ${names.join(', ')}`),
  );
}

/** Layers whose planes are assumed. */
function assumed({ layers }: CyclesReport): string[] {
  const unknown = layers.filter(({ sads, cycles }) => sads === null && cycles !== null);
  const names = unknown.map(({ name }) => name).join(', ');
  return unknown.length === 0
    ? []
    : wrapped(
        `without weights, one plane less than codes have bits is counted, and what their cells add is not known: ${names}`,
      );
}

/** Which images cycles depend on, where they do, and how many taps they skip. */
function ofImages({ configuration, schedule, zerosOf, images, layers }: CyclesReport): string[] {
  if (!skipsTaps(configuration, schedule)) return [];
  const skipped = sumOf(layers, (layer) => layer.skippedTaps);
  const issued = sumOf(layers, ({ spent }) => spent?.stream);
  const share =
    zerosOf === null || skipped === null || issued === null
      ? ''
      : `: ${percent(skipped / (skipped + issued))} of the taps`;
  return wrapped(`${zerosText(zerosOf, images)}${share}`);
}

/** Sizes that do not fit, under which the cycles hold all the same. */
function tooSmall({ buffers, config, tooManyLayers, layers }: CyclesReport): string[] {
  const small = buffers.filter(({ fits }) => !fits);
  const parts = small.map(({ name, needed, unit, what, size, whole }) =>
    whole === undefined
      ? `${name} of ${decimal(needed)} ${unit} for ${what} (it has ${decimal(size)})`
      : `${name} of ${decimal(whole)} ${unit} for whole maps (it has ${decimal(size)}; ${decimal(needed)} would do for ${what})`,
  );
  if (tooManyLayers) parts.push(`programs of ${layers.length} layers (${PROGRAM_LAYERS} at most)`);
  return parts.length === 0 ? [] : wrapped(`counted as if ${config} had ${parts.join('; ')}`);
}

/** Layers in strips, and what they take more for it. */
function inStrips({ strips, schedule }: CyclesReport): string[] {
  if (strips === null) return [];
  const { layers } = strips;
  const extra = (part: 'haloCycles' | 'recordCycles'): string => {
    const all = layers.reduce((sum, layer) => sum + layer[part], 0);
    const named = layers.filter((layer) => layer[part] !== 0).map((layer) => `${layer.name} ${decimal(layer[part])}`);
    return `${decimal(all)}${named.length === 0 ? '' : ` (${named.join(', ')})`}`;
  };
  const [first, last] = [layers[0]!.name, layers.at(-1)!.name];
  const large = schedule === 'weight' ? 'whole maps, or all their partial sums,' : 'whole maps';
  return wrapped(
    `in ${strips.strips} strips of rows, as ${large} do not fit: ${layers.length === 1 ? first : `${first} to ${last}`}; cycles more ` +
      `for rows that are computed again: ${extra('haloCycles')}; for setup and flush of more records: ${extra('recordCycles')}`,
  );
}

/** What the host adds to the layers, where it is known. */
function perImage({ cycles, cyclesPerImage, images }: CyclesReport): string[] {
  if (cycles === null || cyclesPerImage === null) return [];
  const each = (value: number): string => decimal(value / images, 1);
  const segments = cycles.segmentLoad === 0 ? '' : `${each(cycles.segmentLoad)} loading weights anew, `;
  const hidden = cycles.hidden === 0 ? '' : `; less ${each(cycles.hidden)} of these that pass while a batch runs`;
  return wrapped(
    `cycles an image: ${decimal(cyclesPerImage, 1)}, of them ${each(cycles.layers)} in layers, ${each(cycles.imageLoad)} ` +
      `loading it, ${segments}${each(cycles.resultRead)} reading its result, ${each(cycles.networkLoad)} of loading the network ` +
      `once (${decimal(cycles.networkLoad)})${hidden}`,
  );
}

/** Writes the report as lines. */
export function cyclesText(report: CyclesReport): string {
  const { network, config, configuration, images, batches, dataflow } = report;
  const { tapsPerClock = 1 } = configuration;
  const notes = [
    ...(report.schedule === 'layers' ? staysLines(report.layers) : []),
    ...notCounted(report),
    ...assumed(report),
    ...ofImages(report),
    ...tooSmall(report),
    ...inStrips(report),
    ...perImage(report),
  ];
  return [
    `${network} by the closed form, images: ${decimal(images)} in ${decimal(batches)} ${batches === 1 ? 'batch' : 'batches'} of ${report.schedule === 'weight' ? 'one, weights held' : `at most ${report.batchSize}`}`,
    configText(config, configuration),
    '',
    `cycles of ${images === 1 ? 'the image' : `all ${decimal(images)} images`}, and over those of whole tiles, ceil(M/R) ceil(N/C) ${tapsPerClock === 1 ? 'K' : `ceil(K/${tapsPerClock})`}`,
    ...spentTable(report),
    ...(notes.length > 0 ? ['', ...notes] : []),
    // What cells do is known of sums that stay.
    ...(report.schedule !== 'output'
      ? []
      : ['', 'how layers lie on the array, and what its cells do', ...arrayTable(report)]),
    '',
    `cycles an image, beside SCALE-Sim's for the same array, ${DATAFLOWS[dataflow]}`,
    ...compareTable(report),
    '',
    ...legend(report),
    '',
  ].join('\n');
}
