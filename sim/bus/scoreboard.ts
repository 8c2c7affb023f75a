// SPDX-License-Identifier: Apache-2.0
// Compares what a design gives with what a model says it should, as both come.

import { show } from './errors.ts';
import { checkOptions } from './options.ts';

/** What a scoreboard is told. */
export interface ScoreboardOptions<T> {
  /** For messages. @defaultValue 'scoreboard' */
  readonly name?: string;
  /** Whether two values are the same. @defaultValue deep equality of data */
  readonly equals?: (expected: T, received: T) => boolean;
  /**
   * Values with different keys may come in any order; those with one key in theirs. @defaultValue all in one order
   */
  readonly key?: (value: T) => unknown;
  /** Cycle, for messages: `() => sim.cycle`. */
  readonly cycle?: () => number;
}

/** A value that is not the expected one. */
export class ScoreboardError<T = unknown> extends Error {
  override readonly name = 'ScoreboardError';
  /** Position among the values received, from 0. */
  readonly index: number;
  /** Cycle in which it was received, where known. */
  readonly cycle: number | undefined;
  readonly expected: T | undefined;
  readonly received: T | undefined;

  constructor(message: string, details: Pick<ScoreboardError<T>, 'index' | 'cycle' | 'expected' | 'received'>) {
    super(message);
    this.index = details.index;
    this.cycle = details.cycle;
    this.expected = details.expected;
    this.received = details.received;
  }
}

/**
 * Expected values against received ones. For the frames of a stream take `Scoreboard<readonly BusValue[]>` and their
 * `data`: arrays are compared with arrays, numbers with numbers and bigints with bigints, which are what a port of more
 * than 53 bits gives.
 * @example
 * const board = new Scoreboard<number>({ cycle: () => sim.cycle });
 * board.expect(5);
 * board.receive(5);
 * board.finish();
 */
export class Scoreboard<T> {
  readonly #name: string;
  readonly #equals: (expected: T, received: T) => boolean;
  readonly #key: (value: T) => unknown;
  readonly #cycle: () => number | undefined;
  /** Values to come, by key, from a position on. */
  readonly #waiting = new Map<unknown, { values: T[]; at: number }>();
  #received = 0;
  #missing = 0;

  constructor(options: ScoreboardOptions<T> = {}) {
    checkOptions('Scoreboard', options, ['name', 'equals', 'key', 'cycle']);
    this.#name = options.name ?? 'scoreboard';
    this.#equals = options.equals ?? isSame;
    this.#key = options.key ?? ((): unknown => undefined);
    this.#cycle = options.cycle ?? ((): undefined => undefined);
  }

  /** Values received, all of them as expected. */
  get matched(): number {
    return this.#received;
  }

  /** Values expected and not received. */
  get missing(): number {
    return this.#missing;
  }

  /** Adds values to expect. */
  expect(...values: readonly T[]): void {
    for (const value of values) {
      const key = this.#key(value);
      let line = this.#waiting.get(key);
      if (line === undefined) {
        line = { values: [], at: 0 };
        this.#waiting.set(key, line);
      }
      line.values.push(value);
      this.#missing++;
    }
  }

  /**
   * Takes a value that was received.
   * @throws {ScoreboardError} when it is not the one to come next, or none is expected.
   */
  receive(value: T): void {
    const index = this.#received;
    const key = this.#key(value);
    const line = this.#waiting.get(key);
    const cycle = this.#cycle();
    const where = `${this.#name}: Expected value ${index}${cycle === undefined ? '' : ` in cycle ${cycle}`}`;
    if (line === undefined) {
      const any = key === undefined ? '' : ` with key ${show(key)}`;
      throw new ScoreboardError<T>(`${where} not to come, as none${any} is left, but received ${show(value)}.`, {
        index,
        cycle,
        expected: undefined,
        received: value,
      });
    }
    const expected = line.values[line.at]!;
    if (!this.#equals(expected, value)) {
      throw new ScoreboardError<T>(`${where} to be ${show(expected)}, but received ${show(value)}.`, {
        index,
        cycle,
        expected,
        received: value,
      });
    }
    this.#received++;
    this.#missing--;
    line.at++;
    if (line.at === line.values.length) this.#waiting.delete(key);
  }

  /**
   * Says that no more will come.
   * @throws {ScoreboardError} when values are missing.
   */
  finish(): void {
    if (this.#missing === 0) return;
    const left = [...this.#waiting.values()].flatMap(({ values, at }) => values.slice(at, at + 3));
    const shown = left.slice(0, 3).map(show).join(', ');
    const more = this.#missing > 3 ? ` and ${this.#missing - 3} more` : '';
    throw new ScoreboardError<T>(
      `${this.#name}: Expected ${this.#received + this.#missing} values, but received ${this.#received}; ` +
        `missing are ${shown}${more}.`,
      { index: this.#received, cycle: this.#cycle(), expected: left[0], received: undefined },
    );
  }
}

/** Whether two values are the same data: numbers, arrays, typed arrays, plain objects. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  const [left, right] = [Object.keys(a), Object.keys(b)];
  if (left.length !== right.length) return false;
  return left.every((key) => key in b && isSame((a as PropertyBag)[key], (b as PropertyBag)[key]));
}

type PropertyBag = Record<string, unknown>;
