// SPDX-License-Identifier: Apache-2.0
// What a property needs of a model and of a simulation; those of berus/sim have it.
// Parameters are `never` where any of the model's own types will do.

/** Type of a signal. */
export interface CheckedSignal {
  /** Bits of one element. */
  readonly width: number;
  readonly signed: boolean;
  /** Unpacked dimensions, outermost first, with their bounds; none for one value. */
  readonly dims: readonly (readonly [left: number, right: number])[];
}

/** A port. */
export interface CheckedPort extends CheckedSignal {
  readonly direction: 'input' | 'output' | 'inout';
}

/** A model whose ports can be driven. */
export interface DrivenModel<Sim extends { readonly dut: object }> {
  /** Name of the module. */
  readonly top: string;
  readonly ports: Readonly<Record<string, CheckedPort>>;
  create(options?: never): Sim;
}

/** A model that can be checked. */
export interface CheckedModel<Sim extends CheckedSimulation> extends DrivenModel<Sim> {
  readonly exposed: Readonly<Record<string, CheckedSignal>>;
  readonly code: { readonly variant: { readonly trace: false | 'vcd' | 'fst' } };
  /** The same model with waveforms. */
  traced(): Promise<CheckedModel<Sim>>;
}

/** A simulation that can go back to an earlier state, and show what happened. */
export interface CheckedSimulation {
  readonly dut: object;
  readonly exposed: object;
  readonly cycle: number;
  snapshot(): unknown;
  restore(snapshot: never): void;
  openTrace(file: string): void;
  capture(options: never): unknown;
  dispose(): void;
}

/** Signals collected by a capture: words of each cycle, least significant first, under the names given to it. */
export type CapturedWords = { readonly cycles: ArrayLike<number> } & Readonly<Record<string, Uint32Array>>;

/** Why a simulation refuses or ends, without the class. */
export function simulationErrorKind(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.name !== 'SimulationError') return undefined;
  return (error as Error & { readonly kind?: string }).kind;
}

/** A port by name. */
export function findPort({ top, ports }: Pick<DrivenModel<never>, 'top' | 'ports'>, name: string): CheckedPort {
  const port = Object.hasOwn(ports, name) ? ports[name] : undefined;
  if (port !== undefined) return port;
  throw new TypeError(
    `Expected a port of ${top} (${Object.keys(ports).join(', ')}), but received ${JSON.stringify(name)}.`,
  );
}
