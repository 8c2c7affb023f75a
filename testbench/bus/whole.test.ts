// SPDX-License-Identifier: Apache-2.0
// The accelerator with the real core while every port stalls as it likes, and resets of either kind come at any moment:
// whatever happened before, the next run of a random network is right.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Model } from '../../sim/index.ts';
import { type CompiledNetwork, compileNetwork, FOLD_PARTS, packImages, partsOf } from '../../src/compile/index.ts';
import { buildTop } from '../../src/device/top-model.ts';
import { classOf, mapSize, pictureShape } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import { type Case, cases } from '../support/arbitraries.ts';
import { MINIMUM_CONFIGURATIONS, SMALL_CONFIGURATIONS } from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';
import { stallPatterns } from './traffic.ts';
import { beatsOf, bits, connect, offsetOf, read, run, take, TARGETS, write, type Host, type Packet } from './top.ts';

const ROOM = { weightDepth: 300, programDepth: 1000 };
const { rows, dataBits } = SMALL_CONFIGURATIONS['3x5']!;

/** Cores of 3x5 cells, and the part of the runs that is theirs. */
const CORES = [
  { name: 'of distances', configuration: { ...SMALL_CONFIGURATIONS['3x5']!, ...ROOM }, part: 1 },
  { name: 'of minima', configuration: { ...MINIMUM_CONFIGURATIONS['3x5 of minima']!, ...ROOM }, part: 0.5 },
];

/** Words of so many 32-bit parts, as one number each. */
function wordsOf(words: Uint32Array, parts: number): bigint[] {
  return Array.from({ length: words.length / parts }, (_, word) => {
    let value = 0n;
    for (let part = parts - 1; part >= 0; part--) value = (value << 32n) | BigInt(words[word * parts + part]!);
    return value;
  });
}

/** Packets that load a network. */
function networkOf({ program, weights, weightParts, folds, pads }: CompiledNetwork): Packet[] {
  const packets = [
    { target: TARGETS.program, address: 0, words: wordsOf(program, 1) },
    { target: TARGETS.weights, address: 0, words: wordsOf(weights, weightParts) },
    { target: TARGETS.folds, address: 0, words: wordsOf(folds, FOLD_PARTS) },
    { target: TARGETS.pads, address: 0, words: wordsOf(pads, 1) },
  ];
  return packets.filter(({ words }) => words.length > 0);
}

/** Packets with batches, each followed by its segments of weights. */
function batchesOf(compiled: CompiledNetwork, { images, count }: Case): Packet[] {
  const size = mapSize(pictureShape(compiled.network.network));
  const parts = partsOf(rows * dataBits);
  const { buffer, addresses } = compiled.images;
  const segments = compiled.segments.map(({ base, weights }) => {
    return { target: TARGETS.segment, address: base, words: wordsOf(weights, compiled.weightParts) };
  });
  return Array.from({ length: Math.ceil(count / rows) }, (_, batch) => {
    const used = Math.min(rows, count - batch * rows);
    const codes = images.subarray(batch * rows * size, (batch * rows + used) * size);
    const words = wordsOf(packImages(codes, used, size, dataBits, parts), parts);
    const address = addresses[batch % addresses.length]!;
    return [{ target: buffer, address, words, images: used, exclusive: addresses.length === 1 }, ...segments];
  }).flat();
}

/** What must come, batch by batch: words of codes of all rows that have an image, then classes. */
function resultsOf({ network, images, count }: Case): bigint[][] {
  const map = inferReference(network, images, count).maps.at(-1)!;
  const size = map.length / count;
  return Array.from({ length: Math.ceil(count / rows) }, (_, batch) => {
    const lanes = Array.from({ length: Math.min(rows, count - batch * rows) }, (__, lane) => batch * rows + lane);
    const words = Array.from({ length: size }, (__, element) =>
      lanes.reduce((word, image, lane) => word | (BigInt(map[image * size + element]!) << BigInt(lane * dataBits)), 0n),
    );
    return [...words, ...lanes.map((image) => BigInt(classOf(map, image, size)))];
  });
}

/** Takes packets of results; lanes without an image hold anything. */
function exchange(host: Host, packets: readonly Packet[], { count }: Case, max: number): bigint[][] {
  const batches = Math.ceil(count / rows);
  for (const packet of packets) host.source.send(beatsOf(packet));
  return run(
    host,
    function* () {
      const received: bigint[][] = [];
      while (received.length < batches) {
        const used = Math.min(rows, count - received.length * rows);
        const mask = (1n << BigInt(used * dataBits)) - 1n;
        const beats = (yield* host.sink.receive()).data.map(BigInt);
        received.push(beats.map((beat, at) => (at < beats.length - used ? beat & mask : beat)));
      }
      return received;
    },
    max,
  );
}

/** What comes before the run that has to be right. */
const troubles = fc.array(
  fc.record({ kind: fc.constantFrom('soft reset', 'reset', 'watchdog'), clocks: fc.nat(3000) }),
  { maxLength: 3 },
);
const anySeed = fc.integer({ min: 1, max: 2 ** 31 - 1 });

describe.each(CORES)('the accelerator with the real core $name', ({ configuration, part }) => {
  const limits = { ...coreLimits(configuration), maxMap: 120, maxTaps: 30, maxLayers: 3 };
  let Top: Model;
  beforeAll(async () => {
    Top = await buildTop(configuration);
  });

  it('should be right whatever stalls, and whatever was cut short before', () => {
    fc.assert(
      fc.property(cases(limits), stallPatterns, troubles, anySeed, (chosen, stalls, before, seed) => {
        const compiled = compileNetwork(chosen.network, configuration);
        const packets = [...networkOf(compiled), ...batchesOf(compiled, chosen)];
        const host = connect(Top, stalls, seed);
        using sim = host.sim;
        sim.dut['hold'] = 0;
        for (const { kind, clocks } of before) {
          let stopped = false;
          const sender = sim.fork(function* () {
            for (const packet of packets) {
              if (stopped) return;
              yield* host.source.send(beatsOf(packet));
            }
          });
          if (kind === 'watchdog') write(host, 'WATCHDOG', 1 + (clocks % 500));
          sim.run(clocks);
          stopped = true;
          // A packet that waits goes on when there is room, or is swallowed.
          if (kind === 'reset') {
            sim.dut['rst'] = 1;
            sim.run(2);
            sim.dut['rst'] = 0;
          }
          write(host, 'CONTROL', bits('CONTROL', 'softReset'));
          sim.finish([sender], { max: 100_000 });
          write(host, 'CONTROL', bits('CONTROL', 'softReset'));
          write(host, 'WATCHDOG', 0);
          sim.run(100);
          take(host.sink);
          write(host, 'ERRORS', 0x1ff);
        }
        const results = resultsOf(chosen);
        // A packet that a reset of the bus ended in its midst is in the sink still: the first that comes is joined to it.
        if (before.some(({ kind }) => kind === 'reset')) exchange(host, packets, chosen, 400_000);
        const batches = before.some(({ kind }) => kind === 'reset') ? 2 * results.length : results.length;
        expect(exchange(host, packets, chosen, 400_000)).toEqual(results);
        expect(read(host, 'ERRORS')).toBe(0);
        expect(read(host, 'STATUS')).toBe(0);
        expect(read(host, 'BATCHES')).toBe(batches);
      }),
      { numRuns: 40 * part },
    );
  });

  it('should run the batch that waits where the watchdog ends the one before, in the midst of anything', () => {
    fc.assert(
      fc.property(cases(limits), fc.integer({ min: 45, max: 1500 }), anySeed, (chosen, clocks, seed) => {
        const compiled = compileNetwork(chosen.network, configuration);
        fc.pre(compiled.segments.length === 0 && compiled.images.addresses.length === 2);
        const count = Math.min(chosen.count, rows);
        const images = chosen.images.subarray(0, count * mapSize(pictureShape(chosen.network.network)));
        const one = { ...chosen, images, count };
        const [batch] = batchesOf(compiled, one);
        const host = connect(Top, {}, seed);
        using sim = host.sim;
        sim.dut['hold'] = 0;
        write(host, 'WATCHDOG', clocks);
        const second = { ...batch!, address: compiled.images.addresses[1]! };
        for (const packet of [...networkOf(compiled), batch!, second]) host.source.send(beatsOf(packet));
        // The second starts in the clock after the reset; a first that ends in time is as good.
        run(
          host,
          function* () {
            do yield sim.cycles(1);
            while (
              Number(yield* host.bus.read(offsetOf('DROPPED'))) + Number(yield* host.bus.read(offsetOf('BATCHES'))) ===
              0
            );
            yield* host.bus.write(offsetOf('WATCHDOG'), 0);
          },
          100_000,
        );
        const received = run(
          host,
          function* () {
            yield host.source.idle();
            do yield sim.cycles(50);
            while ((Number(yield* host.bus.read(offsetOf('STATUS'))) & 0x3f) !== 0);
            return take(host.sink);
          },
          200_000,
        );
        const mask = (1n << BigInt(count * dataBits)) - 1n;
        const [expected] = resultsOf(one);
        const batches = read(host, 'BATCHES');
        expect(batches + read(host, 'DROPPED')).toBe(2);
        expect(batches).toBeGreaterThan(0);
        expect(received).toHaveLength(batches);
        for (const { data } of received) {
          const beats = data.map(BigInt);
          expect(beats.map((beat, at) => (at < beats.length - count ? beat & mask : beat))).toEqual(expected);
        }
      }),
      { numRuns: 60 * part },
    );
  });

  it('should say so when the program leads past a buffer', () => {
    const [chosen] = fc.sample(cases(limits), { numRuns: 1, seed: 5 });
    const compiled = compileNetwork(chosen!.network, configuration);
    // The last record's results begin at the last word of their bank, and end past it.
    const program = compiled.program.slice();
    program[40 * (compiled.records.length - 1) + 27] = configuration.resultDepth;
    const host = connect(Top);
    using sim = host.sim;
    sim.dut['hold'] = 0;
    for (const packet of [...networkOf({ ...compiled, program }), ...batchesOf(compiled, chosen!)]) {
      host.source.send(beatsOf(packet));
    }
    run(
      host,
      function* () {
        do yield sim.cycles(50);
        while (Number(yield* host.bus.read(offsetOf('DROPPED'))) === 0);
      },
      100_000,
    );
    expect(read(host, 'ERRORS') & bits('ERRORS', 'address')).not.toBe(0);
  });
});
