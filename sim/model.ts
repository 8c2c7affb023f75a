// SPDX-License-Identifier: Apache-2.0
// A built Verilog module: its ports, and as many independent instances as one
// likes.

import { join } from 'node:path';
import type { NativeAddon } from './native.ts';
import type { CompleteOptions } from './options.ts';
import type { PortLayout, Ports } from './ports.ts';
import { Simulation } from './simulation.ts';
import { originalPath } from './staging.ts';
import { describe } from './values.ts';

/** What {@link Model.create} is told. */
export interface CreateOptions {
  /** Port that `step` and the other loops toggle. @defaultValue `clk` or `clock` if there is such an input */
  readonly clock?: string;
  /** Chooses the random power-up state of registers, 1 to 2^31 - 1. @defaultValue 1 */
  readonly seed?: number;
  /** Told what the RTL prints. @defaultValue it is dropped, but for what an error quotes */
  readonly onDisplay?: (text: string) => void;
}

/** Where a model's generated C++ lies and how it was compiled. */
export interface ModelCode {
  /** Folder with `Vdut.h` and the sources. */
  readonly folder: string;
  readonly trace: boolean;
  /** The caller's compiler flags. */
  readonly flags: readonly string[];
}

/** A Verilog module that can be simulated; made by `build`. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export class Model<Dut extends object = any> {
  /** Name of the module. */
  readonly top: string;
  /** Ports by name. */
  readonly ports: Ports;
  /** The C++ behind the model. */
  readonly code: ModelCode;
  readonly #addon: NativeAddon;
  readonly #layouts: readonly PortLayout[];
  readonly #options: CompleteOptions;

  /** @param folder the model's entry in the cache. */
  constructor(addon: NativeAddon, layouts: readonly PortLayout[], options: CompleteOptions, folder: string) {
    this.top = options.top;
    this.code = { folder: join(folder, 'generated'), trace: options.trace, flags: options.flags };
    this.#addon = addon;
    this.#layouts = layouts;
    this.#options = options;
    const ports = Object.create(null) as Record<string, Ports[string]>;
    for (const { name, direction, width } of layouts) ports[name] = Object.freeze({ direction, width });
    this.ports = Object.freeze(ports);
  }

  /**
   * Makes an instance: registers hold random values that `seed` chooses, inputs are zero, `initial` blocks have run
   * and logic has settled with the clock low.
   * @throws {SimulationError} when an `initial` block ends the simulation.
   */
  create(options: CreateOptions = {}): Simulation<Dut> {
    const { seed = 1, onDisplay } = options;
    if (!Number.isInteger(seed) || seed < 1 || seed >= 2 ** 31) {
      throw new RangeError(`Expected seed to be an integer from 1 to 2147483647, but received ${describe(seed)}.`);
    }
    const clock = this.#findClock(options.clock);
    const native = this.#addon.create(seed, clock, onDisplay !== undefined);
    return new Simulation<Dut>(native, {
      top: this.top,
      ports: this.#layouts,
      clock,
      trace: this.#options.trace,
      onDisplay: onDisplay ?? ((): void => undefined),
      originalPath: (name) => originalPath(this.#options, name),
    });
  }

  #findClock(name: string | undefined): number {
    const isClock = ({ direction, width }: PortLayout): boolean => direction === 'input' && width === 1;
    if (name === undefined) {
      const usual = (port: PortLayout, wanted: string): boolean => port.name === wanted && isClock(port);
      const index = this.#layouts.findIndex((port) => usual(port, 'clk'));
      return index >= 0 ? index : this.#layouts.findIndex((port) => usual(port, 'clock'));
    }
    const index = this.#layouts.findIndex((port) => port.name === name && isClock(port));
    if (index >= 0) return index;
    const inputs = this.#layouts.filter(isClock).map((port) => port.name);
    throw new RangeError(
      `Expected clock to be a 1-bit input of ${this.top} (${inputs.join(', ')}), but received ${describe(name)}.`,
    );
  }
}
