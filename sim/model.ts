// SPDX-License-Identifier: Apache-2.0
// A built Verilog module: its ports, and as many independent instances as one
// likes.

import { basename, join } from 'node:path';
import { findClock } from './clocking.ts';
import type { AnyDesign, DesignTypes, PortName } from './design-types.ts';
import { instancesAt, type ModulePlace, type ParameterType } from './design/index.ts';
import { dutClass } from './dut.ts';
import type { DutClass } from './dut-accessors.ts';
import { Engine } from './engine.ts';
import type { NativeAddon, NativeInstance } from './native.ts';
import type { CompleteOptions, ParameterValue } from './options.ts';
import type { ExposedLayout } from './exposed.ts';
import type { Port, PortLayout, Ports, SignalLayout } from './ports.ts';
import { Simulation, type SimulationSetup } from './simulation.ts';
import { originalPath } from './staging.ts';
import { StateMemory } from './state-memory.ts';
import type { Variant } from './support.ts';
import { checkFunction, checkList, checkOptions } from './check-options.ts';
import { describe, type ValueType } from './values.ts';

/** What {@link Model.create} is told. */
export interface CreateOptions<Name extends string = string> {
  /**
   * Port that `tick`, `run` and the other loops toggle; `false` leaves all clocks to the caller.
   * @defaultValue `clk` or `clock` if there is such an input
   */
  readonly clock?: Name | false;
  /** Chooses the random power-up state of registers and what `$random` draws, 1 to 2^31 - 1. @defaultValue 1 */
  readonly seed?: number;
  /** Arguments for `$test$plusargs` and `$value$plusargs`, for example `+depth=4`. @defaultValue none */
  readonly plusargs?: readonly string[];
  /** Told what the RTL prints. @defaultValue it is dropped, but for what an error quotes */
  readonly onDisplay?: (text: string) => void;
}

/** Where a model's generated C++ lies and how it was compiled. */
export interface ModelCode {
  /** Folder with `Vdut.h` and the sources. */
  readonly folder: string;
  readonly variant: Variant;
  /** The caller's compiler flags. */
  readonly flags: readonly string[];
}

/** What the cache keeps of a model beside its code. */
export interface ModelLayout {
  readonly ports: readonly PortLayout[];
  readonly exposed: readonly ExposedLayout[];
  readonly params: readonly ParameterType[];
  /** Why no state can be taken. */
  readonly snapshotRefusal?: string;
}

/** Type of an internal signal. */
export type ExposedSignal = Omit<Port, 'direction'>;

/** A Verilog module that can be simulated; made by `build`. */
export class Model<Types extends DesignTypes = AnyDesign> {
  /** Name of the module. */
  readonly top: string;
  /** Ports by name. */
  readonly ports: Ports;
  /** Exposed signals by path. */
  readonly exposed: Readonly<Record<string, ExposedSignal>>;
  /** Parameters of the module, as built. */
  readonly params: Readonly<Record<string, ParameterValue>>;
  /** The C++ behind the model. */
  readonly code: ModelCode;
  readonly #addon: NativeAddon;
  readonly #layout: ModelLayout;
  readonly #options: CompleteOptions;
  readonly #rebuild: (options: CompleteOptions) => Promise<Model<Types>>;
  readonly #signals: readonly SignalLayout[];
  readonly #numbers: ReadonlyMap<string, number>;
  readonly #folder: string;
  readonly #places: readonly ModulePlace[];
  #setup: SimulationSetup | undefined;

  /**
   * @param folder the model's entry in the cache.
   * @param places where the source's modules begin.
   */
  constructor(
    addon: NativeAddon,
    layout: ModelLayout,
    options: CompleteOptions,
    folder: string,
    places: readonly ModulePlace[],
    rebuild: (options: CompleteOptions) => Promise<Model<Types>>,
  ) {
    const { top, trace, coverage, flags } = options;
    this.top = top;
    this.code = { folder: join(folder, 'generated'), variant: { trace, coverage }, flags };
    this.ports = byName(layout.ports, ({ direction, ...port }) => ({ direction, ...valueType(port) }));
    this.exposed = byName(layout.exposed, valueType);
    this.params = byName(layout.params, ({ type, value }) => {
      return type === 'integer' && typeof value === 'string' ? BigInt(value) : value;
    });
    this.#addon = addon;
    this.#layout = layout;
    this.#options = options;
    this.#folder = folder;
    this.#places = places;
    this.#rebuild = rebuild;
    this.#signals = [...layout.ports, ...layout.exposed];
    this.#numbers = new Map(this.#signals.map(({ name }, i) => [name, i]));
  }

  /**
   * Makes an instance: registers hold random values that `seed` chooses, inputs are zero, `initial` blocks have run
   * and logic has settled with the clock low.
   * @throws {SimulationError} when an `initial` block ends the simulation.
   */
  create(options: CreateOptions<PortName<Types>> = {}): Simulation<Types> {
    checkOptions('create', options, ['clock', 'seed', 'plusargs', 'onDisplay']);
    const { seed = 1, plusargs = [], onDisplay } = options;
    if (!Number.isInteger(seed) || seed < 1 || seed >= 2 ** 31) {
      throw new RangeError(`Expected seed to be an integer from 1 to 2147483647, but received ${describe(seed)}.`);
    }
    checkList('plusargs', plusargs);
    checkFunction('onDisplay', onDisplay);
    const wrong = plusargs.find((argument) => typeof argument !== 'string' || !argument.startsWith('+'));
    if (wrong !== undefined) {
      throw new RangeError(`Expected plusargs to start with +, but received ${describe(wrong)}.`);
    }
    const clock = findClock(this.top, this.#layout.ports, options.clock);
    const wantsText = onDisplay !== undefined;
    const instance = this.#createNative(seed, clock, wantsText, plusargs);
    const setup = {
      top: this.top,
      signals: this.#signals,
      onDisplay: onDisplay ?? ignore,
      originalPath: (name: string): string => originalPath(this.#options, name),
      instancesAt: (file: string, line: number): string[] => instancesAt(this.#places, file, line),
    };
    const engine = new Engine(this.#addon, instance, setup, this.#numbers);
    if (clock >= 0) engine.addClock({ name: this.#signals[clock]!.name, port: clock, period: 10, phase: 0 }, true);
    return new Simulation<Types>(engine, (this.#setup ??= this.#share(instance)));
  }

  // The runtime takes arguments of its own, which begin with +verilator+, and refuses others that do.
  #createNative(...[seed, clock, wantsText, plusargs]: Parameters<NativeAddon['create']>): NativeInstance {
    try {
      return this.#addon.create(seed, clock, wantsText, plusargs);
    } catch (error) {
      const own = plusargs.filter((argument) => argument.startsWith('+verilator+'));
      if (own.length === 0) throw error;
      const message = error instanceof Error ? error.message.replace(/\s*\n\s*/g, ' ') : String(error);
      throw new RangeError(
        `Expected plusargs that Verilator's runtime takes, but received ${own.join(' ')} (${message}).`,
        { cause: error },
      );
    }
  }

  /** The same model with waveforms (VCD), or itself when it has them. */
  async traced(): Promise<Model<Types>> {
    return this.#options.trace === false ? this.#rebuild({ ...this.#options, trace: 'vcd' }) : this;
  }

  // All instances have the same layout, so the first one's serves for the rest.
  #share({ offsets, stateBytes }: NativeInstance): SimulationSetup {
    const { ports, exposed, snapshotRefusal } = this.#layout;
    const classOf = (
      signals: readonly SignalLayout[],
      kind: 'port' | 'exposed signal',
      rejectWrite: (signal: SignalLayout) => string | undefined,
    ): DutClass => {
      const start = kind === 'port' ? 0 : ports.length;
      return dutClass({ signals, offsets: offsets.slice(start, start + signals.length), kind, rejectWrite });
    };
    return {
      portCount: ports.length,
      Dut: classOf(ports, 'port', ({ direction, name }) => {
        return direction === 'input'
          ? undefined
          : `Expected a write to an input, but received ${direction} port ${name}.`;
      }),
      Before: classOf(ports, 'port', ({ name }) => {
        return `Expected a write to dut.${name}, but received one to before.${name}, which only shows values.`;
      }),
      Exposed: classOf(exposed, 'exposed signal', () => undefined),
      model: basename(this.#folder),
      trace: this.#options.trace,
      coverage: this.#options.coverage,
      snapshotRefusal,
      states: new StateMemory(stateBytes),
    };
  }
}

const ignore = (): void => undefined;

function valueType({ width, signed, dims }: Omit<ValueType, 'name'> & Pick<Port, 'dims'>): ExposedSignal {
  return { width, signed, dims };
}

// Names come from Verilog, where one may be `__proto__`.
function byName<T extends { readonly name: string }, Value>(
  items: readonly T[],
  value: (item: T) => Value,
): Readonly<Record<string, Value>> {
  const record = Object.create(null) as Record<string, Value>;
  for (const item of items) {
    const made = value(item);
    record[item.name] = typeof made === 'object' ? Object.freeze(made) : made;
  }
  return Object.freeze(record);
}
