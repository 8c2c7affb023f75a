// SPDX-License-Identifier: Apache-2.0
// Counts a network and makes its page.

import { compileNetwork, imagesAtOnce } from '../compile/index.ts';
import { batchesOf, networkCounters, networkWorkload, timeline } from '../cycles/index.ts';
import { readAreas } from '../energy/index.ts';
import { countedRun, type EnergyQuestion } from './array-energy.ts';
import { cellUse } from './cell-use.ts';
import { makeCyclesReport } from './cycles-report.ts';
import { makeEnergyReport } from './energy-report.ts';
import { type PageContent, reportPage } from './page/page.ts';

/** Events of the timeline that are drawn at most. */
const EVENTS = 1500;

/** Share of the cells' time, over the layers' clocks. */
function useOf(question: EnergyQuestion): PageContent['cellUse'] {
  const { network, configuration, images, schedule, zeros } = question;
  if (schedule !== 'output') return null;
  const counters = networkCounters(network, configuration, images, 'output', zeros?.occupied);
  const cycles = counters.reduce((sum, layer) => sum + layer.cycles.total, 0);
  return cellUse(compileNetwork(network, configuration), images, batchesOf(images, configuration), cycles);
}

/** The first batch and what is before it. */
function firstBatch({ network, configuration, images, schedule, zeros }: EnergyQuestion): PageContent['timeline'] {
  const count = Math.min(images, imagesAtOnce(schedule, configuration));
  const drawn = timeline(networkWorkload(network), configuration, count, {
    maxEvents: EVENTS,
    schedule,
    occupied: zeros?.occupied,
  });
  const ends = drawn.traceEvents.map(({ ts = 0, dur = 0 }) => ts + dur);
  return { drawn, clocks: Math.max(...ends) };
}

/**
 * Makes the page of a network.
 * @param command that makes it again
 * @throws {RangeError} when the network does not fit the configuration
 */
export function makePage(question: EnergyQuestion, command: string, version: string): string {
  const { network, configName, configuration, images, schedule, zeros } = question;
  return reportPage({
    network: network.network,
    cycles: makeCyclesReport({
      workload: networkWorkload(network),
      configName,
      configuration,
      images,
      schedule,
      zeros,
      dataflow: 'os',
    }),
    energy: makeEnergyReport(question, countedRun(question)),
    areas: readAreas(),
    cellUse: useOf(question),
    timeline: firstBatch(question),
    command,
    version,
  });
}
