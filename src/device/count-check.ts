// SPDX-License-Identifier: Apache-2.0
// Compares what a run counted with the closed form: every counter of every layer, and the host's clocks.

import { hostCycles, type LayerCycles, networkCounters } from '../cycles/index.ts';
import type { Configuration, Schedule } from '../compile/index.ts';
import type { QuantizedNetwork } from '../network/index.ts';
import type { RunCounters } from './device.ts';
import { type KnownImages, knownZeros } from './known-zeros.ts';

/** A counter that is not the closed form's. */
export interface Miscount {
  /** Name of the layer; null where the host's clocks are meant. */
  readonly layer: string | null;
  readonly counter: string;
  readonly counted: number;
  readonly expected: number;
}

/** What was run. */
export interface CountedRun {
  readonly network: QuantizedNetwork;
  readonly configuration: Configuration;
  /** @defaultValue output */
  readonly schedule?: Schedule | undefined;
  readonly images: KnownImages;
  /**
   * The host is not as quick as the closed form has it: its own clocks, and those in which a layer waits for weights, are
   * not compared. @defaultValue false
   */
  readonly isHostSlow?: boolean;
}

/** The cycles of a layer without those in which it waits for the host. */
function withoutWaits({ load, total, ...cycles }: LayerCycles): object {
  return { ...cycles, total: total - load };
}

/** The first field of a record that differs. */
function firstOf(layer: string | null, counted: object, expected: object): Miscount | undefined {
  const values: Readonly<Record<string, number>> = { ...counted };
  for (const [counter, value] of Object.entries(expected) as [string, number][]) {
    if (values[counter] !== value) return { layer, counter, counted: values[counter]!, expected: value };
  }
  return undefined;
}

/** The first counter of a run without holds that is not the closed form's; undefined where all are. */
export function firstMiscount(
  { network, configuration, schedule, images, isHostSlow = false }: CountedRun,
  { layers, host }: RunCounters,
): Miscount | undefined {
  const asked = [
    network,
    configuration,
    images.count,
    schedule,
    knownZeros(network, configuration, schedule ?? 'output', images),
  ] as const;
  for (const [index, form] of networkCounters(...asked).entries()) {
    const { name } = network.network.layers[index]!;
    const { cycles, events } = layers[index]!;
    const spent = isHostSlow ? withoutWaits : (all: LayerCycles): object => all;
    const found = firstOf(name, { ...spent(cycles), ...events }, { ...spent(form.cycles), ...form.events });
    if (found !== undefined) return found;
  }
  if (isHostSlow) return undefined;
  const { imageBanks: _, ...form } = hostCycles(...asked);
  const counted: typeof form = {
    networkLoad: host.networkLoadCycles,
    imageLoad: host.imageLoadCycles,
    segmentLoad: host.segmentLoadCycles,
    resultRead: host.readCycles,
    hidden: host.hiddenCycles,
  };
  return firstOf(null, counted, form);
}
