// SPDX-License-Identifier: Apache-2.0
// What `berus quantize` prints and draws.

import type { FoldStyle, Scales } from '../quantize/index.ts';
import { columns, percent } from '../report/columns.ts';
import { lineChart } from '../report/index.ts';

interface Common {
  readonly network: string;
  readonly imageBits: number;
  readonly scales: Scales;
  readonly fold: FoldStyle;
  /** Test images measured. */
  readonly images: number;
  /** Fraction of them that the float model has right. */
  readonly floatAccuracy: number;
}

/** What `berus quantize` made at one width. */
export interface QuantizeReport extends Common {
  readonly bits: number;
  /** File written; null where none was. */
  readonly out: string | null;
  readonly correct: number;
  readonly accuracy: number;
  readonly floatCorrect: number;
  /** Wall time of the quantization alone. */
  readonly seconds: number;
}

/** What `berus quantize --sweep` found. */
export interface SweepReport extends Common {
  readonly sweep: readonly Pick<QuantizeReport, 'bits' | 'correct' | 'accuracy' | 'seconds'>[];
  /** SVG written. */
  readonly plot: string;
}

/** One width as text. */
export function quantizeText(report: QuantizeReport): string {
  const { network, bits, images, accuracy, floatAccuracy, seconds, out } = report;
  return (
    `${network}: ${percent(accuracy)} in ${bits}-bit codes, ${percent(floatAccuracy)} in floating point ` +
    `(${images} test images), ${seconds.toFixed(0)} s\nwrote ${out}\n`
  );
}

/** Several widths as a table. */
export function sweepText({ network, images, floatAccuracy, sweep, plot }: SweepReport): string {
  const rows = sweep.map(({ bits, correct, accuracy }) => [
    String(bits),
    percent(accuracy),
    ((accuracy - floatAccuracy) * 100).toFixed(2),
    String(correct),
  ]);
  const table = columns(['right', 'right', 'right', 'right'], [['bits', 'accuracy', 'points', 'correct'], ...rows]);
  const heading = `${network}: ${percent(floatAccuracy)} in floating point (${images} test images)`;
  return `${[heading, '', ...table, '', `wrote ${plot}`].join('\n')}\n`;
}

/** Accuracy over bits, as SVG. */
export function sweepChart({ network, images, floatAccuracy, sweep, fold, scales }: SweepReport): string {
  const how = fold === 'any' ? '' : `, ${fold} folds`;
  const steps = scales === 'any' ? '' : `, ${scales} scales`;
  return lineChart({
    title: `${network}: accuracy of the integers${how}${steps}`,
    xLabel: 'width of the codes (bits)',
    yLabel: `accuracy over ${images} test images (%)`,
    series: [
      { name: 'integers', points: sweep.map(({ bits, accuracy }) => [bits, accuracy * 100]) },
      { name: 'floating point', points: sweep.map(({ bits }) => [bits, floatAccuracy * 100]) },
    ],
    xTicks: sweep.map(({ bits }) => bits),
  });
}
