// SPDX-License-Identifier: Apache-2.0
// What a monitor or a scoreboard finds, as an error with its data as fields.

/** Where a rule was broken, and how. */
export interface ProtocolErrorDetails {
  /** Cycle whose edge ended the faulty cycle, from 1. */
  readonly cycle: number;
  readonly signal: string;
  readonly expected: unknown;
  readonly received: unknown;
}

/** A side of a bus broke the bus's rules. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly cycle: number;
  readonly signal: string;
  readonly expected: unknown;
  readonly received: unknown;

  constructor(message: string, details: ProtocolErrorDetails) {
    super(message);
    this.cycle = details.cycle;
    this.signal = details.signal;
    this.expected = details.expected;
    this.received = details.received;
  }
}

/** What to do with a broken rule: end the run, or collect it. */
export type OnViolation = 'throw' | 'collect';

/** Collects violations, or throws them. */
export class Violations {
  readonly list: ProtocolError[] = [];
  readonly #mode: OnViolation;

  constructor(mode: OnViolation) {
    this.#mode = mode;
  }

  /** @param rule completes "Expected SIGNAL to …". */
  report(rule: string, details: ProtocolErrorDetails): void {
    const { signal, received, cycle } = details;
    const message = `Expected ${signal} to ${rule}, but received ${show(received)} in cycle ${cycle}.`;
    const error = new ProtocolError(message, details);
    this.list.push(error);
    if (this.#mode === 'throw') throw error;
  }
}

/** A value as messages show it; numbers from 10 in hexadecimal too. */
export function show(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') {
    const suffix = typeof value === 'bigint' ? 'n' : '';
    return value > 9 ? `${value}${suffix} (0x${value.toString(16)})` : `${value}${suffix}`;
  }
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? `${item}n` : item)) ?? String(value);
}
