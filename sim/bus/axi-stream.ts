// SPDX-License-Identifier: Apache-2.0
// AXI4-Stream: frames of beats, on ports with one prefix. Only tvalid is
// required; what the design has of the others is used. Without tlast every beat
// is a frame of its own.

import { Queue, type Task, type Trigger } from '../process/index.ts';
import { show, type ProtocolError } from './errors.ts';
import { HandshakeMonitor, type MonitorOptions } from './handshake-monitor.ts';
import type { Beat, HandshakePorts } from './channel.ts';
import { HandshakeSink } from './handshake-sink.ts';
import { HandshakeSource, type HandshakeOptions } from './handshake-source.ts';
import { checkOptions, handshakeOptions, monitorOptions } from './options.ts';
import { allOnes, optionalPort, type BusSimulation, type BusValue, type GivenValue } from './simulation.ts';
import type { StallPattern } from './stall.ts';

const perBeat = ['data', 'keep', 'strb', 'user'] as const;
const perFrame = ['id', 'dest'] as const;
const fields = [...perBeat, 'last', ...perFrame] as const;

type Field = (typeof fields)[number];
type PerBeat = (typeof perBeat)[number];
type PerFrame = (typeof perFrame)[number];

/**
 * A frame to send. `data`, `keep`, `strb` and `user` have one value for each beat, or one value for all; what is left out
 * is 0, but `keep` and `strb`, which are all ones.
 */
export type GivenFrame = {
  readonly [field in PerBeat]?: ArrayLike<GivenValue> | GivenValue;
} & { readonly [field in PerFrame]?: GivenValue };

/** A frame received; it has what the design has. */
export type AxiStreamFrame = {
  /** One value for each beat. */
  readonly [field in PerBeat]?: BusValue[];
} & { readonly [field in PerFrame]?: BusValue } & {
  readonly data: BusValue[];
  /** Cycle whose edge took the last beat. */
  readonly cycle: number;
};

/** The stream's ports that the design has. */
function streamPorts(sim: BusSimulation, prefix: string): HandshakePorts<Field> {
  const valid = optionalPort(sim, `${prefix}tvalid`);
  if (valid === undefined) {
    const streams = Object.keys(sim.dut).flatMap((name) => (name.endsWith('tvalid') ? [name.slice(0, -6)] : []));
    const known = streams.length === 0 ? 'none, as no port ends in tvalid' : streams.map((it) => `"${it}"`).join(', ');
    throw new TypeError(`Expected prefix to be that of an AXI4-Stream (${known}), but received "${prefix}".`);
  }
  const payload: Partial<Record<Field, string>> = {};
  for (const field of fields) {
    const port = optionalPort(sim, `${prefix}t${field}`);
    if (port !== undefined) payload[field] = port;
  }
  const ready = optionalPort(sim, `${prefix}tready`);
  return { valid, ...(ready === undefined ? {} : { ready }), payload: payload as Record<Field, string> };
}

/**
 * Sends frames into a design.
 * @example
 * const source = new AxiStreamSource(sim, 's_axis_', { stall: { probability: 0.3, seed: 1 } });
 * source.send([1, 2, 3]);
 */
export class AxiStreamSource {
  readonly #source: HandshakeSource<Field>;
  readonly #ports: HandshakePorts<Field>;
  readonly #ones: Partial<Record<PerBeat, BusValue>>;

  /** @param prefix what the ports' names start with: `s_axis_` for `s_axis_tvalid`. */
  constructor(sim: BusSimulation, prefix: string, options: HandshakeOptions = {}) {
    checkOptions('AxiStreamSource', options, handshakeOptions);
    this.#ports = streamPorts(sim, prefix);
    const { name = `AXI4-Stream source ${prefix}` } = options;
    const { keep, strb } = this.#ports.payload as Partial<HandshakePorts<Field>['payload']>;
    this.#ones = { keep: allOnes(sim, keep, name), strb: allOnes(sim, strb, name) };
    this.#source = new HandshakeSource(sim, this.#ports, { ...options, name });
  }

  get task(): Task {
    return this.#source.task;
  }

  /** Beats given that have not passed. */
  get pending(): number {
    return this.#source.pending;
  }

  /** Changes when to hold valid back. */
  set stall(pattern: StallPattern) {
    this.#source.stall = pattern;
  }

  /** Gives a frame to send, or just its data; the result can be waited for, until the last beat has passed. */
  send(frame: GivenFrame | readonly GivenValue[] | Uint8Array | Uint16Array | Uint32Array): Trigger<void> {
    const given: GivenFrame = isList(frame) ? { data: frame } : frame;
    this.#check(given);
    const beats = countBeats(given);
    const list: Partial<Record<Field, GivenValue>>[] = [];
    for (let i = 0; i < beats; i++) {
      const beat: Partial<Record<Field, GivenValue>> = {};
      for (const field of perBeat) {
        const values = given[field];
        const value = isList(values) ? values[i] : values;
        if (field in this.#ports.payload) beat[field] = value ?? this.#ones[field] ?? 0;
      }
      for (const field of perFrame) if (given[field] !== undefined) beat[field] = given[field];
      if ('last' in this.#ports.payload) beat.last = i === beats - 1 ? 1 : 0;
      list.push(beat);
    }
    return this.#source.sendAll(list);
  }

  /** Waits until all beats given so far have passed. */
  idle(): Trigger<void> {
    return this.#source.idle();
  }

  #check(frame: GivenFrame): void {
    const known = Object.keys(this.#ports.payload).filter((name) => name !== 'last');
    const list = known.join(', ');
    if (typeof frame !== 'object' || frame === null) {
      throw new TypeError(
        `Expected a frame to be an array with the data of its beats, or an object with fields of the stream (${list}), ` +
          `but received ${show(frame)}.`,
      );
    }
    const given = Object.keys(frame);
    const unknown = given.find((field) => !known.includes(field));
    if (unknown !== undefined) {
      throw new TypeError(`Expected a field that the stream has (${list}), but received "${unknown}".`);
    }
    if (given.length === 0 && known.length > 0) {
      throw new TypeError(`Expected a frame to have some field of the stream (${list}), but received none.`);
    }
  }
}

/**
 * Receives frames from a design; those with different `id` and `dest` may be interleaved. Where the bus has a `reset`,
 * that drops the frames under way: the first beat after it begins a new one.
 *
 * The data of a frame are numbers where `tdata` has at most 53 bits, and bigints where it has more. A scoreboard of
 * `readonly BusValue[]` takes them as they are, and expects arrays of numbers or of bigints.
 * @example
 * const board = new Scoreboard<readonly BusValue[]>({ cycle: () => sim.cycle });
 * board.expect([1, 2, 3]);
 * sim.fork(function* () { for (;;) board.receive((yield* sink.receive()).data); });
 */
export class AxiStreamSink {
  /** Frames that came and were not received. */
  readonly frames: Queue<AxiStreamFrame> = new Queue<AxiStreamFrame>();
  readonly #sink: HandshakeSink<Field>;

  constructor(sim: BusSimulation, prefix: string, options: HandshakeOptions = {}) {
    checkOptions('AxiStreamSink', options, handshakeOptions);
    const assembly = new Assembly(sim, (frame) => this.frames.put(frame));
    this.#sink = new HandshakeSink(sim, streamPorts(sim, prefix), {
      name: `AXI4-Stream sink ${prefix}`,
      ...options,
      onBeat: (beat) => assembly.add(beat),
      onReset: () => assembly.drop(),
    });
  }

  get task(): Task {
    return this.#sink.task;
  }

  /** Changes when to hold ready back. */
  set stall(pattern: StallPattern) {
    this.#sink.stall = pattern;
  }

  /** Waits for the next frame. */
  receive(): Trigger<AxiStreamFrame> {
    return this.frames.get();
  }
}

/**
 * Watches a stream that others drive: valid stays until the beat passes, nothing changes meanwhile, and no byte that
 * tkeep drops has tstrb. A `reset` drops the frames under way.
 */
export class AxiStreamMonitor {
  /** Frames that passed and were not taken. */
  readonly frames: Queue<AxiStreamFrame> = new Queue<AxiStreamFrame>();
  readonly #monitor: HandshakeMonitor<Field>;

  constructor(sim: BusSimulation, prefix: string, options: MonitorOptions = {}) {
    checkOptions('AxiStreamMonitor', options, monitorOptions);
    const ports = streamPorts(sim, prefix);
    const assembly = new Assembly(sim, (frame) => this.frames.put(frame));
    this.#monitor = new HandshakeMonitor(sim, ports, {
      name: `AXI4-Stream monitor ${prefix}`,
      ...options,
      onBeat: (beat, violations) => {
        const { keep, strb } = beat as Partial<Beat<Field>>;
        if (keep !== undefined && strb !== undefined && (BigInt(strb) & ~BigInt(keep)) !== 0n) {
          const details = { cycle: sim.cycle, signal: ports.payload.strb, expected: keep, received: strb };
          violations.report(`have only bytes that ${ports.payload.keep} has (${keep})`, details);
        }
        assembly.add(beat);
      },
      onReset: () => assembly.drop(),
    });
  }

  get task(): Task {
    return this.#monitor.task;
  }

  /** Rules broken so far. */
  get errors(): readonly ProtocolError[] {
    return this.#monitor.errors;
  }

  /** Cycles in which a beat passed, in which valid waited for ready, and the others. */
  get counts(): HandshakeMonitor['counts'] {
    return this.#monitor.counts;
  }

  /** Waits for the next frame that passes. */
  receive(): Trigger<AxiStreamFrame> {
    return this.frames.get();
  }
}

/** Puts beats together to frames. */
class Assembly {
  readonly #sim: BusSimulation;
  readonly #onFrame: (frame: AxiStreamFrame) => void;
  readonly #open = new Map<string, Beat<Field>[]>();

  constructor(sim: BusSimulation, onFrame: (frame: AxiStreamFrame) => void) {
    this.#sim = sim;
    this.#onFrame = onFrame;
  }

  /** Forgets frames whose last beat has not come. */
  drop(): void {
    this.#open.clear();
  }

  add(beat: Beat<Field>): void {
    const { id, dest, last } = beat as Partial<Beat<Field>>;
    const key = `${id} ${dest}`;
    const beats = this.#open.get(key) ?? [];
    beats.push(beat);
    if (last !== undefined && Number(last) === 0) {
      this.#open.set(key, beats);
      return;
    }
    this.#open.delete(key);
    const frame: Partial<Record<Field, BusValue | BusValue[]>> & { cycle: number } = { cycle: this.#sim.cycle };
    for (const field of perBeat) if (field in beat) frame[field] = beats.map((it) => it[field]);
    for (const field of perFrame) if (field in beat) frame[field] = beat[field];
    this.#onFrame({ data: [], ...frame } as AxiStreamFrame);
  }
}

function isList(value: unknown): value is ArrayLike<GivenValue> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function countBeats(frame: GivenFrame): number {
  let beats: number | undefined;
  for (const field of perBeat) {
    const values = frame[field];
    if (!isList(values)) continue;
    beats ??= values.length;
    if (values.length !== beats) {
      throw new RangeError(`Expected ${field} to have ${beats} values, but received ${values.length}.`);
    }
  }
  if (beats === 0) throw new RangeError('Expected a frame to have at least one beat, but received none.');
  return beats ?? 1;
}
