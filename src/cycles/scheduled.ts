// SPDX-License-Identifier: Apache-2.0
// A network with its schedule, and whether a configuration has room for it.

import { type Configuration, PROGRAM_LAYERS, type Schedule, sizeNeeds } from '../compile/index.ts';
import type { Network, QuantizedNetwork } from '../network/index.ts';

/** A network with its schedule. */
export interface Scheduled<Given> {
  /** The given one, or with layers that turn maps where each layer has a schedule of its own. */
  readonly network: Given;
  readonly schedule: Schedule;
}

/** Whether a configuration has room for a network. */
export function fits(
  { network: given, schedule }: Scheduled<Network | QuantizedNetwork>,
  configuration: Configuration,
): boolean {
  const [network, integers] = 'network' in given ? [given.network, given.layers] : [given, undefined];
  if (network.layers.length > PROGRAM_LAYERS) return false;
  const needs = sizeNeeds(network, configuration, integers, schedule);
  return needs.every(({ name, needed }) => needed <= (configuration[name] ?? 0));
}
