// SPDX-License-Identifier: Apache-2.0
export type { LayerCounters, LayerCycles, LayerEvents } from './counters.ts';
export { layerCounters, type LayerPlace } from './layer-cycles.ts';
export { type LayerWork, quantizedWork, unweightedWork, workPlan } from './layer-work.ts';
export { type Gemm, gemmOf, type ScaleSimLayer, scaleSimLayer } from './scale-sim-layer.ts';
export { type ArraySize, type Dataflow, dataflows, type ScaleSimCycles, scaleSimCycles } from './scale-sim-cycles.ts';
export { type ReportFile, scaleSimReports } from './scale-sim-reports.ts';
export { parseTopology, readTopology, type Topology, type TopologyLayer } from './scale-sim-topology.ts';
export { type ArrayUse, arrayUse, type CellClocks, tiledCycles } from './array-use.ts';
export { addCounters, addRecords, NO_COUNTERS } from './counters-sum.ts';
export { batchesOf, networkCounters, runCounters } from './run-counters.ts';
export { chooseSchedule, type ScheduleChoice, SCHEDULES } from './choose-schedule.ts';
export { heldWrite, stationaryCounters } from './stationary-cycles.ts';
export { type HostCycles, hostCycles } from './host-cycles.ts';
export { workloadNeeds } from './workload-needs.ts';
export { networkWorkload, topologyWorkload, type Workload, type WorkloadLayer } from './workload.ts';
export { type Timeline, timeline, type TimelineOptions } from './timeline.ts';
export type { TraceEvent, Track } from './trace-event.ts';
