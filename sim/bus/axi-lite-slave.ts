// SPDX-License-Identifier: Apache-2.0
// Answers a design's AXI4-Lite master port, from a memory or from handlers.

import type { Task } from '../process/index.ts';
import type { OnViolation, ProtocolError } from './errors.ts';
import {
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
import { HandshakeMonitor } from './handshake-monitor.ts';
import type { Beat } from './channel.ts';
import { requireFree } from './drivers.ts';
import { HandshakeSink } from './handshake-sink.ts';
import { HandshakeSource } from './handshake-source.ts';
import { checkOptions } from './options.ts';
import type { BusSimulation, BusValue } from './simulation.ts';

/** What a slave is told. */
export interface AxiLiteSlaveOptions {
  /** Gives the data at an address, or a response with or without data. @defaultValue from `memory` */
  readonly read?: (address: number) => BusValue | { readonly data?: BusValue; readonly response: AxiResponse };
  /** Takes data; `strb` has one bit for each byte, undefined without wstrb. @defaultValue into `memory` */
  readonly write?: (address: number, data: BusValue, strb: BusValue | undefined) => AxiResponse | void;
  /** When to hold back ready (`aw`, `w`, `ar`) or valid (`b`, `r`). @defaultValue never */
  readonly stall?: AxiLiteStalls;
  /** Port that resets the bus. */
  readonly reset?: string;
  /** What a broken rule of the master does. @defaultValue 'throw' */
  readonly onViolation?: OnViolation;
}

/**
 * The slave of an AXI4-Lite bus.
 * @example
 * const slave = new AxiLiteSlave(sim, 'm_axi_');
 * slave.memory.set(0x10, 5);
 * sim.run(100);
 */
export class AxiLiteSlave {
  /** Values by address as the master gives it; what was not written reads as 0. */
  readonly memory: Map<number, BusValue> = new Map<number, BusValue>();
  readonly #sim: BusSimulation;
  readonly #prefix: string;
  readonly #options: AxiLiteSlaveOptions;
  readonly #monitors: HandshakeMonitor<AxiLiteField>[] = [];
  readonly #tasks: Task[] = [];
  readonly #addresses: number[] = [];
  readonly #data: Beat<AxiLiteField>[] = [];

  /** @param prefix what the ports' names start with: `m_axi_` for `m_axi_awvalid`. */
  constructor(sim: BusSimulation, prefix: string, options: AxiLiteSlaveOptions = {}) {
    checkOptions('AxiLiteSlave', options, ['read', 'write', 'stall', 'reset', 'onViolation']);
    checkStalls('AxiLiteSlave', options.stall);
    this.#sim = sim;
    this.#prefix = prefix;
    this.#options = options;
    const { writes, reads } = halves(sim, prefix);
    const sent = [...(writes ? (['b'] as const) : []), ...(reads ? (['r'] as const) : [])];
    const heard = [...(writes ? (['aw', 'w'] as const) : []), ...(reads ? (['ar'] as const) : [])];
    requireFree(sim, drivenPorts(sim, prefix, sent, heard), `AXI4-Lite slave ${prefix}`);
    if (writes) this.#answerWrites();
    if (reads) this.#answerReads();
  }

  /** One task for each channel, and those that watch the master. */
  get tasks(): readonly Task[] {
    return this.#tasks;
  }

  /** Rules that the master broke so far. */
  get errors(): readonly ProtocolError[] {
    return this.#monitors.flatMap(({ errors }) => errors);
  }

  #answerWrites(): void {
    const b = new HandshakeSource(this.#sim, this.#ports('b'), this.#channelOptions('b'));
    this.#tasks.push(b.task);
    const answer = (): void => {
      while (this.#addresses.length > 0 && this.#data.length > 0) {
        const address = this.#addresses.shift()!;
        const { data, strb } = this.#data.shift() as Partial<Beat<AxiLiteField>>;
        const write = this.#options.write ?? ((...given): void => this.#store(...given));
        const resp = axiResponses.indexOf(write(address, data!, strb) ?? 'OKAY');
        b.send(b.has('resp') ? { resp } : {});
      }
    };
    this.#listen('aw', ({ addr }) => {
      this.#addresses.push(Number(addr));
      answer();
    });
    this.#listen('w', (beat) => {
      this.#data.push(beat);
      answer();
    });
  }

  #answerReads(): void {
    const r = new HandshakeSource(this.#sim, this.#ports('r'), this.#channelOptions('r'));
    this.#tasks.push(r.task);
    const read = this.#options.read ?? ((address: number): BusValue => this.memory.get(address) ?? 0);
    this.#listen('ar', ({ addr }) => {
      const answer = read(Number(addr));
      const { data = 0, response } = typeof answer === 'object' ? answer : { data: answer, response: 'OKAY' as const };
      r.send({ data, ...(r.has('resp') ? { resp: axiResponses.indexOf(response) } : {}) });
    });
  }

  #store(address: number, data: BusValue, strb: BusValue | undefined): void {
    let mask = 0n;
    if (strb !== undefined) {
      for (let i = 0n; BigInt(strb) >> i !== 0n; i++) if (((BigInt(strb) >> i) & 1n) !== 0n) mask |= 0xffn << (8n * i);
    }
    const old = BigInt(this.memory.get(address) ?? 0);
    const value = strb === undefined ? BigInt(data) : (old & ~mask) | (BigInt(data) & mask);
    this.memory.set(address, typeof data === 'bigint' ? value : Number(value));
  }

  #ports(channel: AxiLiteChannel): ReturnType<typeof channelPorts> {
    return channelPorts(this.#sim, this.#prefix, channel);
  }

  #channelOptions(channel: AxiLiteChannel): object {
    const { stall, reset } = this.#options;
    return {
      name: `AXI4-Lite slave ${this.#prefix}${channel}`,
      ...(stall?.[channel] === undefined ? {} : { stall: stall[channel] }),
      ...(reset === undefined ? {} : { reset }),
    };
  }

  #listen(channel: AxiLiteChannel, onBeat: (beat: Beat<AxiLiteField>) => void): void {
    const { onViolation = 'throw', reset } = this.#options;
    const watch = { onViolation, ...(reset === undefined ? {} : { reset }) };
    const ports = this.#ports(channel);
    const monitor = new HandshakeMonitor(this.#sim, ports, { ...watch, onBeat: (): void => undefined });
    const sink = new HandshakeSink(this.#sim, ports, { ...this.#channelOptions(channel), onBeat });
    this.#monitors.push(monitor);
    this.#tasks.push(monitor.task, sink.task);
  }
}
