// SPDX-License-Identifier: Apache-2.0
// What a report says of its cells of minima.

import { skipsTaps } from '../cycles/index.ts';
import type { EnergyCommandReport } from './energy-report.ts';
import { zerosText } from './zeros.ts';

/** What cells of minima skip, the array's own or those beside it; or why there are none beside distances. */
export function minimaLines(report: EnergyCommandReport): string[] {
  const { configuration, schedule, images, minima, noMinima } = report;
  const own = minima ?? report;
  if (skipsTaps(own.configuration, schedule)) return [`Cells of minima: ${zerosText(own.zerosOf, images)}.`];
  if (own.configuration.cell === 'minimum') {
    const none = skipsTaps(own.configuration, 'output') ? 'where weights stay' : 'of several taps a clock';
    return [`Cells of minima: ${none}, no tap is skipped.`];
  }
  return (configuration.cell ?? 'distance') === 'distance' ? [`No cells of minima beside: ${noMinima}`] : [];
}
