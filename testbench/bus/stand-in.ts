// SPDX-License-Identifier: Apache-2.0
// What the stand-in core holds and answers; see core-model/adder_core.v.

import { TARGETS, type Packet, type TopSize } from './top.ts';

/** Where pictures go, so that batches in flight do not meet: two places for batches, one for packets that break a rule. */
export const PLACES = { batches: [0, 4], broken: 8, scratch: 16 } as const;

/** How the program says that layers run. */
export interface ProgramOptions {
  /** Words of a batch, 1 to 4. */
  readonly count: number;
  /** Clocks of a word, less one. @defaultValue 0 */
  readonly gap?: number;
  /** The run never ends. @defaultValue false */
  readonly endless?: boolean;
  /** Layer 0 takes its weights from a segment. @defaultValue false */
  readonly segment?: boolean;
  /** The first word is not one of a command. @defaultValue false */
  readonly malformed?: boolean;
}

/** A packet with a program. */
export function programOf({
  count,
  gap = 0,
  endless = false,
  segment = false,
  malformed = false,
}: ProgramOptions): Packet {
  const words = [(malformed ? 0 : 0xad00_0000) + count, gap, Number(endless) + 4 * Number(segment), PLACES.scratch, 2];
  return { target: TARGETS.program, address: 0, words: words.map(BigInt) };
}

/** Contents of the buffers, as packets in their order leave them. */
export class StandIn {
  readonly #size: TopSize;
  readonly #buffers: bigint[][] = [[], [], [], [], [], []];

  constructor(size: TopSize) {
    this.#size = size;
  }

  /** Takes the words of a packet into its buffer: those that were sent, and at most as many as its header says. */
  load({ target, address, words, length = words.length }: Packet): void {
    const buffer = this.#buffers[target === TARGETS.segment ? TARGETS.weights : target]!;
    for (const [i, word] of words.slice(0, length).entries()) buffer[address + i] = word;
  }

  /** Beats of the results of a batch whose pictures are at `address` of buffer 0, and its weights at `region`. */
  results(address: number, images: number, region = 0): bigint[] {
    const { rows, dataBits } = this.#size;
    const [pictures, , weights, folds, pads, program] = this.#buffers as [bigint[], ...bigint[][]];
    const count = Number(program![0]! & 0xffffn);
    const mask = (1n << BigInt(dataBits)) - 1n;
    const best = Array.from({ length: rows }, () => ({ code: -1n, index: 0n }));
    const words: bigint[] = [];
    for (let i = 0; i < count; i++) {
      let word = 0n;
      for (let row = 0; row < rows; row++) {
        const at = BigInt(row * dataBits);
        const code = ((pictures[address + i]! >> at) + weights![region + i]! + folds![i]! + pads![0]!) & mask;
        if (code > best[row]!.code) best[row] = { code, index: BigInt(i) };
        word |= code << at;
      }
      words.push(word);
    }
    return [...words, ...best.slice(0, images).map(({ index }) => index)];
  }
}
