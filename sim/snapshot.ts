// SPDX-License-Identifier: Apache-2.0
// The state of an instance as bytes: in memory, and as a file that is whole and
// unchanged or refused.

import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Engine } from './engine.ts';
import { cutState, type StateMemory, type StatePieces } from './state-memory.ts';

/** First bytes of a file. */
const magic = 'berus snapshot 1\n';

/** Which states fit an instance. */
export interface StateIdentity {
  /** Tells models apart: a hash over everything that made the model. */
  readonly model: string;
  /** Name of the module. */
  readonly top: string;
  /** Clocks as declared. */
  readonly clocks: string;
}

/** The state of a simulation at one moment; made by `Simulation.snapshot`. */
export class Snapshot {
  /** Cycles completed when it was taken. */
  readonly cycle: number;
  /** Time when it was taken. */
  readonly time: number;
  readonly #identity: StateIdentity;
  readonly #pieces: StatePieces;

  constructor(identity: StateIdentity, moment: { readonly cycle: number; readonly time: number }, pieces: StatePieces) {
    this.cycle = moment.cycle;
    this.time = moment.time;
    this.#identity = identity;
    this.#pieces = pieces;
  }

  /** Bytes of the state. Snapshots share what is the same in them, so that most take less. */
  get byteLength(): number {
    return this.#pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** Why it does not fit an instance; undefined when it does. */
  misfit(identity: StateIdentity): string | undefined {
    const { model, top, clocks } = this.#identity;
    if (top !== identity.top) return `one of ${top}`;
    if (model !== identity.model) return `one of another build of ${top}`;
    if (clocks !== identity.clocks) return `one with other clocks (${clocks})`;
    return undefined;
  }

  /** Puts the state into an instance that it fits. */
  load(engine: Engine, states: StateMemory): void {
    states.put(engine, this.#pieces);
  }

  /** Writes a file, whole or not at all. */
  write(file: string): void {
    const path = resolve(file);
    const about = { ...this.#identity, cycle: this.cycle, time: this.time };
    const header = JSON.stringify({ ...about, sha256: digest(JSON.stringify(about), this.#pieces) });
    const temporary = `${path}.${randomUUID()}.part`;
    try {
      writeFileSync(temporary, Buffer.concat([Buffer.from(`${magic}${header}\n`), ...this.#pieces]));
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw new RangeError(`Expected a file that can be written, but received ${file} (${codeOf(error)}).`, {
        cause: error,
      });
    }
  }

  /**
   * Reads a file.
   * @throws {RangeError} when it cannot be read, is no snapshot, cut short or changed.
   */
  static read(file: string): Snapshot {
    const fail = (received: string, cause?: unknown): never => {
      throw new RangeError(`Expected ${file} to be a snapshot, but received ${received}.`, { cause });
    };
    const content = readContent(file, fail);
    const end = content.indexOf('\n', magic.length);
    if (!content.subarray(0, magic.length).equals(Buffer.from(magic)) || end < 0) fail('something else');
    const header = parseHeader(content.toString('utf8', magic.length, end)) ?? fail('one with a changed header');
    const bytes = new Uint8Array(content.subarray(end + 1));
    const { sha256, ...about } = header;
    if (sha256 !== digest(JSON.stringify(about), [bytes])) fail('one that was cut short or changed');
    const { model, top, clocks } = header;
    const identity = { model: String(model), top: String(top), clocks: String(clocks) };
    return new Snapshot(identity, { cycle: Number(header['cycle']), time: Number(header['time']) }, cutState(bytes));
  }
}

function digest(about: string, pieces: StatePieces): string {
  const hash = createHash('sha256').update(about);
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

function readContent(file: string, fail: (received: string, cause: unknown) => never): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    return fail(`none that can be read (${codeOf(error)})`, error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function parseHeader(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
