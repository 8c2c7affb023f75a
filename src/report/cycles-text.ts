// SPDX-License-Identifier: Apache-2.0
// The report of `berus cycles` as text, of about 100 columns.

import { PROGRAM_LAYERS } from '../compile/index.ts';
import type { LayerCycles } from '../cycles/index.ts';
import { columns, decimal, percent } from './columns.ts';
import type { CyclesLayerReport, CyclesReport, CyclesTotals } from './cycles-shape.ts';

const WIDTH = 100;
const DATAFLOWS = { os: 'output-stationary', ws: 'weight-stationary', is: 'input-stationary' } as const;
const SPENT = ['setup', 'stream', 'drain', 'stall', 'flush', 'total'] as const satisfies (keyof LayerCycles)[];

/** Words on lines of at most WIDTH columns, later lines indented by two. */
function wrapped(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(lines.length === 0 ? word : `  ${word}`);
  }
  return lines;
}

function orDash(value: number | null | undefined, show: (value: number) => string = decimal): string {
  return value === null || value === undefined ? '-' : show(value);
}

/** Whether some layers are counted and some are not: then both sums are shown. */
function partly({ counted, all }: CyclesReport): boolean {
  return counted.layers > 0 && counted.layers < all.layers;
}

function spentTable(report: CyclesReport): string[] {
  const tail = (part: Pick<CyclesTotals, 'idealCycles' | 'utilization'>): string[] => [
    orDash(part.idealCycles, (value) => decimal(value, 1)),
    orDash(part.utilization, (value) => percent(value, 1)),
  ];
  const sums = SPENT.map((part) => report.layers.reduce((sum, { spent }) => sum + (spent?.[part] ?? 0), 0));
  return columns(
    ['left', ...Array.from({ length: 8 }, () => 'right' as const)],
    [
      ['layer', ...SPENT, 'ideal', 'utilization'],
      ...report.layers.map((layer) => [
        layer.name,
        ...SPENT.map((part) => orDash(layer.spent?.[part])),
        ...tail(layer),
      ]),
      [
        partly(report) ? 'counted' : 'all',
        ...sums.map((sum) => orDash(report.counted.layers > 0 ? sum : null)),
        ...tail(report.counted),
      ],
    ],
  );
}

function compareTable(report: CyclesReport): string[] {
  const { images } = report;
  const each = (value: number): string => decimal(value / images, 1);
  // One image is one run either way.
  const together = (cells: readonly string[]): readonly string[] => (images === 1 ? [] : cells);
  const line = (name: string, shape: readonly string[], of: Omit<CyclesTotals, 'layers'>): string[] => [
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
    ['left', ...Array.from({ length: 4 + counts.length }, () => 'right' as const)],
    [
      ['layer', 'M', 'N', 'K', 'ours', ...counts],
      ...report.layers.map((layer) => line(layer.name, gemm(layer.gemm), layer)),
      ...(partly(report) ? [line('counted', none, report.counted)] : []),
      line('all', none, report.all),
    ],
  );
}

/** What the columns of the comparison mean, and so what it is fair to. */
function legend({ images, configuration }: CyclesReport): string[] {
  const many = `${decimal(images)} images`;
  const ours =
    images === 1 ? `one image, which uses one row of ${configuration.rows}` : `${many} in batches, a row each`;
  const together = images === 1 ? '' : `; ${decimal(images)}: ${many} as one tall map, over the images`;
  return wrapped(
    `M output pixels of an image, N filters, K taps. ours: ${ours}. code, paper: the formulas of SCALE-Sim's code and ` +
      `of its paper; 1: one image, its pixels along the rows${together}.`,
  );
}

/** Layers without a count, by the reason. */
function notCounted({ layers }: CyclesReport): string[] {
  const reasons = new Map<string, string[]>();
  for (const { name, notCounted: reason } of layers) {
    if (reason !== null) reasons.set(reason, [...(reasons.get(reason) ?? []), name]);
  }
  return [...reasons].flatMap(([reason, names]) =>
    wrapped(`not counted, for the array does not compute it yet (${reason}): ${names.join(', ')}`),
  );
}

/** Sizes that do not fit, under which the cycles hold all the same. */
function tooSmall({ buffers, config, tooManyLayers, layers }: CyclesReport): string[] {
  const small = buffers.filter(({ fits }) => !fits);
  const parts = small.map(
    ({ name, needed, unit, what, size }) =>
      `${name} of ${decimal(needed)} ${unit} for ${what} (it has ${decimal(size)})`,
  );
  if (tooManyLayers) parts.push(`programs of ${layers.length} layers (${PROGRAM_LAYERS} at most)`);
  return parts.length === 0 ? [] : wrapped(`counted as if ${config} had ${parts.join('; ')}`);
}

/** What the host adds to the layers, where it is known. */
function perImage({ cycles, cyclesPerImage, images }: CyclesReport): string[] {
  if (cycles === null || cyclesPerImage === null) return [];
  const each = (value: number): string => decimal(value / images, 1);
  return wrapped(
    `cycles an image: ${decimal(cyclesPerImage, 1)}, of them ${each(cycles.layers)} in layers, ${each(cycles.imageLoad)} ` +
      `loading it, ${each(cycles.resultRead)} reading its result, ${each(cycles.networkLoad)} of loading the network ` +
      `once (${decimal(cycles.networkLoad)})`,
  );
}

/** Writes the report as lines. */
export function cyclesText(report: CyclesReport): string {
  const { network, config, configuration, images, batches, dataflow } = report;
  const { rows, columns: across, dataBits, accBits } = configuration;
  const notes = [...notCounted(report), ...tooSmall(report), ...perImage(report)];
  return [
    `${network} by the closed form, images: ${decimal(images)} in ${decimal(batches)} ${batches === 1 ? 'batch' : 'batches'} of at most ${rows}`,
    `config ${config}: ${rows}x${across} cells, ${dataBits}-bit codes, ${accBits}-bit sums`,
    '',
    `cycles of ${images === 1 ? 'the image' : `all ${decimal(images)} images`}`,
    ...spentTable(report),
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
    `cycles an image, beside SCALE-Sim's for the same array, ${DATAFLOWS[dataflow]}`,
    ...compareTable(report),
    '',
    ...legend(report),
    '',
  ].join('\n');
}
