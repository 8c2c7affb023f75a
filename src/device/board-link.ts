// SPDX-License-Identifier: Apache-2.0
// Requests to a board, one at a time, each answered or repeated. A repeated request has the sequence of the first, by
// which the board knows that it has done it, and only answers again.

import { encodeFrame, FrameReader, MAX_PAYLOAD, sequenceAfter } from './board-frame.ts';
import type { ByteChannel } from './byte-channel.ts';
import { DeviceFault } from './device-fault.ts';

/** What a link did. */
export interface LinkCounts {
  /** Requests answered. */
  readonly requests: number;
  /** Requests sent again, because no whole answer came in time. */
  readonly repeats: number;
  /** Bytes that came and belonged to no whole answer: noise, or parts of answers that were damaged. */
  readonly strayBytes: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Whether the board held the network already, from its flash or an earlier session, so that it was not sent. */
  readonly networkHeld: boolean;
  /** Whether segments of weights came from the board's flash, and not over the line. */
  readonly segmentsFromFlash: boolean;
}

/** How long a link waits. */
export interface LinkPatience {
  /**
   * Milliseconds for an answer, beside the time that its bytes take: what a USB adapter and a busy host hold them back,
   * and more than the board waits for the rest of a frame. @defaultValue 200
   */
  readonly answer?: number;
  /** Times that a request is sent before the board is taken for gone. @defaultValue 10 */
  readonly attempts?: number;
}

/** A link to a board. */
export class BoardLink {
  readonly #channel: ByteChannel;
  readonly #patience: Required<LinkPatience>;
  readonly #reader = new FrameReader();
  #sequence = 0;
  #requests = 0;
  #repeats = 0;
  #bytesSent = 0;
  #bytesReceived = 0;

  constructor(channel: ByteChannel, { answer = 200, attempts = 10 }: LinkPatience = {}) {
    this.#channel = channel;
    this.#patience = { answer, attempts };
  }

  /** What messages call the other end. */
  get name(): string {
    return this.#channel.name;
  }

  get counts(): Omit<LinkCounts, 'networkHeld' | 'segmentsFromFlash'> {
    return {
      requests: this.#requests,
      repeats: this.#repeats,
      strayBytes: this.#reader.strayBytes,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
    };
  }

  /**
   * Has a request done; the first one begins a session, and is done again where it is repeated.
   * @param payload at most 255 bytes
   * @returns the payload of its answer
   * @throws {DeviceFault} when no answer comes
   */
  request(payload: Uint8Array): Uint8Array {
    const sequence = this.#sequence;
    const bytes = encodeFrame({ sequence, payload });
    for (let attempt = 1; attempt <= this.#patience.attempts; attempt++) {
      if (attempt > 1) this.#repeats++;
      this.#channel.write(bytes);
      this.#bytesSent += bytes.length;
      const answer = this.#answer(sequence, bytes.length);
      if (answer === undefined) continue;
      this.#requests++;
      this.#sequence = sequenceAfter(sequence);
      return answer;
    }
    throw new DeviceFault(
      `Expected the board at ${this.name} to answer a request, but ${this.#patience.attempts} attempts brought no whole ` +
        'answer: is it on, with a bitstream of this package, and is the baud rate its own?',
    );
  }

  /**
   * Waits for the answer to a request of so many bytes: until none comes, or as many as the line carries in that time
   * have come and are none of it, as from a port with something else behind it that never rests.
   */
  #answer(sequence: number, sent: number): Uint8Array | undefined {
    const bits = 10 * (sent + MAX_PAYLOAD);
    const limit = this.#patience.answer + (bits * 1000) / this.#channel.baud;
    const most = this.#bytesReceived + (limit * this.#channel.baud) / 10_000;
    for (let waited = false; !waited;) {
      const bytes = this.#channel.read(limit);
      this.#bytesReceived += bytes.length;
      waited = bytes.length === 0 || this.#bytesReceived > most;
      this.#reader.push(bytes);
      for (let frame = this.#reader.next(); frame !== undefined; frame = this.#reader.next()) {
        // Others are of a request that was repeated though its answer was only late.
        if (frame.sequence === sequence) return frame.payload;
      }
    }
    this.#reader.clear();
    return undefined;
  }
}
