// SPDX-License-Identifier: Apache-2.0
// States of one model's instances, in pieces. States that follow one another are
// much alike, and to compare them is faster than to fill new memory: a piece that
// did not change since the last state is shared with it.

import type { Engine } from './engine.ts';

/** Bytes of a piece, but for the last one of a state, which may be shorter. */
const pieceBytes = 1024;

/** Bytes of memory that is asked for at once. */
const blockBytes = 16 * pieceBytes;

/** A state's pieces, in order. Nobody writes to them. */
export type StatePieces = readonly Uint8Array[];

/** A whole state as its pieces. */
export function cutState(state: Uint8Array): StatePieces {
  const count = Math.ceil(state.length / pieceBytes);
  return Array.from({ length: count }, (_, i) => state.subarray(i * pieceBytes, (i + 1) * pieceBytes));
}

/** Takes and puts back the states of one model. */
export class StateMemory {
  /** The state that was taken or put back last, whole. */
  readonly #copy: Uint8Array;
  /** Its pieces; undefined while it may hold something else. */
  #pieces: StatePieces | undefined;
  /** Numbers of pieces that changed. */
  readonly #changed: Uint32Array;
  #block = new Uint8Array();
  #used = 0;

  /** @param stateBytes bytes of a state. */
  constructor(stateBytes: number) {
    this.#copy = new Uint8Array(stateBytes);
    this.#changed = new Uint32Array(Math.ceil(stateBytes / pieceBytes));
  }

  /** Takes the state of an instance. */
  take({ native, handle }: Engine): StatePieces {
    const known = this.#pieces;
    this.#pieces = undefined;
    const count = native.saveState(handle, this.#copy, this.#changed, pieceBytes);
    this.#pieces = known === undefined ? this.#keepAll() : count === 0 ? known : this.#keepChanged(known, count);
    return this.#pieces;
  }

  /**
   * Puts a state into an instance.
   * @throws {RangeError} for a state of another length.
   */
  put({ native, handle }: Engine, pieces: StatePieces): void {
    const last = pieces.at(-1)?.length ?? 0;
    const bytes = (pieces.length - 1) * pieceBytes + last;
    if (bytes !== this.#copy.length) {
      throw new RangeError(`Expected a state of ${this.#copy.length} bytes, but received ${bytes}.`);
    }
    const known = this.#pieces;
    this.#pieces = undefined;
    for (let i = 0; i < pieces.length; i++) {
      if (pieces[i] !== known?.[i]) this.#copy.set(pieces[i]!, i * pieceBytes);
    }
    this.#pieces = pieces;
    native.loadState(handle, this.#copy);
  }

  #keepAll(): StatePieces {
    return Array.from(this.#changed, (_, piece) => this.#keep(piece));
  }

  #keepChanged(known: StatePieces, count: number): StatePieces {
    const pieces = known.slice();
    for (let i = 0; i < count; i++) {
      const piece = this.#changed[i]!;
      pieces[piece] = this.#keep(piece);
    }
    return pieces;
  }

  // A piece of the copy, in memory of its own.
  #keep(piece: number): Uint8Array {
    const from = this.#copy.subarray(piece * pieceBytes, (piece + 1) * pieceBytes);
    if (this.#used + from.length > this.#block.length) {
      this.#block = Buffer.allocUnsafeSlow(blockBytes);
      this.#used = 0;
    }
    const kept = this.#block.subarray(this.#used, this.#used + from.length);
    kept.set(from);
    this.#used += from.length;
    return kept;
  }
}
