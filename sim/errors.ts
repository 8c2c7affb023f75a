// SPDX-License-Identifier: Apache-2.0
// What RTL can do to a run, as an error: none of it ends the process.

/**
 * Why a run ended: `finish` ($finish), `stop` ($stop), `error` ($error or a failed assertion), `fatal` ($fatal, or logic
 * that does not settle), `timeout` (runUntil), `disposed` (used after dispose), `trace` (no waveform can be written), `snapshot` (no state can be
 * taken or restored), `coverage` (none was counted). After `finish` and `fatal` the instance runs no more, but its ports
 * can be read, and after `finish` a snapshot restored; after the others it goes on.
 */
export type SimulationErrorKind =
  'finish' | 'stop' | 'error' | 'fatal' | 'timeout' | 'disposed' | 'trace' | 'snapshot' | 'coverage';

/** Fields of a {@link SimulationError}. */
export interface SimulationErrorDetails {
  readonly kind: SimulationErrorKind;
  /** Cycles completed. */
  readonly cycle: number;
  /** In the simulation's units. */
  readonly time: number;
  /** Verilog source that ended the run. */
  readonly file?: string;
  /** Line in `file`, from 1. */
  readonly line?: number;
  /**
   * Module instance that ended the run, as a path from the top: `fifo.ctl_u`. Given where the RTL's message names it, or the
   * line's module has one instance.
   */
  readonly scope?: string;
  /** Otherwise, instances of the line's module, of which one ended the run; the first 16 of very many. */
  readonly scopes?: readonly string[];
  /** What the RTL printed last, or what the simulator said. */
  readonly text?: string;
}

/** Two drivers on a port, of which the later one was refused. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  readonly port: string;
  /** Who drives the port; undefined when nobody does any more. */
  readonly driver: string | undefined;

  /** @param received what came: `received a write beside the clock`. */
  constructor(received: string, port: string, driver: string | undefined) {
    super(`Expected one driver of port ${port}, but ${received}.`);
    this.port = port;
    this.driver = driver;
  }
}

/** A simulation ended, or cannot do what it was asked. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  readonly kind: SimulationErrorKind;
  readonly cycle: number;
  readonly time: number;
  readonly file?: string;
  readonly line?: number;
  readonly scope?: string;
  readonly scopes?: readonly string[];
  readonly text: string;

  constructor(message: string, details: SimulationErrorDetails) {
    super(message);
    this.kind = details.kind;
    this.cycle = details.cycle;
    this.time = details.time;
    if (details.file !== undefined) this.file = details.file;
    if (details.line !== undefined) this.line = details.line;
    if (details.scope !== undefined) this.scope = details.scope;
    if (details.scopes !== undefined) this.scopes = details.scopes;
    this.text = details.text ?? '';
  }
}
