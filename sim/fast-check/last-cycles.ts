// SPDX-License-Identifier: Apache-2.0
// Signals of a simulation, cycle by cycle, for a picture: what registers saw at
// each edge, and as the last cycle what the signals are now.

import type { WaveOptions, WaveSignal } from '../wave/index.ts';
import type { CapturedWords, CheckedModel, CheckedSignal, CheckedSimulation } from './checked.ts';
import { isClock } from './inputs.ts';
import { fromWords } from './words.ts';

/** Signals that a picture shows unless it is told otherwise. */
const mostSignals = 40;

/** A signal to show. */
export interface ShownSignal extends CheckedSignal {
  readonly name: string;
  readonly isPort: boolean;
}

/** The signals named, else all ports with one value. */
export function shownSignals<Sim extends CheckedSimulation>(
  { top, ports, exposed }: CheckedModel<Sim>,
  names: readonly string[] | undefined,
): ShownSignal[] {
  const known = new Map<string, CheckedSignal>([...Object.entries(ports), ...Object.entries(exposed)]);
  const shown =
    names ??
    Object.keys(ports)
      .filter((name) => ports[name]!.dims.length === 0 && !isClock(name, ports[name]!))
      .slice(0, mostSignals);
  return shown.map((name) => {
    const signal = known.get(name);
    if (signal !== undefined && signal.dims.length === 0)
      return { ...signal, name, isPort: Object.hasOwn(ports, name) };
    throw new TypeError(
      `Expected signals to name ports or exposed signals of ${top} with one value, ` +
        `but received ${JSON.stringify(name)}.`,
    );
  });
}

/** The clock that heads the picture: the one given to `create`, else the usual one. */
export function shownClock<Sim extends CheckedSimulation>(
  { ports }: CheckedModel<Sim>,
  given: string | false | undefined,
): string | undefined {
  if (typeof given === 'string') return given;
  const clocks = Object.keys(ports).filter((name) => isClock(name, ports[name]!));
  return ['clk', 'clock'].find((name) => clocks.includes(name)) ?? clocks[0];
}

/** Watches signals of a simulation. */
export class Watch {
  readonly #sim: CheckedSimulation;
  readonly #signals: readonly ShownSignal[];
  readonly #capture: { take(): CapturedWords } | undefined;

  constructor(sim: CheckedSimulation, signals: readonly ShownSignal[]) {
    this.#sim = sim;
    this.#signals = signals;
    // Numbers serve as names: a capture keeps some words for itself.
    const numbered = Object.fromEntries(signals.map(({ name }, i) => [`s${i}`, name]));
    try {
      this.#capture = sim.capture({ signals: numbered } as never) as { take(): CapturedWords };
    } catch (error) {
      // Logic without a clock has no cycles; the picture then shows the signals once.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** Whether there are cycles. */
  get isClocked(): boolean {
    return this.#capture !== undefined;
  }

  /** All cycles so far. */
  samples(): Pick<WaveOptions, 'cycles' | 'signals'> {
    const captured = this.#capture?.take();
    const ports = this.#sim.dut as Readonly<Record<string, number | bigint>>;
    const exposed = this.#sim.exposed as Readonly<Record<string, number | bigint>>;
    const signals = this.#signals.map(({ name, width, signed, isPort }, i): WaveSignal => {
      const now = (isPort ? ports : exposed)[name]!;
      const before = captured === undefined ? [] : fromWords(captured[`s${i}`]!, width);
      return { name, width, signed, values: [...before, now] };
    });
    return { cycles: [...Array.from(captured?.cycles ?? []), this.#sim.cycle], signals };
  }
}
