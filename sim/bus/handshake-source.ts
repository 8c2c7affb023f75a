// SPDX-License-Identifier: Apache-2.0
// The sending side of a valid/ready handshake. It keeps valid and payload until
// the beat passes, and does not wait for ready before it offers one.

import { Flag, Queue, type Process, type Task, type Trigger } from '../process/index.ts';
import { Channel, type GivenBeat, type HandshakePorts } from './channel.ts';
import { show } from './errors.ts';
import { Offer } from './offer.ts';
import { checkOptions, handshakeOptions } from './options.ts';
import { resetWatch, type BusSimulation } from './simulation.ts';
import { makeStall, type StallPattern } from './stall.ts';

/** What both sides are told. */
export interface HandshakeOptions {
  /** When to hold back. @defaultValue 'never' */
  readonly stall?: StallPattern;
  /** Port that resets; active low when its name ends in `n` (`rst_n`, `aresetn`). Nothing passes while it is active. */
  readonly reset?: string;
  /** Name of the task, in messages. */
  readonly name?: string;
}

interface Sending<Field extends string> {
  readonly beat: GivenBeat<Field>;
  /** Set when the beat has passed, where somebody can wait for it. */
  readonly sent: Flag | undefined;
}

/**
 * Drives valid and payload.
 * @example
 * const source = new HandshakeSource(sim, { valid: 'in_valid', ready: 'in_ready', payload: { data: 'in_data' } });
 * source.send({ data: 5 });
 * sim.run(10);
 */
export class HandshakeSource<Field extends string = string> {
  readonly task: Task;
  readonly #channel: Channel<Field>;
  readonly #offer: Offer<Field>;
  readonly #queue = new Queue<Sending<Field>>();
  readonly #inReset: () => boolean;
  #stall: () => boolean;
  #pending = 0;
  #passed = 0;
  #last: Flag | undefined = undefined;

  constructor(sim: BusSimulation, ports: HandshakePorts<Field>, options: HandshakeOptions = {}) {
    checkOptions('HandshakeSource', options, handshakeOptions);
    const { name = `source ${ports.valid}` } = options;
    this.#channel = new Channel(sim, ports);
    this.#inReset = resetWatch(sim, options.reset);
    this.#stall = makeStall(options.stall ?? 'never');
    this.#offer = new Offer(sim, this.#channel, name);
    this.#offer.withdraw();
    this.task = sim.fork(() => this.#run(options.reset !== undefined), name);
    this.#offer.releaseAfter(this.task);
  }

  /** Beats that were given and have not passed. */
  get pending(): number {
    return this.#pending;
  }

  /** Beats that have passed. */
  get passed(): number {
    return this.#passed;
  }

  /** Whether the payload has a field. */
  has(field: Field): boolean {
    return field in this.#channel.ports.payload;
  }

  /** Changes when to hold back. */
  set stall(pattern: StallPattern) {
    this.#stall = makeStall(pattern);
  }

  /** Gives a beat to send, after those given before; the result can be waited for, until it has passed. */
  send(beat: GivenBeat<Field>): Trigger<void> {
    return this.sendAll([beat]);
  }

  /** Gives beats to send; the result can be waited for, until the last one has passed. */
  sendAll(beats: readonly GivenBeat<Field>[]): Trigger<void> {
    if (!Array.isArray(beats)) throw new TypeError(`Expected beats to be an array, but received ${show(beats)}.`);
    for (const beat of beats) this.#check(beat);
    const { length } = beats;
    if (length === 0) return this.idle();
    const sent = new Flag();
    this.#pending += length;
    this.#last = sent;
    for (const [i, beat] of beats.entries()) this.#queue.put({ beat, sent: i === length - 1 ? sent : undefined });
    return sent.wait();
  }

  /** Waits until all beats given so far have passed. */
  idle(): Trigger<void> {
    const flag = this.#last ?? new Flag();
    if (this.#pending === 0) flag.set();
    return flag.wait();
  }

  *#run(hasReset: boolean): Process<never> {
    const channel = this.#channel;
    const offer = this.#offer;
    const queue = this.#queue;
    // What is in `before` ahead of the first edge says nothing about the reset.
    if (hasReset) yield;
    for (;;) {
      if (queue.size === 0) offer.withdraw();
      const { beat, sent } = queue.size > 0 ? queue.tryGet()! : yield* queue.get();
      while (this.#stall()) {
        offer.withdraw();
        yield;
      }
      let isPassed = false;
      while (!isPassed) {
        while (this.#inReset()) {
          offer.withdraw();
          yield;
        }
        offer.show(beat);
        do yield;
        while (!channel.isReady() && !this.#inReset());
        isPassed = !this.#inReset();
      }
      this.#pending--;
      this.#passed++;
      sent?.set();
    }
  }

  #check(beat: GivenBeat<Field>): void {
    const { payload } = this.#channel.ports;
    const known = Object.keys(payload).join(', ');
    if (typeof beat !== 'object' || beat === null) {
      throw new TypeError(
        `Expected a beat to be an object with fields of the payload (${known}), but received ${show(beat)}.`,
      );
    }
    let isEmpty = true;
    for (const field in beat) {
      isEmpty = false;
      if (field in payload) continue;
      throw new TypeError(`Expected a field of the payload (${known}), but received "${field}".`);
    }
    if (isEmpty && known !== '') {
      throw new TypeError(`Expected a beat to have some field of the payload (${known}), but received none.`);
    }
  }
}
