// SPDX-License-Identifier: Apache-2.0
export type { LayerCounters, LayerCycles, LayerEvents } from './counters.ts';
export { layerCounters } from './layer-cycles.ts';
export { type Gemm, gemmOf, type ScaleSimLayer, scaleSimLayer } from './scale-sim-layer.ts';
export { type ArraySize, type Dataflow, dataflows, type ScaleSimCycles, scaleSimCycles } from './scale-sim-cycles.ts';
export { type ReportFile, scaleSimReports } from './scale-sim-reports.ts';
export { parseTopology, readTopology, type Topology, type TopologyLayer } from './scale-sim-topology.ts';
export { batchesOf, runCounters } from './counters-sum.ts';
export { type HostCycles, hostCycles } from './host-cycles.ts';
export { networkWorkload, topologyWorkload, type Workload, type WorkloadLayer } from './workload.ts';
export { type Timeline, timeline, type TimelineOptions, type TraceEvent } from './timeline.ts';
