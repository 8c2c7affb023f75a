// SPDX-License-Identifier: Apache-2.0
// What cycles are counted of: a network's layers, with their weights where they are known, or those of a topology file,
// each with the reason if it has no count.

import {
  type Configuration,
  type Schedule,
  unsupported,
  unsupportedCells,
  unsupportedStationary,
} from '../compile/index.ts';
import { type Layer, type Network, type QuantizedNetwork } from '../network/index.ts';
import { type LayerWork, quantizedWork, unweightedWork } from './layer-work.ts';
import { type ScaleSimLayer, scaleSimLayer } from './scale-sim-layer.ts';
import type { Topology } from './scale-sim-topology.ts';
import { topologyLayer } from './topology-network.ts';

/** One layer. */
export interface WorkloadLayer {
  readonly name: string;
  /** Null where it is beyond what a layer may be. */
  readonly work: LayerWork | null;
  /** Why the array's cycles are not known: what of it the array does not compute. Null when they are. */
  readonly notCounted: string | null;
  /** The same as SCALE-Sim sees it. */
  readonly scaleSim: ScaleSimLayer;
}

/** Layers that run one after the other. */
export interface Workload {
  readonly name: string;
  /** The network whose layers they are, with its integers where they are known; null for a topology, whose maps need not fit together. */
  readonly network: Network | QuantizedNetwork | null;
  readonly layers: readonly WorkloadLayer[];
  readonly warnings: readonly string[];
}

/**
 * Why a layer is not counted; null where it is, or is beyond what a layer may be.
 * @param schedule what stays in the cells
 */
export function missingOf(
  { work, notCounted }: Pick<WorkloadLayer, 'work' | 'notCounted'>,
  configuration: Configuration,
  schedule: Schedule,
): string | null {
  if (work === null || notCounted !== null) return notCounted;
  const missing =
    unsupportedCells(work.layer, configuration) ??
    (schedule === 'weight' ? unsupportedStationary(work.layer, configuration) : null);
  return missing?.reason ?? null;
}

/** A network as a workload. */
export function networkWorkload(given: Network | QuantizedNetwork): Workload {
  const network = 'network' in given ? given.network : given;
  return {
    name: network.name,
    network: given,
    layers: network.layers.map((layer, index) => ({
      name: layer.name,
      work: 'network' in given ? quantizedWork(given.layers[index]!) : unweightedWork(layer),
      notCounted: unsupported(layer)?.reason ?? null,
      scaleSim: scaleSimLayer(layer),
    })),
    warnings: [],
  };
}

/** A topology as a workload: each line by itself, as an adder convolution. */
export function topologyWorkload(name: string, { form, layers, warnings }: Topology): Workload {
  return {
    name,
    network: null,
    layers: layers.map((row) => {
      const converted = topologyLayer(row, form);
      const layer: Layer | null = 'layer' in converted ? converted.layer : null;
      const notCounted = 'layer' in converted ? (unsupported(converted.layer)?.reason ?? null) : converted.reason;
      return { name: row.name, work: layer && unweightedWork(layer), notCounted, scaleSim: row };
    }),
    warnings,
  };
}
