// SPDX-License-Identifier: Apache-2.0
// What `berus eval` prints.

import type { ClassAccuracy, Confusion, Evaluated, LayerSignal } from '../evaluate/index.ts';
import { columns, decimal, percent } from '../report/columns.ts';

/** What `berus eval` found. */
export interface EvalReport {
  readonly network: string;
  readonly device: 'kernel' | 'reference';
  /** Width of the codes; null for a float model. */
  readonly bits: number | null;
  readonly imageBits: number | null;
  readonly images: number;
  /** Of the integers where there are some, else of the float model. */
  readonly correct: number;
  /** Fraction of the images. */
  readonly accuracy: number;
  /** Of the float model; null where none is given. */
  readonly floatCorrect: number | null;
  readonly floatAccuracy: number | null;
  /** Images by [label][answer]. */
  readonly confusion: Confusion['matrix'];
  readonly classes: readonly ClassAccuracy[];
  /** Signal-to-noise of each layer's codes against the float model, in decibels; empty without both. */
  readonly layers: readonly LayerSignal[];
}

/** Puts what was measured into the fields of the report. */
export function evalReport(
  { network, device, bits, imageBits }: Pick<EvalReport, 'network' | 'device' | 'bits' | 'imageBits'>,
  { integers, float, layers = [] }: Evaluated,
): EvalReport {
  const { images, correct, accuracy, matrix, classes } = (integers ?? float)!;
  return {
    network,
    device,
    bits,
    imageBits,
    images,
    correct,
    accuracy,
    floatCorrect: float?.correct ?? null,
    floatAccuracy: float?.accuracy ?? null,
    confusion: matrix,
    classes,
    layers,
  };
}

/** The report as text. */
export function evalText(report: EvalReport): string {
  const { network, bits, images, correct, accuracy, floatCorrect, floatAccuracy } = report;
  const line = (what: string, part: number, right: number): string =>
    `${network}, ${what}: ${percent(part)} (${right} of ${images} images)`;
  const lines = [
    ...(bits === null ? [] : [line(`${bits}-bit codes`, accuracy, correct)]),
    ...(floatAccuracy === null ? [] : [line('floating point', floatAccuracy, floatCorrect!)]),
    '',
    ...confusionText(report),
  ];
  if (report.layers.length > 0) lines.push('', ...signalText(report.layers));
  return `${lines.join('\n')}\n`;
}

/** Answers by label, ten classes at most beside each other; of more classes the ten that fare worst. */
function confusionText({ confusion, classes }: EvalReport): string[] {
  const shown = classes.length <= 10 ? classes : worst(classes);
  const few = classes.length <= 10;
  const heading = few ? ['label', ...classes.map((own) => String(own.class)), 'right'] : ['class', 'images', 'right'];
  const rows = shown.map((own) => [
    String(own.class),
    ...(few ? confusion[own.class]!.map((count) => (count === 0 ? '.' : decimal(count))) : [decimal(own.images)]),
    own.accuracy === null ? 'none' : percent(own.accuracy),
  ]);
  return [
    few ? 'answers, by label' : 'the ten classes that fare worst',
    ...columns(
      heading.map(() => 'right'),
      [heading, ...rows],
    ),
  ];
}

function worst(classes: readonly ClassAccuracy[]): ClassAccuracy[] {
  return classes
    .filter(({ accuracy }) => accuracy !== null)
    .sort((left, right) => left.accuracy! - right.accuracy!)
    .slice(0, 10);
}

function signalText(layers: readonly LayerSignal[]): string[] {
  const rows = layers.map(({ name, signalToNoise }) => [
    name,
    signalToNoise === null ? 'exact' : decimal(signalToNoise, 1),
  ]);
  return columns(['left', 'right'], [['layer', 'codes against float, dB'], ...rows]);
}
