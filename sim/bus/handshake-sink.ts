// SPDX-License-Identifier: Apache-2.0
// The receiving side of a valid/ready handshake.

import type { Driver } from '../claims.ts';
import { Queue, type Process, type Task, type Trigger } from '../process/index.ts';
import { Channel, type Beat, type HandshakePorts } from './channel.ts';
import type { HandshakeOptions } from './handshake-source.ts';
import { checkOptions, handshakeOptions } from './options.ts';
import { resetWatch, type BusSimulation, type BusValue } from './simulation.ts';
import { makeStall, type StallPattern } from './stall.ts';

/**
 * Drives ready, and collects the beats that pass.
 * @example
 * const sink = new HandshakeSink(sim, { valid: 'out_valid', ready: 'out_ready', payload: { data: 'out_data' } });
 * sim.fork(function* () { const { data } = yield* sink.receive(); });
 */
export class HandshakeSink<Field extends string = string> {
  readonly task: Task;
  /** Beats that passed and were not received. */
  readonly beats: Queue<Beat<Field>> = new Queue<Beat<Field>>();
  readonly #channel: Channel<Field>;
  /** Drives ready, where the channel has it. */
  readonly #ready: Driver<BusValue> | undefined;
  readonly #inReset: () => boolean;
  readonly #onBeat: (beat: Beat<Field>) => void;
  readonly #onReset: () => void;
  #stall: () => boolean;

  /**
   * @param onBeat takes the beats instead of `beats`.
   * @param onReset is told of each cycle in reset.
   */
  constructor(
    sim: BusSimulation,
    ports: HandshakePorts<Field>,
    options: HandshakeOptions & {
      readonly onBeat?: (beat: Beat<Field>) => void;
      readonly onReset?: () => void;
    } = {},
  ) {
    checkOptions('HandshakeSink', options, [...handshakeOptions, 'onBeat', 'onReset']);
    const { name = `sink ${ports.valid}` } = options;
    const { ready } = ports;
    this.#channel = new Channel(sim, ports);
    this.#inReset = resetWatch(sim, options.reset);
    this.#stall = makeStall(options.stall ?? 'never');
    this.#onBeat = options.onBeat ?? ((beat) => this.beats.put(beat));
    this.#onReset = options.onReset ?? (() => {});
    this.#ready = ready === undefined ? undefined : sim.claim(ready, name);
    this.#ready?.write(0);
    this.task = sim.fork(() => this.#run(), name);
    this.#ready?.releaseAfter(this.task);
  }

  /** Changes when to hold back. */
  set stall(pattern: StallPattern) {
    this.#stall = makeStall(pattern);
  }

  /** Waits for the next beat. */
  receive(): Trigger<Beat<Field>> {
    return this.beats.get();
  }

  *#run(): Process<never> {
    const channel = this.#channel;
    for (;;) {
      const isReady = !this.#stall();
      this.#ready?.write(isReady ? 1 : 0);
      yield;
      if (this.#inReset()) this.#onReset();
      else if (channel.isValid() && channel.isReady()) this.#onBeat(channel.read());
    }
  }
}
