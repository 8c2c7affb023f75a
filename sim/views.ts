// SPDX-License-Identifier: Apache-2.0
// One instance's signals as its user reaches them: the ports as they are, the
// ports before the last edge, and what is exposed. The latter two are made when
// they are first asked for.

import type { DutClass, DutOwner } from './dut-accessors.ts';
import type { Engine } from './engine.ts';
import { PortDrivers } from './port-drivers.ts';

/** Classes of the three, and how many of the signals are ports. */
export interface ViewClasses {
  /** Signals that are ports; they come first. */
  readonly portCount: number;
  readonly Dut: DutClass;
  readonly Before: DutClass;
  readonly Exposed: DutClass;
}

/** The signals of one instance. */
export class Views {
  readonly dut: object;
  /** Who drives the ports. */
  readonly drivers: PortDrivers;
  readonly #engine: Engine;
  readonly #classes: ViewClasses;
  #exposed: object | undefined;
  #before: object | undefined;
  /** The ports before the last edge. */
  #shadow: ArrayBuffer | undefined;

  constructor(engine: Engine, classes: ViewClasses) {
    this.#engine = engine;
    this.#classes = classes;
    this.drivers = new PortDrivers(engine, classes.portCount);
    this.drivers.markClocks();
    this.dut = new classes.Dut(this.#owner(this.drivers.driven, 0));
  }

  get exposed(): object {
    if (this.#exposed === undefined) {
      const { Exposed, portCount } = this.#classes;
      const count = this.#engine.setup.signals.length - portCount;
      this.#exposed = new Exposed(this.#owner(new Uint8Array(count), portCount));
    }
    return this.#exposed;
  }

  /** From the first use on, the native side keeps what it shows. */
  get before(): object {
    if (this.#before === undefined) {
      const engine = this.#engine;
      const shadow = new ArrayBuffer(engine.instance.memory.byteLength);
      this.#shadow = shadow;
      engine.native.watchBefore(engine.handle, shadow);
      this.#before = new this.#classes.Before({
        // Before the first edge, what registers will see is what there is.
        memory: engine.time === 0 ? shadow : undefined,
        findMemory: () => {
          engine.throwIfDisposed();
          if (engine.hasWatched) return shadow;
          throw new TypeError(
            'Expected an edge since sim.before was first used, but received none; use it before the first cycle.',
          );
        },
        driven: this.drivers.driven,
        checkWrite: () => undefined,
        onArray: () => undefined,
      });
    }
    return this.#before;
  }

  /** Value of a signal by its number. */
  read(signal: number): unknown {
    const { name, direction } = this.#engine.setup.signals[signal]!;
    return ((direction === 'internal' ? this.exposed : this.dut) as Record<string, unknown>)[name];
  }

  /** Empties the view before the edge, as the model's own memory is emptied. */
  close(): void {
    if (this.#shadow !== undefined) structuredClone(this.#shadow, { transfer: [this.#shadow] });
  }

  #owner(driven: Uint8Array, first: number): DutOwner {
    const engine = this.#engine;
    return {
      memory: engine.instance.memory,
      findMemory: () => engine.throwDisposed(),
      driven,
      checkWrite: (index) => this.drivers.requireFree(index, 'a write'),
      onArray: (index) => {
        const signal = engine.setup.signals[first + index]!;
        // Outputs are written by the model alone.
        this.drivers.noteView(first + index);
        if (signal.direction !== 'output') engine.native.mask(engine.handle, first + index, signal.width);
      },
    };
  }
}
