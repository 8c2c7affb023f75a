// SPDX-License-Identifier: Apache-2.0
// Writes and reads through a design's AXI4-Lite slave port. Channels are
// independent: addresses and data go out as fast as each is taken, any number of
// accesses can be under way, and responses belong to them in order.

import { Outcome, until, within, type Process, type Task, type Trigger } from '../process/index.ts';
import {
  AxiResponseError,
  axiResponses,
  channelPorts,
  checkStalls,
  drivenPorts,
  halves,
  type AxiLiteChannel,
  type AxiLiteField,
  type AxiLiteStalls,
  type AxiResponse,
} from './axi-lite.ts';
import { Violations, type OnViolation, type ProtocolError } from './errors.ts';
import { HandshakeMonitor } from './handshake-monitor.ts';
import type { Beat } from './channel.ts';
import { requireFree } from './drivers.ts';
import { HandshakeSink } from './handshake-sink.ts';
import { HandshakeSource } from './handshake-source.ts';
import { checkOptions } from './options.ts';
import { allOnes, resetWatch, type BusSimulation, type BusValue, type GivenValue } from './simulation.ts';

/** What a master is told. */
export interface AxiLiteMasterOptions {
  /** When to hold back valid (`aw`, `w`, `ar`) or ready (`b`, `r`). @defaultValue never */
  readonly stall?: AxiLiteStalls;
  /** Cycles that an access may take from when it is waited for, from 1. @defaultValue 1000 */
  readonly timeout?: number;
  /** Port that resets the bus, while no access is under way. */
  readonly reset?: string;
  /** What a broken rule of the slave does. @defaultValue 'throw' */
  readonly onViolation?: OnViolation;
}

/** What one access is told. */
export interface AccessOptions {
  /** Response that is right; another is an {@link AxiResponseError}. @defaultValue 'OKAY' */
  readonly expect?: AxiResponse | 'any';
  /** Protection bits. @defaultValue 0 */
  readonly prot?: number;
}

/** What one write is told. */
export interface WriteOptions extends AccessOptions {
  /** Bytes to write, one bit each. @defaultValue all */
  readonly strb?: GivenValue;
}

interface Access {
  readonly kind: 'read' | 'write';
  readonly address: BusValue;
  readonly expect: AxiResponse | 'any';
  readonly outcome: Outcome<never>;
}

type AxiLiteBeat = Partial<Beat<AxiLiteField>>;

/**
 * The master of an AXI4-Lite bus.
 * @example
 * const bus = new AxiLiteMaster(sim, 's_axi_');
 * sim.fork(function* () {
 *   yield* bus.write(0x10, 5);
 *   const value = yield* bus.read(0x10);
 * });
 */
export class AxiLiteMaster {
  readonly #sim: BusSimulation;
  readonly #prefix: string;
  readonly #timeout: number;
  readonly #violations: Violations;
  readonly #monitors: HandshakeMonitor<AxiLiteField>[] = [];
  readonly #out: Partial<Record<AxiLiteChannel, HandshakeSource<AxiLiteField>>> = {};
  readonly #allBytes: BusValue;
  readonly #tasks: Task[] = [];
  readonly #writes: Access[] = [];
  readonly #reads: Access[] = [];
  #written = 0;
  #read = 0;

  /** @param prefix what the ports' names start with: `s_axi_` for `s_axi_awvalid`. */
  constructor(sim: BusSimulation, prefix: string, options: AxiLiteMasterOptions = {}) {
    checkOptions('AxiLiteMaster', options, ['stall', 'timeout', 'reset', 'onViolation']);
    checkStalls('AxiLiteMaster', options.stall);
    const { timeout = 1000, onViolation = 'throw' } = options;
    const { writes, reads } = halves(sim, prefix);
    this.#sim = sim;
    this.#prefix = prefix;
    this.#timeout = timeout;
    this.#violations = new Violations(onViolation);
    // Before any task is there, so that one that is refused leaves none.
    const sent = [...(writes ? (['aw', 'w'] as const) : []), ...(reads ? (['ar'] as const) : [])];
    const heard = [...(writes ? (['b'] as const) : []), ...(reads ? (['r'] as const) : [])];
    const name = `AXI4-Lite master ${prefix}`;
    requireFree(sim, drivenPorts(sim, prefix, sent, heard), name);
    this.#allBytes = writes ? allOnes(sim, channelPorts(sim, prefix, 'w').payload.strb, name) : 0;
    // Responses are looked at before requests of the same edge count as taken: one may not answer the other.
    if (writes) this.#listen('b', options, (beat) => this.#onWritten(beat));
    if (reads) this.#listen('r', options, (beat) => this.#onRead(beat));
    for (const channel of sent) {
      const source = new HandshakeSource(sim, channelPorts(sim, prefix, channel), this.#options(channel, options));
      this.#out[channel] = source;
      this.#tasks.push(source.task);
    }
    const { reset } = options;
    if (reset !== undefined) this.#tasks.push(sim.fork(() => this.#watchReset(reset), `AXI4-Lite reset ${prefix}`));
  }

  /** Accesses under way. */
  get pending(): number {
    return this.#writes.length + this.#reads.length;
  }

  /** One task for each channel, and those that watch the slave. */
  get tasks(): readonly Task[] {
    return this.#tasks;
  }

  /** Rules that the slave broke so far. */
  get errors(): readonly ProtocolError[] {
    return [...this.#violations.list, ...this.#monitors.flatMap(({ errors }) => errors)];
  }

  /** Starts a write; the result, which can be waited for, is its response. */
  write(address: BusValue, data: GivenValue, options: WriteOptions = {}): Trigger<AxiResponse> {
    checkOptions('write', options, ['expect', 'prot', 'strb']);
    const { expect = 'OKAY', prot = 0, strb = this.#allBytes } = options;
    const outcome = new Outcome<AxiResponse>();
    const [aw, w] = [this.#channel('aw'), this.#channel('w')];
    this.#writes.push({ kind: 'write', address, expect, outcome: outcome as unknown as Outcome<never> });
    aw.send({ addr: address, ...(aw.has('prot') ? { prot } : {}) });
    w.send({ data, ...(w.has('strb') ? { strb } : {}) });
    return this.#limited(outcome, 'write', address);
  }

  /** Starts a read; the result, which can be waited for, is the data. */
  read(address: BusValue, options: AccessOptions = {}): Trigger<BusValue> {
    checkOptions('read', options, ['expect', 'prot']);
    const { expect = 'OKAY', prot = 0 } = options;
    const outcome = new Outcome<BusValue>();
    const ar = this.#channel('ar');
    this.#reads.push({ kind: 'read', address, expect, outcome: outcome as unknown as Outcome<never> });
    ar.send({ addr: address, ...(ar.has('prot') ? { prot } : {}) });
    return this.#limited(outcome, 'read', address);
  }

  #limited<T>(outcome: Outcome<T>, kind: string, address: BusValue): Trigger<T> {
    const at = `0x${address.toString(16)}`;
    const message = `Expected the ${kind} at ${at} to end within ${this.#timeout} cycles, but it did not.`;
    return within(this.#timeout, outcome.wait(), message);
  }

  #channel(channel: AxiLiteChannel): HandshakeSource<AxiLiteField> {
    const source = this.#out[channel];
    if (source !== undefined) return source;
    throw new TypeError(
      `Expected the bus ${this.#prefix} to have port ${this.#prefix}${channel}valid, but it has not.`,
    );
  }

  #options(channel: AxiLiteChannel, options: AxiLiteMasterOptions): object {
    const { stall, reset } = options;
    return {
      name: `AXI4-Lite master ${this.#prefix}${channel}`,
      ...(stall?.[channel] === undefined ? {} : { stall: stall[channel] }),
      ...(reset === undefined ? {} : { reset }),
    };
  }

  #listen(channel: 'b' | 'r', options: AxiLiteMasterOptions, onBeat: (beat: AxiLiteBeat) => void): void {
    const ports = channelPorts(this.#sim, this.#prefix, channel);
    const { onViolation = 'throw', reset } = options;
    const watch = { onViolation, ...(reset === undefined ? {} : { reset }) };
    this.#monitors.push(new HandshakeMonitor(this.#sim, ports, { ...watch, onBeat: () => undefined }));
    // The sink keeps its task; what is wrong with a beat is for a task of its own to throw.
    const sink = new HandshakeSink(this.#sim, ports, { ...this.#options(channel, options), onBeat });
    this.#tasks.push(sink.task, this.#monitors.at(-1)!.task);
  }

  #onWritten(beat: AxiLiteBeat): void {
    const taken = Math.min(this.#out.aw!.passed, this.#out.w!.passed);
    if (this.#written < taken) {
      this.#written++;
      this.#end(this.#writes.shift()!, beat, (response) => response);
    } else this.#unasked('b', `be 0 until ${this.#prefix}aw and ${this.#prefix}w have passed`);
  }

  #onRead(beat: AxiLiteBeat): void {
    if (this.#read < this.#out.ar!.passed) {
      this.#read++;
      this.#end(this.#reads.shift()!, beat, () => beat.data);
    } else this.#unasked('r', `be 0 until ${this.#prefix}ar has passed`);
  }

  #end(access: Access, beat: AxiLiteBeat, result: (response: AxiResponse) => unknown): void {
    const { kind, address, expect, outcome } = access;
    const response = axiResponses[Number(beat.resp ?? 0)]!;
    if (response !== 'EXOKAY' && (expect === 'any' || response === expect)) {
      outcome.succeed(result(response) as never);
      return;
    }
    const expected = expect === 'any' ? 'OKAY' : expect;
    const error = new AxiResponseError(kind, address, expected, response, this.#sim.cycle);
    if (!outcome.fail(error)) this.#throwApart(error);
  }

  #unasked(channel: 'b' | 'r', rule: string): void {
    const details = { cycle: this.#sim.cycle, signal: `${this.#prefix}${channel}valid`, expected: 0, received: 1 };
    try {
      this.#violations.report(rule, details);
    } catch (error) {
      this.#throwApart(error);
    }
  }

  /** Responses to what passed before a reset never come, and those after it would be taken for them. */
  *#watchReset(reset: string): Process<never> {
    const inReset = resetWatch(this.#sim, reset);
    for (;;) {
      yield until(inReset);
      const { aw, w, ar } = this.#out;
      const writes = Math.max(aw?.passed ?? 0, w?.passed ?? 0) - this.#written;
      const reads = (ar?.passed ?? 0) - this.#read;
      if (writes + reads > 0) {
        throw new Error(
          `Expected no access on ${this.#prefix} to be under way in a reset, ` +
            `but received ${writes} ${writes === 1 ? 'write' : 'writes'} and ${reads} ${reads === 1 ? 'read' : 'reads'}.`,
        );
      }
      yield until(() => !inReset());
    }
  }

  /** Ends the run with an error that no task waits for, and leaves the bus running. */
  #throwApart(error: unknown): void {
    // eslint-disable-next-line require-yield
    this.#sim.fork(function* () {
      throw error;
    }, `AXI4-Lite master ${this.#prefix}`);
  }
}
