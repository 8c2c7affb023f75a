// SPDX-License-Identifier: Apache-2.0
// One instance of a model. JavaScript checks arguments here; the loops over
// cycles are native. A native call comes back early when the RTL printed or
// ended, and is resumed or becomes an error.

import { resolve } from 'node:path';
import { markAsUntransferable } from 'node:worker_threads';
import { outputColumn, sameRows, toStorage } from './batch.ts';
import { Capture, captureSignals, type CaptureOptions } from './capture.ts';
import { makeDut } from './dut.ts';
import { SimulationError } from './errors.ts';
import { describeEnd, endKind } from './ending.ts';
import { nativeEvents, type NativeInstance, type PortArray } from './native.ts';
import type { PortLayout } from './ports.ts';
import { checkCount, describe, valueWords, widestNumber, wordCount } from './values.ts';

/** What an instance knows about its model. */
export interface SimulationSetup {
  readonly top: string;
  readonly ports: readonly PortLayout[];
  /** Number of the clock port, or -1. */
  readonly clock: number;
  readonly trace: boolean;
  readonly onDisplay: (text: string) => void;
  /** Translates the file names in the model into the caller's. */
  readonly originalPath: (name: string) => string;
}

/** What {@link Simulation.runUntil} is told. */
export interface RunUntilOptions {
  /** Cycles after which to give up, from 0. */
  readonly max: number;
  /** Value to wait for. @defaultValue anything but zero */
  readonly value?: number | bigint;
}

/** One instance of a model; made by `Model.create`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export class Simulation<Dut extends object = any> implements Disposable {
  /**
   * The ports: numbers up to 32 bits, bigints above. Outputs show the state after the last evaluation; a written
   * input takes effect with the next one.
   */
  readonly dut: Dut;
  readonly #native: NativeInstance;
  readonly #setup: SimulationSetup;
  #cycle = 0;
  /** Why nothing can run any more. */
  #over: SimulationError | undefined;
  #disposed = false;
  #tracing = false;
  readonly #words = new Map<string, Uint32Array>();

  constructor(native: NativeInstance, setup: SimulationSetup) {
    this.#native = native;
    this.#setup = setup;
    markAsUntransferable(native.memory);
    this.dut = makeDut(setup.ports, native, () => this.#throwDisposed()) as Dut;
    try {
      this.#attend(-1);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  /** Cycles completed since the instance was made. */
  get cycle(): number {
    return this.#cycle;
  }

  /** Settles logic after inputs were written, without a clock edge. */
  eval(): void {
    this.#checkRunning();
    const cycle = this.#native.eval();
    if (cycle < 0) this.#attend(cycle);
  }

  /**
   * Runs clock cycles. In each, the clock falls, logic settles, the clock rises.
   * @param count cycles, from 0.
   * @throws {SimulationError} when the RTL ends or stops the simulation.
   */
  step(count: number = 1): void {
    this.#checkClocked();
    checkCount('the number of cycles', count);
    let cycle = this.#native.step(count);
    const end = this.#cycle + count;
    while (cycle < 0) {
      this.#attend(cycle);
      this.#checkClocked();
      cycle = this.#native.step(end - this.#cycle);
    }
    this.#cycle = cycle;
  }

  /**
   * Runs until a port has a value. The port is looked at with the clock low and logic settled; the clock edge of the
   * cycle in which it has the value is left to the next call, so that a second call returns 0.
   * @returns cycles taken, at most `max`.
   * @throws {SimulationError} of kind `timeout` when `max` cycles pass.
   * @example
   * const cycles = sim.runUntil('done', { max: 1000 });
   */
  runUntil(port: keyof Dut & string, options: RunUntilOptions): number {
    this.#checkClocked();
    const { max, value } = options;
    const index = this.#find(port);
    checkCount('max', max);
    const words = value === undefined ? undefined : valueWords(this.#setup.ports[index]!, value);
    const start = this.#cycle;
    let cycle: number;
    while ((cycle = this.#native.runUntil(index, words, start + max - this.#cycle)) < 0) {
      this.#attend(cycle, () => {
        const wanted = value === undefined ? 'a value other than 0' : describe(value);
        const found = describe((this.dut as Record<string, unknown>)[port]);
        return `Expected ${port} to have ${wanted} within ${max} cycles, but it is still ${found}.`;
      });
      this.#checkClocked();
    }
    this.#cycle = cycle;
    return cycle - start;
  }

  /**
   * Runs one cycle for each row of the inputs, in one native call.
   *
   * A column is a typed array with one element for each cycle; for ports wider than 32 bits, a Uint32Array with all
   * words of each cycle, least significant first (or a BigUint64Array up to 64 bits).
   * @param outputs ports to sample in each cycle, with the row's inputs settled and before the clock rises.
   * @returns for each output a Uint8Array, Uint16Array or Uint32Array, as its width needs.
   * @example
   * const { sum } = sim.batch({ a: Uint8Array.of(1, 2), b: Uint8Array.of(3, 4) }, ['sum']);
   */
  batch<Name extends keyof Dut & string = never>(
    inputs: { readonly [port in keyof Dut & string]?: PortArray },
    outputs: readonly Name[] = [],
  ): Record<Name, PortArray> {
    this.#checkClocked();
    const ins = Object.keys(inputs).map((name) => this.#findInput(name));
    const ports = ins.map((index) => this.#setup.ports[index]!);
    const given = ports.map(({ name }) => inputs[name as keyof typeof inputs] as PortArray);
    const rows = sameRows(ports, given);
    const columns = ports.map((port, i) => toStorage(port, given[i]!));
    const outs = outputs.map((name) => this.#find(name));
    const results = outs.map((index) => outputColumn(this.#setup.ports[index]!, rows));
    const start = this.#cycle;
    let cycle: number;
    while ((cycle = this.#native.batch(this.#cycle - start, rows, ins, columns, outs, results)) < 0) {
      this.#attend(cycle);
      this.#checkClocked();
    }
    this.#cycle = cycle;
    return Object.fromEntries(outputs.map((name, i) => [name, results[i]])) as Record<Name, PortArray>;
  }

  /**
   * Starts to collect values in every cycle in which a port is not zero, just before the clock rises.
   * @example
   * const writes = sim.capture({ when: 'valid', signals: ['address', 'data'] });
   * sim.step(100);
   * const { count, cycles, address, data } = writes.take();
   */
  capture<const Name extends string>(options: CaptureOptions<Name>): Capture<Name> {
    this.#checkClocked();
    const pairs = captureSignals(options.signals);
    const signals = pairs.map(([, port]) => this.#find(port));
    const id = this.#native.openCapture(this.#find(options.when), signals);
    const names = pairs.map(([name]) => name);
    const owner = {
      native: this.#native,
      isDisposed: (): boolean => this.#disposed,
      throwIfDisposed: (): void => this.#throwIfDisposed(),
    };
    return new Capture(owner, id, names);
  }

  /**
   * The words of a port wider than 32 bits, least significant first, in the model's own memory. The array is empty
   * after `dispose`.
   */
  words(port: keyof Dut & string): Uint32Array {
    this.#throwIfDisposed();
    const index = this.#find(port);
    const { width } = this.#setup.ports[index]!;
    if (width <= widestNumber) {
      throw new RangeError(`Expected a port wider than 32 bits, but received ${port}, which has ${width}.`);
    }
    let words = this.#words.get(port);
    if (words === undefined) {
      this.#native.maskInput(index);
      words = new Uint32Array(this.#native.memory, this.#native.offsets[index], wordCount(width));
      this.#words.set(port, words);
    }
    return words;
  }

  /**
   * Starts to write a waveform (VCD). A clock period is 10 time units.
   * @throws {SimulationError} of kind `trace` when the model was built without `trace`, one is open already, or the file cannot be written.
   */
  openTrace(file: string): void {
    this.#checkRunning();
    const fail = (message: string): never => {
      throw new SimulationError(message, { kind: 'trace', cycle: this.#cycle });
    };
    if (!this.#setup.trace) fail('Expected a model built with { trace: true }, but received one without.');
    if (this.#tracing) fail('Expected no open waveform, but received a second openTrace; call closeTrace first.');
    if (!this.#native.openTrace(resolve(file))) {
      fail(`Expected a waveform file that can be written, but received ${file}.`);
    }
    this.#tracing = true;
  }

  /** Completes the waveform, if one is open. */
  closeTrace(): void {
    if (!this.#tracing) return;
    this.#tracing = false;
    this.#native.closeTrace();
  }

  /** Runs `final` blocks and frees the model; any later use of the instance is an error. */
  dispose(): void {
    if (this.#disposed) return;
    this.closeTrace();
    this.#native.runFinalBlocks();
    const text = this.#native.takeText();
    this.#disposed = true;
    this.#native.dispose();
    if (text !== '') this.#setup.onDisplay(text);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Hands on what was printed, and throws when the RTL ended or stopped. */
  #attend(negated: number, onTimeout: () => string = (): string => ''): void {
    this.#cycle = -1 - negated;
    const report = this.#native.takeReport();
    const text = this.#native.takeText();
    const event = nativeEvents[report.event] ?? 'fatal';
    let error: SimulationError | undefined;
    if (event !== 'none') {
      const file = report.file === '' ? undefined : this.#setup.originalPath(report.file);
      const kind = endKind(event, report, file);
      const message = kind === 'timeout' ? onTimeout() : describeEnd(this.#setup.top, kind, report, file, this.#cycle);
      const place = file === undefined ? {} : { file, line: report.line };
      error = new SimulationError(message, { kind, cycle: this.#cycle, text: report.text, ...place });
      if (kind === 'finish' || kind === 'fatal') this.#over = error;
    }
    if (text !== '') this.#setup.onDisplay(text);
    if (error !== undefined) throw error;
  }

  #checkRunning(): void {
    this.#throwIfDisposed();
    if (this.#over !== undefined) throw this.#over;
  }

  #checkClocked(): void {
    if (this.#disposed || this.#over !== undefined) this.#checkRunning();
    if (this.#setup.clock < 0) {
      throw new TypeError(
        `Expected ${this.#setup.top} to have a clock, but received no clock option and no 1-bit input clk or clock.`,
      );
    }
  }

  #throwIfDisposed(): void {
    if (this.#disposed) this.#throwDisposed();
  }

  #throwDisposed(): never {
    throw new SimulationError(`Expected a simulation that is not disposed, but ${this.#setup.top} is.`, {
      kind: 'disposed',
      cycle: this.#cycle,
    });
  }

  #find(name: string): number {
    const index = this.#setup.ports.findIndex((port) => port.name === name);
    if (index >= 0) return index;
    const names = this.#setup.ports.map((port) => port.name).join(', ');
    throw new TypeError(`Expected a port (${names}), but received ${describe(name)}.`);
  }

  #findInput(name: string): number {
    const index = this.#find(name);
    const port = this.#setup.ports[index]!;
    if (port.direction === 'output') {
      throw new TypeError(`Expected a write to an input, but received output port ${name}.`);
    }
    if (index === this.#setup.clock) {
      throw new RangeError(`Expected inputs without the clock, but received ${name}.`);
    }
    return index;
  }
}
