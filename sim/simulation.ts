// SPDX-License-Identifier: Apache-2.0
// One instance of a model, as its user sees it: the list of what it can do, each
// with its contract. Arguments are checked here and in the parts; the loops over
// cycles are native (engine.ts), but for those that resume processes (process/).

import { resolve } from 'node:path';
import { extendSigns, outputColumn, sameRows, toStorage } from './batch.ts';
import type { Driver } from './claims.ts';
import { Capture, captureSignals, type CaptureOptions } from './capture.ts';
import { activeLevel, findReset, makeClock, type ClockOptions, type ResetOptions } from './clocking.ts';
import type { CoveragePoint } from './coverage/index.ts';
import { readCounts } from './coverage/read-counts.ts';
import type {
  AnyDesign,
  DesignTypes,
  DrivenValue,
  ExposedOf,
  InputName,
  PortName,
  ReadOnly,
  SignalName,
} from './design-types.ts';
import { checkFile, checkList, checkOptions } from './check-options.ts';
import { restoreState, takeState, type StateSetup } from './checkpoint.ts';
import { addDisposer } from './dispose.ts';
import type { Engine } from './engine.ts';
import type { PortArray } from './native.ts';
import type { SignalLayout } from './ports.ts';
import { EngineHost } from './process-host.ts';
import {
  Scheduler,
  holds,
  type EdgeDirection,
  type First,
  type ResultsOf,
  type RunAsyncOptions,
  type Task,
  type TaskBody,
  type Trigger,
} from './process/index.ts';
import { Snapshot } from './snapshot.ts';
import { Views, type ViewClasses } from './views.ts';
import { checkCount, describe, valueWords, wordBits, wordCount } from './values.ts';

/** What an instance shares with the others of its model. */
export interface SimulationSetup extends ViewClasses, StateSetup {
  readonly trace: false | 'vcd' | 'fst';
  readonly coverage: boolean;
}

/** What {@link Simulation.runUntil} is told. */
export interface RunUntilOptions {
  /** Cycles after which to give up, from 0. */
  readonly max: number;
  /** Value to wait for, where a signal is waited for. @defaultValue anything but zero */
  readonly value?: number | bigint;
}

/** An edge of a clock. */
export interface ClockEdge {
  readonly clock: string;
  readonly edge: 'rising' | 'falling';
}

/** One instance of a model; made by `Model.create`. */
export class Simulation<Types extends DesignTypes = AnyDesign> implements Disposable {
  /**
   * The ports: numbers up to 53 bits, bigints above, typed arrays for unpacked arrays. Outputs show the state after the
   * last evaluation; a written input takes effect with the next one. A value that does not fit is refused; elements
   * written into a typed array are cut to their width.
   */
  readonly dut: Types['ports'];
  readonly #engine: Engine;
  readonly #setup: SimulationSetup;
  readonly #views: Views;
  #scheduler: Scheduler | undefined;
  #defaultClock = true;
  #tracing = false;
  readonly #words = new Map<string, Uint32Array>();

  constructor(engine: Engine, setup: SimulationSetup) {
    this.#engine = engine;
    this.#setup = setup;
    this.#views = new Views(engine, setup);
    this.dut = this.#views.dut as Types['ports'];
    // An assignment to it would go unnoticed, and leave the model as it is.
    Object.defineProperty(this, 'dut', { writable: false });
    try {
      engine.attendIfNeeded();
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Cycles of the main clock completed. */
  get cycle(): number {
    return this.#engine.cycle;
  }

  /** Time of the last event, in units of which a clock's period has 10 unless `clock` says otherwise. */
  get time(): number {
    return this.#engine.time;
  }

  /**
   * The ports as they were just before the last rising edge of any clock, with logic settled: what registers saw. From
   * the first use, or the first process, on every such edge costs a copy of the ports. After cycles that nobody watched
   * there is nothing to see until the next edge: reading is an error.
   */
  get before(): ReadOnly<Types['ports']> {
    this.#engine.throwIfDisposed();
    return this.#views.before as ReadOnly<Types['ports']>;
  }

  /** Internal signals that the model was built to expose, by path; like ports, and all of them can be written. */
  get exposed(): ExposedOf<Types> {
    return this.#views.exposed as ExposedOf<Types>;
  }

  /**
   * Makes the only driver of an input: until it releases the port, plain writes, `batch`, `reset`, `clock` and a second
   * claim are refused. What is written into an array over the port (`dut.lanes`, `words`) is refused, and undone, by the
   * next call that evaluates.
   * @param name who drives, for messages.
   * @throws {DriverError} when the port is a clock or has a driver.
   * @example
   * const driver = sim.claim('valid', 'my source');
   * const task = sim.fork(function* () {
   *   driver.write(1);
   *   yield;
   *   driver.write(0);
   * });
   * driver.releaseAfter(task); // however it ends
   */
  claim<Name extends InputName<Types>>(port: Name, name: string): Driver<DrivenValue<Types['ports'][Name]>> {
    return this.#views.drivers.claim(this.dut, port, name);
  }

  /**
   * Declares a clock. The first one takes the place of the clock given to `create` and counts the cycles; more can
   * follow, each with its own period and phase. A clock starts low and falls at phase + k * period; in between it rises.
   * @throws {RangeError} after the first cycle.
   */
  clock(port: PortName<Types>, options: ClockOptions = {}): void {
    const engine = this.#engine;
    checkOptions('clock', options, ['period', 'phase']);
    engine.checkRunning();
    const known = this.#defaultClock ? [] : engine.clocks;
    const clock = makeClock(engine, port, options, known);
    this.#views.drivers.requireUnclaimed(clock.port, 'a clock');
    engine.native.declareClock(engine.handle, clock.port, clock.period, clock.phase, this.#defaultClock);
    engine.addClock(clock, this.#defaultClock);
    this.#defaultClock = false;
    this.#views.drivers.markClocks();
  }

  /**
   * Holds a reset for some cycles of the main clock, then releases it.
   * @param port by default the only 1-bit input called `rst`, `reset`, `rst_n`, `aresetn` or alike.
   */
  reset(port?: PortName<Types>, options: ResetOptions = {}): void {
    checkOptions('reset', options, ['cycles', 'active']);
    const { top, signals } = this.#engine.setup;
    const { name } = findReset(top, signals, port);
    const { cycles = 2, active = activeLevel(name) } = options;
    checkCount('cycles', cycles);
    if (cycles < 1) throw new RangeError('Expected cycles to be at least 1, but received 0.');
    const dut = this.dut as Record<string, number>;
    dut[name] = active;
    this.run(cycles);
    dut[name] = 1 - active;
  }

  /** Settles logic after inputs were written, without a clock edge. */
  eval(): void {
    this.#engine.eval();
  }

  /**
   * Runs one cycle: the main clock falls, logic settles, the clock rises.
   * @throws {SimulationError} when the RTL ends or stops the simulation.
   */
  tick(): void {
    if (this.#isBusy()) this.#scheduler!.run(1);
    else this.#engine.tick();
  }

  /**
   * Runs cycles of the main clock.
   * @param cycles from 0.
   * @throws {SimulationError} when the RTL ends or stops the simulation.
   */
  run(cycles: number): void {
    checkCount('the number of cycles', cycles);
    this.#engine.checkClocked();
    if (this.#isBusy()) this.#scheduler!.run(cycles);
    else this.#engine.run(cycles);
  }

  /** Runs to the next edge of any clock; returns the edges, several when they come at the same time. */
  step(): readonly ClockEdge[] {
    const all = 2 ** (2 * this.#engine.clocks.length) - 1;
    const edges = this.#isBusy() ? this.#scheduler!.step(all) : this.#engine.advance(all);
    return this.#engine.clocks.flatMap(({ name: clock }, i): ClockEdge[] => [
      ...(((edges >>> (2 * i)) & 1) === 0 ? [] : [{ clock, edge: 'rising' as const }]),
      ...(((edges >>> (2 * i)) & 2) === 0 ? [] : [{ clock, edge: 'falling' as const }]),
    ]);
  }

  /**
   * Runs until a signal has a value or a predicate holds. Both are looked at with the main clock low and logic settled;
   * the edge of the cycle in which they hold is left to the next call, so that a second call returns 0. A signal is
   * looked at natively; a predicate costs a call a cycle.
   * @returns cycles taken, at most `max`.
   * @throws {SimulationError} of kind `timeout` when `max` cycles pass.
   * @example
   * const cycles = sim.runUntil('done', { max: 1000 });
   */
  runUntil(condition: SignalName<Types> | (() => boolean), options: RunUntilOptions): number {
    const engine = this.#engine;
    checkOptions('runUntil', options, ['max', 'value']);
    const { max, value } = options;
    engine.checkClocked();
    checkCount('max', max);
    if (typeof condition === 'function') return this.#runUntilHolds(condition, max);
    const signal = this.#findSingle(condition);
    const words = value === undefined ? undefined : valueWords(engine.setup.signals[signal]!, value);
    const timeout = (): string => {
      const wanted = value === undefined ? 'a value other than 0' : describe(value);
      return `Expected ${condition} to have ${wanted} within ${max} cycles, but it is still ${describe(this.#views.read(signal))}.`;
    };
    if (this.#isBusy()) {
      const hasValue = (): boolean =>
        value === undefined ? Number(this.#views.read(signal)) !== 0 : this.#views.read(signal) === value;
      return this.#runUntilHolds(hasValue, max, timeout);
    }
    const start = this.cycle;
    engine.drive(() => engine.native.runUntil(engine.handle, signal, words, start + max - this.cycle), timeout);
    return this.cycle - start;
  }

  /**
   * Runs one cycle for each row of the inputs, in one native call.
   *
   * A column is a typed array with one element for each cycle, signed for a signed port; for ports wider than 32 bits, a
   * Uint32Array with all words of each cycle, least significant first (or a BigUint64Array up to 64 bits).
   * @param outputs signals to sample in each cycle, with the row's inputs settled and before the clock rises.
   * @returns for each output an array with 8, 16 or 32-bit elements, as its width needs.
   * @throws {TypeError} while processes are live.
   * @example
   * const { sum } = sim.batch({ a: Uint8Array.of(1, 2), b: Uint8Array.of(3, 4) }, ['sum']);
   */
  batch<Name extends SignalName<Types> = never>(
    inputs: { readonly [port in PortName<Types>]?: PortArray },
    outputs: readonly Name[] = [],
  ): Record<Name, PortArray> {
    const engine = this.#engine;
    engine.checkClocked();
    if (typeof inputs !== 'object' || inputs === null) {
      throw new TypeError(`Expected inputs to be an object of columns, but received ${describe(inputs)}.`);
    }
    checkList('outputs', outputs);
    if (this.#isBusy()) {
      throw new TypeError(`Expected no live processes during batch, but received ${this.#scheduler!.live}.`);
    }
    const { signals } = engine.setup;
    const ins = Object.keys(inputs).map((name) => engine.findInput(name));
    for (const index of ins) this.#views.drivers.requireFree(index, 'a column of batch');
    const given = ins.map((index) => inputs[signals[index]!.name as keyof typeof inputs] as PortArray);
    const ports = ins.map((index) => signals[index]!);
    const rows = sameRows(ports, given);
    const columns = ports.map((port, i) => toStorage(port, given[i]!));
    const outs = outputs.map((name) => this.#engine.find(name));
    const results = outs.map((index) => outputColumn(signals[index]!, rows));
    const start = this.cycle;
    engine.drive(() => engine.native.batch(engine.handle, this.cycle - start, rows, ins, columns, outs, results));
    for (const [i, index] of outs.entries()) extendSigns(signals[index]!, results[i]!);
    return Object.fromEntries(outputs.map((name, i) => [name, results[i]])) as Record<Name, PortArray>;
  }

  /**
   * Starts to collect values just before each rising edge of the main clock, or in the cycles in which a signal is not
   * zero there.
   * @example
   * const writes = sim.capture({ when: 'valid', signals: ['address', 'data'] });
   * sim.run(100);
   * const { count, cycles, address, data } = writes.take();
   */
  capture<const Name extends string>(options: CaptureOptions<Name>): Capture<Name> {
    const engine = this.#engine;
    checkOptions('capture', options, ['when', 'signals']);
    engine.checkClocked();
    const pairs = captureSignals(options.signals);
    const signals = pairs.map(([, signal]) => this.#findSingle(signal));
    const when = options.when === undefined ? undefined : this.#findSingle(options.when);
    const id = engine.native.openCapture(engine.handle, when, signals);
    const names = pairs.map(([name]) => name);
    const owner = {
      native: engine.native,
      handle: engine.handle,
      isDisposed: (): boolean => engine.isDisposed,
      throwIfDisposed: (): void => engine.throwIfDisposed(),
    };
    return new Capture(owner, id, names);
  }

  /**
   * The words of a port wider than 32 bits, least significant first, in the model's own memory. Bits above the port's
   * width are cut off. The array is empty after `dispose`.
   */
  words(port: PortName<Types>): Uint32Array {
    const engine = this.#engine;
    engine.throwIfDisposed();
    const index = this.#findSingle(port);
    const { width } = engine.setup.signals[index]!;
    if (width <= wordBits) {
      throw new RangeError(`Expected a port wider than 32 bits, but received ${port}, which has ${width}.`);
    }
    let words = this.#words.get(port);
    if (words === undefined) {
      engine.native.mask(engine.handle, index, width);
      words = new Uint32Array(engine.instance.memory, engine.instance.offsets[index], wordCount(width));
      this.#words.set(port, words);
      this.#views.drivers.noteView(index);
    }
    return words;
  }

  /**
   * Takes the state: registers, memories, ports, clocks, cycle and time. Not what was captured or printed.
   * @throws {SimulationError} of kind `snapshot` for a design whose state is not plain data, while processes are live,
   * and after logic that did not settle.
   */
  snapshot(): Snapshot {
    return takeState(this.#engine, this.#setup, this.#live());
  }

  /**
   * Goes back to a state taken from an instance of the same model with the same clocks. What runs then is what ran
   * after the snapshot, `$random` included.
   * @throws {SimulationError} of kind `snapshot` for a state of something else, while a waveform is open, processes are
   * live or a port is claimed, whose value only its driver may change, and after logic that did not settle.
   */
  restore(snapshot: Snapshot): void {
    if (!(snapshot instanceof Snapshot)) {
      throw new TypeError(`Expected a snapshot, but received ${describe(snapshot)}.`);
    }
    if (this.#tracing) {
      throw this.#engine.error('snapshot', 'Expected no open waveform, whose time cannot go back.');
    }
    const driver = this.#views.drivers.claimed;
    if (driver !== undefined) {
      const { port, name } = driver;
      throw this.#engine.error(
        'snapshot',
        `Expected no port to be claimed, but received ${port}, which ${name} drives.`,
      );
    }
    restoreState(this.#engine, this.#setup, snapshot, this.#live());
  }

  /** Writes the state to a file, whole or not at all; see {@link snapshot}. */
  save(file: string): void {
    checkFile(file);
    this.snapshot().write(file);
  }

  /**
   * Restores the state from a file; see {@link restore}.
   * @throws {RangeError} for a file that cannot be read, is no snapshot, cut short or changed.
   */
  load(file: string): void {
    checkFile(file);
    this.restore(Snapshot.read(file));
  }

  /**
   * Starts to write a waveform, VCD or FST as the model was built.
   * @throws {SimulationError} of kind `trace` when the model was built without `trace`, one is open already, or the file cannot be written.
   */
  openTrace(file: string): void {
    checkFile(file);
    const engine = this.#engine;
    engine.checkRunning();
    const fail = (message: string): never => {
      throw engine.error('trace', message);
    };
    if (this.#setup.trace === false) fail("Expected a model built with { trace: 'vcd' }, but received one without.");
    if (this.#tracing) fail('Expected no open waveform, but received a second openTrace; call closeTrace first.');
    if (!engine.native.openTrace(engine.handle, resolve(file))) {
      fail(`Expected a waveform file that can be written, but received ${file}.`);
    }
    this.#tracing = true;
  }

  /**
   * Completes the waveform, if one is open.
   * @throws {SimulationError} of kind `fatal` where it cannot be written, on a full disk for example.
   */
  closeTrace(): void {
    if (!this.#tracing) return;
    this.#tracing = false;
    const engine = this.#engine;
    engine.native.closeTrace(engine.handle);
    // An instance that died has said why.
    if (!engine.isDead) engine.attendIfNeeded();
  }

  /**
   * What was covered so far, with the sources' own paths; `mergeCoverage` adds runs, `toLcov` writes them.
   * @throws {SimulationError} of kind `coverage` when the model was built without `coverage`.
   */
  coverage(): CoveragePoint[] {
    const engine = this.#engine;
    engine.throwIfDisposed();
    if (!this.#setup.coverage) {
      throw engine.error('coverage', 'Expected a model built with { coverage: true }, but received one without.');
    }
    const write = (file: string): void => void engine.native.writeCoverage(engine.handle, file);
    return readCounts(write, engine.setup.originalPath);
  }

  /**
   * Starts a process: a generator function, or an async function for {@link runAsync}. It behaves like a flip-flop:
   * resumed right after an edge, it reads `before` (or `dut`, which is one edge further) and writes `dut`. Its first part
   * runs at the start of the next run; one forked by a process, after the same edge as that process's part.
   *
   * A plain `yield` waits for the next rising edge of the main clock; a trigger (`cycles`, `edge`, `until`, `join`, `first`,
   * `within`, a queue's `get`) is yielded by a generator and awaited by an async function.
   * @param name for messages. @defaultValue the function's name
   * @example
   * const sent = sim.fork(function* () {
   *   sim.dut.valid = 1;
   *   do yield; while (!sim.before.ready);
   *   sim.dut.valid = 0;
   * });
   */
  fork<T>(body: TaskBody<T>, name?: string): Task<T> {
    this.#engine.checkClocked();
    void this.#views.before;
    return this.#processes().fork(body, name);
  }

  /** Waits, in a process, for rising edges of the main clock, from 0, which does not wait. */
  cycles(count: number): Trigger<void> {
    return this.#processes().cycles(count);
  }

  /** Waits, in a process, for an edge of a clock. */
  edge(clock: PortName<Types>, direction: EdgeDirection = 'rising'): Trigger<void> {
    return this.#processes().edge(clock, direction);
  }

  /** Waits, in a process, until a predicate holds right after a rising edge of the main clock, from the next one on. */
  until(predicate: () => boolean): Trigger<void> {
    return this.#processes().until(predicate);
  }

  /**
   * Waits, in a process, for others to end; gives their results.
   * @throws what one of them throws, or an error for one that was killed.
   */
  join<Tasks extends readonly Task[]>(...tasks: Tasks): Trigger<ResultsOf<Tasks>> {
    return this.#processes().join(...tasks);
  }

  /** Waits, in a process, for the first of several triggers; gives its place and value. */
  first<Triggers extends readonly Trigger<unknown>[]>(
    ...triggers: Triggers
  ): Trigger<First<Triggers[number] extends Trigger<infer T> ? T : never>> {
    return this.#processes().first(...triggers);
  }

  /**
   * Waits, in a process, for a trigger, but no longer than some cycles.
   * @param message of the error. @defaultValue says how long
   * @throws {SimulationError} of kind `timeout`.
   */
  within<T>(cycles: number, trigger: Trigger<T>, message?: string): Trigger<T> {
    return this.#processes().within(cycles, trigger, message);
  }

  /** Ends all processes, those of bus helpers too. */
  killAll(): void {
    this.#scheduler?.killAll();
  }

  /**
   * Runs until processes have ended; gives their results.
   * @throws {SimulationError} of kind `timeout` when `max` cycles pass.
   * @throws what one of them throws.
   */
  finish<const Tasks extends readonly Task[]>(tasks: Tasks, options: { readonly max: number }): ResultsOf<Tasks> {
    this.#checkTasks(tasks);
    checkOptions('finish', options, ['max']);
    const { max } = options;
    checkCount('max', max);
    const start = this.cycle;
    for (let open = unfinished(tasks); open !== undefined; open = unfinished(tasks)) {
      if (this.cycle - start >= max) throw this.#engine.error('timeout', lateTask(open, max));
      this.#processes().run(1);
    }
    return resultsOf(tasks);
  }

  /** As {@link run}, for simulations with async processes. */
  async runAsync(cycles: number, options?: RunAsyncOptions): Promise<void> {
    this.#engine.checkClocked();
    await this.#processes().runAsync(cycles, options);
  }

  /** As {@link finish}, for async processes. */
  async finishAsync<const Tasks extends readonly Task[]>(
    tasks: Tasks,
    options: { readonly max: number } & RunAsyncOptions,
  ): Promise<ResultsOf<Tasks>> {
    this.#checkTasks(tasks);
    checkOptions('finishAsync', options, ['max', 'patience']);
    const { max, ...others } = options;
    checkCount('max', max);
    const start = this.cycle;
    for (let open = unfinished(tasks); open !== undefined; open = unfinished(tasks)) {
      if (this.cycle - start >= max) throw this.#engine.error('timeout', lateTask(open, max));
      await this.#processes().runAsync(1, others);
    }
    return resultsOf(tasks);
  }

  /** Ends processes, runs `final` blocks and frees the model; any later use of the instance is an error. */
  dispose(): void {
    if (this.#engine.isDisposed) return;
    this.#scheduler?.killAll();
    try {
      this.closeTrace();
    } finally {
      this.#engine.dispose();
      this.#views.close();
    }
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #processes(): Scheduler {
    this.#scheduler ??= new Scheduler(new EngineHost(this.#engine));
    return this.#scheduler;
  }

  #checkTasks(tasks: readonly unknown[]): void {
    checkList('tasks', tasks);
    const wrong = tasks.find((task) => !this.#processes().owns(task));
    if (wrong === undefined && !tasks.includes(undefined)) return;
    throw new TypeError(`Expected tasks forked by this simulation, but received ${describe(wrong)}.`);
  }

  #live(): number {
    return this.#scheduler === undefined ? 0 : this.#scheduler.live;
  }

  #isBusy(): boolean {
    return this.#scheduler !== undefined && this.#scheduler.live > 0;
  }

  #runUntilHolds(predicate: () => boolean, max: number, onTimeout?: () => string): number {
    const engine = this.#engine;
    const start = this.cycle;
    for (;;) {
      if (this.#isBusy()) this.#scheduler!.toEdge();
      else engine.toEdge(0);
      if (holds(predicate)) return this.cycle - start;
      if (this.cycle - start >= max) {
        throw engine.error(
          'timeout',
          onTimeout?.() ?? `Expected the condition to hold within ${max} cycles, but it does not.`,
        );
      }
      this.tick();
    }
  }

  #findSingle(name: string): number {
    const index = this.#engine.find(name);
    const signal: SignalLayout = this.#engine.setup.signals[index]!;
    if (signal.dims.length === 0) return index;
    throw new RangeError(`Expected a signal with one value, but received ${name}, which is an array.`);
  }
}

addDisposer(Simulation.prototype);

function unfinished(tasks: readonly Task[]): Task | undefined {
  return tasks.find((task) => !task.done);
}

function lateTask(task: Task, max: number): string {
  return `Expected ${task.name} to end within ${max} cycles, but it is still live.`;
}

function resultsOf<Tasks extends readonly Task[]>(tasks: Tasks): ResultsOf<Tasks> {
  const failed = tasks.find((task) => task.state !== 'done');
  if (failed !== undefined) throw failed.error ?? new Error(`Expected ${failed.name} to end, but it was killed.`);
  return tasks.map((task) => task.result) as unknown as ResultsOf<Tasks>;
}
