// SPDX-License-Identifier: Apache-2.0
// The accelerator's top around the stand-in core, with a host on each of its ports, and what the stand-in computes.

import { join } from 'node:path';
import {
  AxiLiteMaster,
  AxiStreamMonitor,
  AxiStreamSink,
  AxiStreamSource,
  build,
  type AxiLiteStalls,
  type AxiStreamFrame,
  type Model,
  type Process,
  type Simulation,
  type StallPattern,
} from '../../sim/index.ts';
import { REGISTERS } from '../../src/device/registers.ts';
import { rtlSources } from '../../src/device/index.ts';

/** Parameters of a top that tests are quick with. */
export interface TopSize {
  readonly rows: number;
  readonly columns: number;
  readonly dataBits: number;
  /** Ports of the weight buffer; with 1 it takes no segments. @defaultValue 2 */
  readonly weightPorts?: number;
}

/** Words in the buffers of every top here. */
export const DEPTHS = { activations: 32, weights: 8, folds: 8, pads: 4, results: 4, program: 8 } as const;

/** Values of a packet's target. */
export const TARGETS = { pictures0: 0, pictures1: 1, weights: 2, folds: 3, pads: 4, program: 5, segment: 6 } as const;

/** Builds `adder_top` around the stand-in core. */
export function buildTop(
  { rows, columns, dataBits, weightPorts = 2 }: TopSize,
  expose: readonly string[] = [],
): Promise<Model> {
  return build({
    top: 'adder_top',
    sources: [
      ...rtlSources().filter((path) => !path.endsWith('/adder_core.v')),
      join(import.meta.dirname, 'core-model', 'adder_core.v'),
    ],
    params: {
      ROWS: rows,
      COLUMNS: columns,
      W_DATA: dataBits,
      WEIGHT_PORTS: weightPorts,
      ACTIVATION_DEPTH: DEPTHS.activations,
      WEIGHT_DEPTH: DEPTHS.weights,
      FOLD_DEPTH: DEPTHS.folds,
      PAD_DEPTH: DEPTHS.pads,
      RESULT_DEPTH: DEPTHS.results,
      PROGRAM_DEPTH: DEPTHS.program,
    },
    expose: [...expose],
  });
}

/** A packet for S_AXIS; `length` is what its header says. */
export interface Packet {
  readonly target: number;
  readonly address: number;
  readonly words: readonly bigint[];
  readonly length?: number;
  readonly images?: number;
  readonly exclusive?: boolean;
}

/** Beats of a packet. */
export function beatsOf({ target, address, words, length = words.length, images = 0, exclusive }: Packet): bigint[] {
  const [high, low] = [(exclusive === true ? 0x80 : 0) + images, target];
  return [(BigInt(high) << 56n) | (BigInt(address) << 32n) | (BigInt(length) << 8n) | BigInt(low), ...words];
}

/** When each side holds back. */
export interface Stalls {
  readonly in?: StallPattern;
  readonly out?: StallPattern;
  readonly lite?: AxiLiteStalls;
}

/** A simulated top with hosts on its ports. */
export interface Host {
  readonly sim: Simulation;
  readonly source: AxiStreamSource;
  readonly sink: AxiStreamSink;
  readonly monitor: AxiStreamMonitor;
  readonly bus: AxiLiteMaster;
}

/** Makes a top out of reset. Every output is watched: a broken rule of a bus ends the run. */
export function connect(model: Model, stalls: Stalls = {}, seed = 1): Host {
  const sim = model.create({ clock: 'clk', seed });
  const source = new AxiStreamSource(sim, 's_axis_', { stall: stalls.in ?? 'never', reset: 'rst' });
  const sink = new AxiStreamSink(sim, 'm_axis_', { stall: stalls.out ?? 'never', reset: 'rst' });
  const monitor = new AxiStreamMonitor(sim, 'm_axis_', { reset: 'rst' });
  const bus = new AxiLiteMaster(sim, 's_axil_', { reset: 'rst', ...(stalls.lite && { stall: stalls.lite }) });
  sim.reset('rst');
  return { sim, source, sink, monitor, bus };
}

/** Packets received and not taken. */
export function take(sink: AxiStreamSink): AxiStreamFrame[] {
  const frames: AxiStreamFrame[] = [];
  for (let frame = sink.frames.tryGet(); frame !== undefined; frame = sink.frames.tryGet()) frames.push(frame);
  return frames;
}

/** A register's offset. */
export const offsetOf = (name: keyof typeof REGISTERS): number => REGISTERS[name].offset;

/** Runs what a host does, to its end. */
export function run<T>({ sim }: Host, body: () => Process<T>, max = 5000): T {
  const [result] = sim.finish([sim.fork(body)], { max });
  return result as T;
}

/** Reads a register. */
export function read(host: Host, name: keyof typeof REGISTERS): number {
  return run(host, function* () {
    return Number(yield* host.bus.read(offsetOf(name)));
  });
}

/** Writes a register. */
export function write(host: Host, name: keyof typeof REGISTERS, value: number): void {
  run(host, function* () {
    yield* host.bus.write(offsetOf(name), value);
  });
}

/** Bits of a register with these fields at 1. */
export function bits(name: 'CONTROL' | 'STATUS' | 'ERRORS' | 'INTERRUPTS', ...fields: string[]): number {
  const known: Readonly<Record<string, { low: number }>> = REGISTERS[name].fields;
  return fields.reduce((all, field) => all | (1 << known[field]!.low), 0);
}
