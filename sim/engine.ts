// SPDX-License-Identifier: Apache-2.0
// The native side of one instance, with its manners: a call comes back early
// when the RTL printed or ended, and is then resumed or becomes an error.

import { describeEnd, endKind, endScope } from './ending.ts';
import { SimulationError, type SimulationErrorKind } from './errors.ts';
import { nativeEvents, type Handle, type NativeAddon, type NativeInstance } from './native.ts';
import type { SignalLayout } from './ports.ts';
import { describe } from './values.ts';

/** What an instance knows about its model. */
export interface EngineSetup {
  readonly top: string;
  /** The ports, then what is exposed. */
  readonly signals: readonly SignalLayout[];
  readonly onDisplay: (text: string) => void;
  /** Translates the file names in the model into the caller's. */
  readonly originalPath: (name: string) => string;
  /** Instances of the module that a line belongs to; the file's name as in the model. */
  readonly instancesAt: (file: string, line: number) => readonly string[];
}

/** A clock that the native loops drive. */
export interface DrivenClock {
  readonly name: string;
  /** Number of its port. */
  readonly port: number;
  /** Time units. */
  readonly period: number;
  /** Time units until it first falls; it rises half a period after. */
  readonly phase: number;
}

// Places in the native side's status.
const cycleAt = 0;
const timeAt = 1;
const attentionAt = 2;
const edgesAt = 3;
const watchedAt = 4;

/** One instance's native side. */
export class Engine {
  /** The addon's functions; they take {@link handle} first. */
  readonly native: NativeAddon;
  readonly handle: Handle;
  readonly instance: NativeInstance;
  readonly setup: EngineSetup;
  readonly #clocks: DrivenClock[] = [];
  #clockText = '';
  // Called once a cycle: as members of their own they are found faster than among the addon's.
  readonly #nativeTick: NativeAddon['tick'];
  readonly #nativeAdvance: NativeAddon['advance'];
  readonly #turn: Uint32Array;
  readonly #number: number;
  readonly #status: Float64Array;
  readonly #numbers: ReadonlyMap<string, number>;
  /** Why nothing can run any more. */
  #over: SimulationError | undefined;
  #isDead = false;
  #disposed = false;
  #isTelling = false;
  #inspect: (() => void) | undefined = undefined;
  /** Whether anything of the above may stand against a run: one look for all of it, as `tick` takes it each cycle. */
  #mustCheck = false;

  constructor(native: NativeAddon, instance: NativeInstance, setup: EngineSetup, numbers: ReadonlyMap<string, number>) {
    this.native = native;
    this.instance = instance;
    this.handle = instance.handle;
    this.setup = setup;
    this.#nativeTick = native.tick;
    this.#nativeAdvance = native.advance;
    this.#turn = native.turn;
    this.#number = instance.number;
    this.#status = instance.status;
    this.#numbers = numbers;
  }

  /** The main clock first; none for a design without. */
  get clocks(): readonly DrivenClock[] {
    return this.#clocks;
  }

  /** All clocks with period and phase, to tell apart states of other clocks. */
  get clockText(): string {
    return this.#clockText;
  }

  /** Takes up a clock, in place of the others or as one more. */
  addClock(clock: DrivenClock, alone: boolean): void {
    if (alone) this.#clocks.length = 0;
    this.#clocks.push(clock);
    this.#clockText = this.#clocks.map(({ name, period, phase }) => `${name}/${period}/${phase}`).join(' ');
  }

  get cycle(): number {
    return this.#status[cycleAt]!;
  }

  get time(): number {
    return this.#status[timeAt]!;
  }

  /** Whether the view before the edge has seen one. */
  get hasWatched(): boolean {
    return this.#status[watchedAt] !== 0;
  }

  /**
   * What to look at before each evaluation, if anything: it throws where callers wrote what they may not.
   */
  set inspect(inspect: (() => void) | undefined) {
    this.#inspect = inspect;
    this.#noteChecks();
  }

  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Whether the state means nothing any more, because an evaluation was left half done. */
  get isDead(): boolean {
    return this.#isDead;
  }

  eval(): void {
    this.checkRunning();
    this.#turn[0] = this.#number;
    this.native.eval();
    this.attendIfNeeded();
  }

  tick(): void {
    this.checkClocked();
    const status = this.#status;
    const end = status[cycleAt]! + 1;
    this.#turn[0] = this.#number;
    this.#nativeTick();
    if (status[attentionAt] !== 0) this.#finishTick(end);
  }

  // Told of something, perhaps before the edge: then the cycle is still to be completed.
  #finishTick(end: number): void {
    while (this.#status[attentionAt] !== 0) {
      this.#attend();
      this.checkClocked();
      this.native.run(this.handle, end - this.#status[cycleAt]!);
    }
  }

  run(cycles: number): void {
    const end = this.#status[cycleAt]! + cycles;
    this.drive(() => this.native.run(this.handle, end - this.#status[cycleAt]!));
  }

  /** Runs to the next event with one of the wanted edges; returns all edges in it. */
  advance(wanted: number): number {
    this.checkClocked();
    const status = this.#status;
    for (;;) {
      this.#turn[0] = this.#number;
      this.#turn[1] = wanted;
      this.#nativeAdvance();
      const edges = status[edgesAt]!;
      if (status[attentionAt] !== 0) {
        this.#attend();
        this.checkClocked();
      }
      if (edges !== 0) return edges;
    }
  }

  /** Runs to just before the main clock rises, and returns 0; or to an event on the way with a wanted edge. */
  toEdge(wanted: number): number {
    this.checkClocked();
    for (;;) {
      this.#turn[0] = this.#number;
      this.#turn[1] = wanted;
      this.native.toEdge();
      const edges = this.#status[edgesAt]!;
      const again = this.#status[attentionAt] !== 0;
      this.attendIfNeeded();
      if (!again || edges !== 0) return edges;
    }
  }

  /** Hands on what there is to tell, if anything. */
  attendIfNeeded(): void {
    if (this.#status[attentionAt] !== 0) this.#attend();
  }

  /** Lets a run that ended go on from a state before its end. */
  revive(): void {
    this.#over = undefined;
    this.#noteChecks();
  }

  dispose(): void {
    if (this.#disposed) return;
    this.native.runFinalBlocks(this.handle);
    const text = this.native.takeText(this.handle);
    this.#disposed = true;
    this.#noteChecks();
    this.native.dispose(this.handle, this.instance.memory);
    if (text !== '') this.setup.onDisplay(text);
  }

  checkRunning(): void {
    this.throwIfDisposed();
    if (this.#over !== undefined) throw this.#over;
    this.throwIfTelling();
    this.#inspect?.();
  }

  /** @throws {TypeError} within `onDisplay`: the run that printed has not come to its end. */
  throwIfTelling(): void {
    if (!this.#isTelling) return;
    throw new TypeError('Expected runs to come one after the other, but received one within onDisplay.');
  }

  #noteChecks(): void {
    this.#mustCheck = this.#disposed || this.#isTelling || this.#over !== undefined || this.#inspect !== undefined;
  }

  checkClocked(): void {
    if (this.#mustCheck) this.checkRunning();
    if (this.#clocks.length > 0) return;
    throw new TypeError(
      `Expected ${this.setup.top} to have a clock, but received none: the input clk or clock is taken by default, ` +
        'create({ clock }) or sim.clock(port) names another.',
    );
  }

  throwIfDisposed(): void {
    if (this.#disposed) this.throwDisposed();
  }

  throwDisposed(): never {
    throw this.error('disposed', `Expected a simulation that is not disposed, but ${this.setup.top} is.`);
  }

  error(kind: SimulationErrorKind, message: string): SimulationError {
    return new SimulationError(message, { kind, cycle: this.cycle, time: this.time });
  }

  /** Number of a signal. */
  find(name: string): number {
    const index = this.#numbers.get(name);
    if (index !== undefined) return index;
    const { signals } = this.setup;
    const kind = signals.some(({ direction }) => direction === 'internal') ? 'a port or an exposed signal' : 'a port';
    const names = signals.map((signal) => signal.name).join(', ');
    throw new TypeError(`Expected ${kind} (${names}), but received ${describe(name)}.`);
  }

  /** Number of a port that a caller may write. */
  findInput(name: string): number {
    const index = this.find(name);
    const { direction } = this.setup.signals[index]!;
    if (direction === 'input') return index;
    const kind = direction === 'internal' ? 'exposed signal' : `${direction} port`;
    throw new TypeError(`Expected a write to an input, but received ${kind} ${name}.`);
  }

  /** Makes a native call, and again until nothing is left to be told; `onTimeout` words the timeout that it may report. */
  drive(call: () => void, onTimeout?: () => string): void {
    this.checkClocked();
    call();
    while (this.#status[attentionAt] !== 0) {
      this.#attend(onTimeout);
      this.checkClocked();
      call();
    }
  }

  /** Hands on what was printed, and throws when the RTL ended or stopped. */
  #attend(onTimeout: () => string = (): string => ''): void {
    const { top, originalPath, instancesAt } = this.setup;
    const report = this.native.takeReport(this.handle);
    this.#status[attentionAt] = 0;
    const text = this.native.takeText(this.handle);
    const event = nativeEvents[report.event] ?? 'fatal';
    let error: SimulationError | undefined;
    if (event !== 'none') {
      const file = report.file === '' ? undefined : originalPath(report.file);
      const kind = endKind(event, report, file);
      const message = kind === 'timeout' ? onTimeout() : describeEnd(top, kind, report, file, this.cycle);
      error = new SimulationError(message, {
        kind,
        cycle: this.cycle,
        time: report.time,
        text: report.text,
        ...endScope(report.text, instancesAt(report.file, report.line)),
        ...(file === undefined ? {} : { file, line: report.line }),
      });
      if (kind === 'finish' || kind === 'fatal') {
        this.#over = error;
        this.#noteChecks();
      }
      // RTL's own $fatal comes as a stop, after an evaluation that was whole.
      if (event === 'fatal') this.#isDead = true;
    }
    if (text !== '') this.#tell(text, error);
    if (error !== undefined) throw error;
  }

  // What the listener throws ends the run, unless RTL ended it at the same time: then it is that error's cause.
  #tell(text: string, ended: SimulationError | undefined): void {
    this.#isTelling = true;
    this.#noteChecks();
    try {
      this.setup.onDisplay(text);
    } catch (error) {
      if (ended === undefined) throw error;
      ended.cause = error;
    } finally {
      this.#isTelling = false;
      this.#noteChecks();
    }
  }
}
