// SPDX-License-Identifier: Apache-2.0
// How a training went, as a picture: loss and errors of the training images, epoch by epoch.

import { chartColumn, lineChart } from './line-chart.ts';

/** What an epoch came to. */
export interface CurvePoint {
  /** From 1. */
  readonly epoch: number;
  /** In nats. */
  readonly loss: number;
  /** Part classified right, 0 to 1. */
  readonly accuracy: number;
}

/**
 * Draws two charts, one above the other.
 * @param title what was trained
 * @param history at least one epoch
 * @returns a whole SVG file
 */
export function trainingCurve(title: string, history: readonly CurvePoint[]): string {
  const xLabel = 'epoch';
  const few = history.length <= 12 ? { xTicks: history.map(({ epoch }) => epoch) } : {};
  const series = (name: string, value: (point: CurvePoint) => number) => [
    { name, points: history.map((point) => [point.epoch, value(point)] as const) },
  ];
  return chartColumn([
    lineChart({
      title: `${title}: loss of training images`,
      xLabel,
      yLabel: 'mean cross-entropy (nats)',
      series: series('as augmented, while learning', ({ loss }) => loss),
      height: 320,
      ...few,
    }),
    lineChart({
      title: `${title}: training images classified wrong`,
      xLabel,
      yLabel: 'part (%)',
      series: series('as augmented, while learning', ({ accuracy }) => (1 - accuracy) * 100),
      height: 320,
      ...few,
    }),
  ]);
}
