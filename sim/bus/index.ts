// SPDX-License-Identifier: Apache-2.0
// Bus helpers made of processes: handshakes in general, AXI4-Stream, AXI4-Lite,
// and a scoreboard. They need of a simulation what simulation.ts says.

export { AxiResponseError, type AxiLiteChannel, type AxiLiteStalls, type AxiResponse } from './axi-lite.ts';
export { AxiLiteMaster, type AccessOptions, type AxiLiteMasterOptions, type WriteOptions } from './axi-lite-master.ts';
export { AxiLiteSlave, type AxiLiteSlaveOptions } from './axi-lite-slave.ts';
export {
  AxiStreamMonitor,
  AxiStreamSink,
  AxiStreamSource,
  type AxiStreamFrame,
  type GivenFrame,
} from './axi-stream.ts';
export { bytesToFrame, frameToBytes } from './axi-stream-bytes.ts';
export { ProtocolError, type OnViolation, type ProtocolErrorDetails } from './errors.ts';
export type { Beat, GivenBeat, HandshakePorts } from './channel.ts';
export { HandshakeSink } from './handshake-sink.ts';
export { HandshakeSource, type HandshakeOptions } from './handshake-source.ts';
export { HandshakeMonitor, type MonitorOptions } from './handshake-monitor.ts';
export { Scoreboard, ScoreboardError, type ScoreboardOptions } from './scoreboard.ts';
export type { BusSimulation, BusValue, GivenValue } from './simulation.ts';
export { makeStall, randomFrom, type StallPattern } from './stall.ts';
