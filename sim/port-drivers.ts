// SPDX-License-Identifier: Apache-2.0
// Who drives the ports of one instance: clocks, and callers that claimed one. The
// accessors of ports refuse a plain write where `driven` is not 0. What a caller
// writes into an array over a claimed port passes by them: it is found, and undone,
// before the next evaluation.

import { Claims, type Driver } from './claims.ts';
import { arrayView } from './dut.ts';
import { checkElements, type Elements } from './elements.ts';
import type { Engine } from './engine.ts';
import { DriverError } from './errors.ts';
import { describe, wordBits } from './values.ts';

/** A claimed port over which a caller has an array. */
interface Guard {
  /** The port's storage. */
  readonly bytes: Uint8Array;
  /** What the driver left in it. */
  readonly kept: Uint8Array;
}

/** The drivers of one instance's ports. */
export class PortDrivers {
  /** For each port, 1 where something else than plain writes drives it. */
  readonly driven: Uint8Array;
  readonly #engine: Engine;
  readonly #claims: Claims;
  /** Ports over which callers have arrays. */
  readonly #viewed = new Set<number>();
  readonly #guards = new Map<number, Guard>();

  constructor(engine: Engine, portCount: number) {
    this.#engine = engine;
    this.driven = new Uint8Array(portCount);
    this.#claims = new Claims((port, isHeld) => this.#mark(engine.find(port), isHeld));
  }

  /** Takes up which ports are clocks. */
  markClocks(): void {
    this.driven.fill(0);
    for (const { port } of this.#engine.clocks) this.driven[port] = 1;
    for (const { port } of this.#claims.drivers) this.driven[this.#engine.find(port)] = 1;
  }

  /** A port that has a driver which claimed it, if any. */
  get claimed(): Driver | undefined {
    return this.#claims.drivers[0];
  }

  /**
   * Makes the only driver of an input.
   * @param dut the object of the instance's ports.
   */
  claim(dut: object, port: string, name: string): Driver<never> {
    this.#engine.throwIfDisposed();
    if (typeof port !== 'string') throw new TypeError(`Expected the name of a port, but received ${describe(port)}.`);
    const index = this.#engine.findInput(port);
    this.#requireNoClock(index, name);
    return this.#claims.claim<never>(port, name, this.#writer(dut, index));
  }

  /**
   * Checks that a port has no driver.
   * @param comer who would write it.
   * @throws {DriverError} when it has one.
   */
  requireFree(index: number, comer: string): void {
    this.#requireNoClock(index, comer);
    this.requireUnclaimed(index, comer);
  }

  /** As {@link requireFree}, for what may come beside a clock. */
  requireUnclaimed(index: number, comer: string): void {
    this.#claims.requireFree(this.#engine.setup.signals[index]!.name, comer);
  }

  /** Takes up that a caller has an array over a signal. */
  noteView(index: number): void {
    if (index >= this.driven.length) return;
    this.#viewed.add(index);
    if (this.driven[index] !== 0) this.#guard(index);
  }

  #requireNoClock(index: number, comer: string): void {
    if (!this.#engine.clocks.some(({ port }) => port === index)) return;
    const hint = 'create({ clock: false }) leaves the clock to you';
    throw new DriverError(
      `received ${comer} although it is a clock; ${hint}`,
      this.#engine.setup.signals[index]!.name,
      'clock',
    );
  }

  #mark(index: number, isHeld: boolean): void {
    this.driven[index] = isHeld ? 1 : 0;
    if (isHeld && this.#viewed.has(index)) this.#guard(index);
    else if (this.#guards.delete(index)) this.#watch();
  }

  // The gate in the port's own accessor opens for the length of the driver's write.
  #writer(dut: object, index: number): (value: never) => void {
    const { driven } = this;
    const signal = this.#engine.setup.signals[index]!;
    if (signal.dims.length > 0) {
      const { memory, offsets } = this.#engine.instance;
      const view = arrayView(signal, memory, offsets[index]!) as ArrayBufferView & Elements;
      return (values) => {
        if (view.length === 0) this.#engine.throwIfDisposed();
        checkElements(signal, view, values);
        view.set(values);
        this.#keep(index);
      };
    }
    const set = Object.getOwnPropertyDescriptor(dut, signal.name)!.set!;
    const write = (value: never): void => {
      driven[index] = 0;
      try {
        set.call(dut, value);
      } finally {
        driven[index] = 1;
      }
    };
    if (signal.width <= wordBits) return write;
    return (value) => {
      write(value);
      this.#keep(index);
    };
  }

  #guard(index: number): void {
    const { memory, offsets, sizes } = this.#engine.instance;
    const bytes = new Uint8Array(memory, offsets[index], sizes[index]);
    this.#guards.set(index, { bytes, kept: bytes.slice() });
    this.#watch();
  }

  #keep(index: number): void {
    const guard = this.#guards.get(index);
    guard?.kept.set(guard.bytes);
  }

  #watch(): void {
    this.#engine.inspect = this.#guards.size === 0 ? undefined : (): void => this.#inspect();
  }

  #inspect(): void {
    for (const [index, { bytes, kept }] of this.#guards) {
      if (kept.every((byte, i) => byte === bytes[i])) continue;
      try {
        this.requireFree(index, 'elements written into an array over it');
      } catch (error) {
        bytes.set(kept);
        throw error;
      }
    }
  }
}
