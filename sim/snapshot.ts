// SPDX-License-Identifier: Apache-2.0
// The state of an instance as bytes: in memory, and as a file that is whole and
// unchanged or refused.

import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Engine } from './engine.ts';

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
  readonly #bytes: Uint8Array;

  constructor(identity: StateIdentity, moment: { readonly cycle: number; readonly time: number }, bytes: Uint8Array) {
    this.cycle = moment.cycle;
    this.time = moment.time;
    this.#identity = identity;
    this.#bytes = bytes;
  }

  /** Bytes that it takes. */
  get byteLength(): number {
    return this.#bytes.byteLength;
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
  load(engine: Engine): void {
    engine.native.loadState(engine.handle, this.#bytes);
  }

  /** Writes a file, whole or not at all. */
  write(file: string): void {
    const path = resolve(file);
    const about = { ...this.#identity, cycle: this.cycle, time: this.time };
    const header = JSON.stringify({ ...about, sha256: digest(JSON.stringify(about), this.#bytes) });
    const temporary = `${path}.${randomUUID()}.part`;
    try {
      writeFileSync(temporary, Buffer.concat([Buffer.from(`${magic}${header}\n`), this.#bytes]));
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      throw new RangeError(`Expected a file that can be written, but received ${file} (${code}).`, { cause: error });
    }
  }

  /**
   * Reads a file.
   * @throws {RangeError} when it is no snapshot, cut short or changed.
   */
  static read(file: string): Snapshot {
    const content = readFileSync(file);
    const fail = (received: string): never => {
      throw new RangeError(`Expected ${file} to be a snapshot, but received ${received}.`);
    };
    const end = content.indexOf('\n', magic.length);
    if (!content.subarray(0, magic.length).equals(Buffer.from(magic)) || end < 0) fail('something else');
    const header = parseHeader(content.toString('utf8', magic.length, end)) ?? fail('one with a changed header');
    const bytes = new Uint8Array(content.subarray(end + 1));
    const { sha256, ...about } = header;
    if (sha256 !== digest(JSON.stringify(about), bytes)) fail('one that was cut short or changed');
    const { model, top, clocks } = header;
    const identity = { model: String(model), top: String(top), clocks: String(clocks) };
    return new Snapshot(identity, { cycle: Number(header['cycle']), time: Number(header['time']) }, bytes);
  }
}

function digest(about: string, bytes: Uint8Array): string {
  return createHash('sha256').update(about).update(bytes).digest('hex');
}

function parseHeader(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
