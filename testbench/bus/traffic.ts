// SPDX-License-Identifier: Apache-2.0
// Random packets, right ones and ones that break a rule, and what must come of them.

import fc from 'fast-check';
import { programOf, PLACES, StandIn } from './stand-in.ts';
import { beatsOf, DEPTHS, run, TARGETS, type Host, type Packet, type Stalls, type TopSize } from './top.ts';

/** Ways to break the rules, by the bit of ERRORS that says so. */
export const FAULTS = ['target', 'range', 'short', 'long', 'images'] as const;

/** A kind of packet. */
export type Step =
  | { readonly kind: 'batch'; readonly images: number; readonly exclusive: boolean; readonly seed: number }
  | { readonly kind: 'load'; readonly target: number; readonly seed: number }
  | { readonly kind: 'program'; readonly count: number; readonly gap: number }
  | { readonly kind: 'fault'; readonly fault: (typeof FAULTS)[number]; readonly target: number; readonly seed: number };

/** Packets to send with what comes of them. */
export interface Traffic {
  readonly packets: readonly Packet[];
  /** Beats of each packet of results. */
  readonly results: readonly (readonly bigint[])[];
  /** Rules broken. */
  readonly faults: readonly string[];
}

/** Words of a buffer's width that only a seed decides. */
export function wordsOf(bits: number, count: number, seed: number): bigint[] {
  let state = BigInt(seed) * 0x9e3779b97f4a7c15n + 1n;
  return Array.from({ length: count }, () => {
    let word = 0n;
    for (let at = 0; at < bits; at += 32) {
      state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn;
      word = (word << 32n) | (state >> 32n);
    }
    return word & ((1n << BigInt(bits)) - 1n);
  });
}

/** Bits of a word of a target. */
export function widthOf({ rows, columns, dataBits }: TopSize, target: number): number {
  return (
    [rows * dataBits, rows * dataBits, columns * (dataBits + 1), 96, dataBits, 32, columns * (dataBits + 1)][target] ??
    8
  );
}

const DEPTH_OF = [
  DEPTHS.activations,
  DEPTHS.activations,
  DEPTHS.weights,
  DEPTHS.folds,
  DEPTHS.pads,
  DEPTHS.program,
  DEPTHS.weights,
];

/** A packet that breaks one rule and nothing else. */
export function brokenPacket(size: TopSize, fault: (typeof FAULTS)[number], target: number, seed: number): Packet {
  const isPicture = target <= TARGETS.pictures1;
  // A program's first words decide how batches run: a broken one stays off them.
  const address = isPicture ? PLACES.broken : target === TARGETS.program ? 5 : 0;
  const words = wordsOf(widthOf(size, target), 1 + (seed % 2), seed);
  const packet = { target, address, words, images: isPicture ? 1 : 0 };
  switch (fault) {
    case 'target':
      return { ...packet, target: 7 + (seed % 9), images: 1 };
    case 'range':
      return seed % 2 === 0 ? { ...packet, length: 0 } : { ...packet, address: DEPTH_OF[target]! - words.length + 1 };
    case 'short':
      return { ...packet, length: words.length + 1, words: seed % 2 === 0 ? [] : words };
    case 'long':
      return { ...packet, words: [...words, ...wordsOf(8, 1 + (seed % 4), seed)], length: words.length };
    case 'images':
      return { ...packet, target: target % 2, address: PLACES.broken, images: seed % 2 === 0 ? 0 : size.rows + 1 };
  }
}

/** Turns steps into packets; they begin with all that a batch needs. */
export function trafficOf(size: TopSize, steps: readonly Step[]): Traffic {
  const standIn = new StandIn(size);
  const packets: Packet[] = [];
  const results: bigint[][] = [];
  const faults: string[] = [];
  let count = 3;
  const send = (packet: Packet): void => {
    packets.push(packet);
    standIn.load(packet);
  };
  const load = (target: number, seed: number): void => {
    const words = wordsOf(widthOf(size, target), Math.min(4, DEPTH_OF[target]!), seed);
    send({ target, address: 0, words });
  };
  send(programOf({ count }));
  for (const target of [TARGETS.weights, TARGETS.folds, TARGETS.pads]) load(target, target);
  for (const step of steps) {
    switch (step.kind) {
      case 'batch': {
        const address = PLACES.batches[results.length % 2]!;
        const words = wordsOf(size.rows * size.dataBits, count, step.seed);
        send({ target: TARGETS.pictures0, address, words, images: step.images, exclusive: step.exclusive });
        results.push(standIn.results(address, step.images));
        break;
      }
      case 'load':
        load(step.target, step.seed);
        break;
      case 'program':
        ({ count } = step);
        send(programOf(step));
        break;
      case 'fault': {
        const packet = brokenPacket(size, step.fault, step.target, step.seed);
        packets.push(packet);
        if (step.fault === 'short' || step.fault === 'long') standIn.load(packet);
        faults.push(step.fault);
      }
    }
  }
  return { packets, results, faults };
}

/** Any steps for a size of the top. */
export function stepsFor(size: TopSize, maxLength = 12): fc.Arbitrary<Step[]> {
  const seed = fc.nat(1_000_000);
  const target = fc.integer({ min: TARGETS.weights, max: TARGETS.pads });
  return fc.array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          kind: fc.constant('batch' as const),
          images: fc.integer({ min: 1, max: size.rows }),
          exclusive: fc.boolean(),
          seed,
        }),
      },
      { weight: 2, arbitrary: fc.record({ kind: fc.constant('load' as const), target, seed }) },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('program' as const),
          count: fc.integer({ min: 1, max: DEPTHS.results }),
          gap: fc.nat(6),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constant('fault' as const),
          fault: fc.constantFrom(...FAULTS),
          target: fc.nat(TARGETS.program),
          seed,
        }),
      },
    ),
    { maxLength },
  );
}

const pattern = fc.array(fc.boolean(), { maxLength: 6 }).map((held) => [...held, false]);

/** When sides hold back, begun anew at the end of each pattern. */
export const stallPatterns: fc.Arbitrary<Required<Stalls>> = fc.record({
  in: pattern,
  out: pattern,
  lite: fc.record({ aw: pattern, w: pattern, b: pattern, ar: pattern, r: pattern }),
});

/** Sends packets and waits for their results. */
export function exchange(host: Host, { packets, results }: Traffic): bigint[][] {
  for (const packet of packets) host.source.send(beatsOf(packet));
  return run(host, function* () {
    yield host.source.idle();
    const received: bigint[][] = [];
    while (received.length < results.length) received.push((yield* host.sink.receive()).data.map(BigInt));
    return received;
  });
}

/** A batch with a network of its own: what is right after any trouble. */
export function oneBatch(size: TopSize, seed = 1): Traffic {
  return trafficOf(size, [
    { kind: 'load', target: TARGETS.weights, seed },
    { kind: 'load', target: TARGETS.folds, seed: seed + 1 },
    { kind: 'load', target: TARGETS.pads, seed: seed + 2 },
    { kind: 'batch', images: size.rows, exclusive: false, seed: seed + 3 },
  ]);
}
