// SPDX-License-Identifier: Apache-2.0
// Watches a channel that others drive. Rules: valid, once high, stays so until
// the beat passes, and the payload does not change meanwhile.

import { Queue, type Process, type Task } from '../process/index.ts';
import { Violations, type OnViolation, type ProtocolError, type ProtocolErrorDetails } from './errors.ts';
import { Channel, type Beat, type HandshakePorts } from './channel.ts';
import { checkOptions, monitorOptions } from './options.ts';
import { resetWatch, type BusSimulation } from './simulation.ts';

/** What a monitor is told. */
export interface MonitorOptions {
  /** What a broken rule does: end the run with a {@link ProtocolError}, or go into `errors`. @defaultValue 'throw' */
  readonly onViolation?: OnViolation;
  /** Cycles after which a beat that has not passed is an error, from 1. @defaultValue without limit */
  readonly maxWait?: number;
  /** Port that resets; while it is active, nothing is watched. */
  readonly reset?: string;
  /** Name of the task, in messages. */
  readonly name?: string;
}

/** Watches one channel. */
export class HandshakeMonitor<Field extends string = string> {
  readonly task: Task;
  /** Beats that passed and were not taken. */
  readonly beats: Queue<Beat<Field>> = new Queue<Beat<Field>>();
  /** Cycles in which a beat passed, in which valid waited for ready, and the others. */
  readonly counts: { passed: number; waiting: number; idle: number } = { passed: 0, waiting: 0, idle: 0 };
  readonly #sim: BusSimulation;
  readonly #channel: Channel<Field>;
  readonly #violations: Violations;
  readonly #inReset: () => boolean;
  readonly #maxWait: number;
  readonly #onBeat: (beat: Beat<Field>, violations: Violations) => void;
  readonly #onReset: () => void;
  /** The beat that waits for ready; undefined when none does. */
  #held: Beat<Field> | undefined = undefined;
  #waited = 0;

  /**
   * @param onBeat takes the beats instead of `beats`, and may report what is wrong in one.
   * @param onReset is told of each cycle in reset.
   */
  constructor(
    sim: BusSimulation,
    ports: HandshakePorts<Field>,
    options: MonitorOptions & {
      readonly onBeat?: (beat: Beat<Field>, violations: Violations) => void;
      readonly onReset?: () => void;
    } = {},
  ) {
    checkOptions('HandshakeMonitor', options, [...monitorOptions, 'onBeat', 'onReset']);
    this.#sim = sim;
    this.#channel = new Channel(sim, ports);
    this.#violations = new Violations(options.onViolation ?? 'throw');
    this.#inReset = resetWatch(sim, options.reset);
    this.#maxWait = options.maxWait ?? Infinity;
    this.#onBeat = options.onBeat ?? ((beat) => this.beats.put(beat));
    this.#onReset = options.onReset ?? (() => {});
    this.task = sim.fork(() => this.#run(), options.name ?? `monitor ${ports.valid}`);
  }

  /** Rules broken so far. */
  get errors(): readonly ProtocolError[] {
    return this.#violations.list;
  }

  *#run(): Process<never> {
    for (;;) {
      yield;
      if (this.#inReset()) {
        this.#held = undefined;
        this.#onReset();
      } else this.#look();
    }
  }

  #look(): void {
    const channel = this.#channel;
    const { valid, ready } = channel.ports;
    const isReady = channel.isReady();
    const held = this.#held;
    this.#held = undefined;
    if (!channel.isValid()) {
      this.counts.idle++;
      this.#waited = 0;
      if (held !== undefined) {
        this.#violations.report(`stay 1 until ${ready}`, this.#details(valid, 1, 0));
      }
      return;
    }
    const beat = channel.read();
    if (!isReady) this.#held = beat;
    if (held !== undefined) this.#compare(held, beat);
    if (isReady) {
      this.counts.passed++;
      this.#waited = 0;
      this.#onBeat(beat, this.#violations);
    } else {
      this.counts.waiting++;
      this.#waited++;
      if (this.#waited === this.#maxWait) {
        this.#violations.report(`be 1 within ${this.#maxWait} cycles of ${valid}`, this.#details(ready!, 1, 0));
      }
    }
  }

  #compare(held: Beat<Field>, beat: Beat<Field>): void {
    const { fields, ports } = this.#channel;
    for (const { name, port } of fields) {
      if (held[name] === beat[name]) continue;
      const rule = `stay ${String(held[name])} until ${ports.ready}`;
      this.#violations.report(rule, this.#details(port, held[name], beat[name]));
    }
  }

  #details(signal: string, expected: unknown, received: unknown): ProtocolErrorDetails {
    return { cycle: this.#sim.cycle, signal, expected, received };
  }
}
