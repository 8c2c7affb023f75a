// SPDX-License-Identifier: Apache-2.0
// The registers on their bus: what each holds, bytes written, addresses that nothing has, and halves that belong
// together.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AxiResponse, Model } from '../../sim/index.ts';
import { REGISTERS } from '../../src/device/registers.ts';
import { exchange, oneBatch, stallPatterns } from './traffic.ts';
import { bits, buildTop, connect, DEPTHS, offsetOf, read, run, write } from './top.ts';

const SIZE = { rows: 3, columns: 2, dataBits: 5 };

/** The clocks since the reset, as the top keeps them: two halves, and whether the low one is full. */
const CLOCKS = {
  low: 'clock_counter_u.low',
  high: 'clock_counter_u.high',
  full: 'clock_counter_u.full',
} as const;

let Top: Model;
beforeAll(async () => {
  Top = await buildTop(SIZE, Object.values(CLOCKS));
});

/** Registers that hold what is written, by the bits that they have. */
const HELD: Readonly<Record<string, number>> = { CONTROL: 0x306, WATCHDOG: 0xffff_ffff, COUNTER_SELECT: 0x1f3f };
/** Registers that take a write and, where nothing happens, stay 0. */
const EVENTS = ['ERRORS', 'INTERRUPTS'];
const RESET: Readonly<Record<string, number>> = { CONTROL: 0, WATCHDOG: 0x8000_0000, COUNTER_SELECT: 0 };
/** What a read gives in a top that did nothing; those that move are left out. */
const FIXED: Readonly<Record<string, number>> = {
  ID: 0x4245_5255,
  VERSION: 0x0001_0003,
  ARRAY: 3 | (2 << 8) | (5 << 16) | (2 << 21) | (18 << 24),
  WIDTHS: 19 | (12 << 8) | (2 << 18) | (2 << 20),
  ACTIVATION_DEPTH: DEPTHS.activations,
  WEIGHT_DEPTH: DEPTHS.weights,
  FOLD_DEPTH: DEPTHS.folds,
  PAD_DEPTH: DEPTHS.pads,
  RESULT_DEPTH: DEPTHS.results,
  PROGRAM_DEPTH: DEPTHS.program,
  PARTIAL_DEPTH: 0,
  STATUS: 0,
  BATCHES: 0,
  DROPPED: 0,
};
const names = new Map<number, string>(Object.entries(REGISTERS).map(([name, { offset }]) => [offset, name]));

type Access =
  | { readonly kind: 'read'; readonly address: number }
  | { readonly kind: 'write'; readonly address: number; readonly data: number; readonly strobe: number };

const address = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...names.keys()) },
  { weight: 1, arbitrary: fc.nat(0xfff) },
);
const data = fc.oneof(fc.nat(0xffff_ffff), fc.constantFrom(0, 0xffff_ffff));
const accesses = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('read' as const), address }),
    fc.record({ kind: fc.constant('write' as const), address, data, strobe: fc.nat(15) }),
  ),
  { maxLength: 40 },
);

it('should hold what was written, byte by byte, and refuse what is not there', () => {
  const check = (given: readonly Access[], stalls: { lite: object }): void => {
    const host = connect(Top, { lite: stalls.lite });
    using _sim = host.sim;
    const held = { ...RESET };
    run(host, function* () {
      for (const access of given) {
        const name = names.get(access.address) ?? '';
        if (access.kind === 'write') {
          const isHeld = name in HELD;
          const expected: AxiResponse = isHeld || EVENTS.includes(name) ? 'OKAY' : 'SLVERR';
          yield* host.bus.write(access.address, access.data, { strb: access.strobe, expect: expected });
          let mask = 0;
          for (let byte = 0; byte < 4; byte++) if ((access.strobe >> byte) & 1) mask |= 0xff << (8 * byte);
          if (isHeld) held[name] = ((held[name]! & ~mask) | (access.data & mask & HELD[name]!)) >>> 0;
          continue;
        }
        const expected: AxiResponse = name === '' ? 'SLVERR' : 'OKAY';
        const value = Number(yield* host.bus.read(access.address, { expect: expected }));
        const right = name === '' || EVENTS.includes(name) ? 0 : (held[name] ?? FIXED[name]);
        if (right !== undefined) expect(value, name).toBe(right);
      }
    });
  };
  fc.assert(fc.property(accesses, stallPatterns, check));
});

it('should know each register and each field of one that is written', () => {
  const listed = [...Object.keys(HELD), ...EVENTS, ...Object.keys(FIXED), 'COUNTER_LOW', 'COUNTER_HIGH'];
  expect(new Set([...listed, 'CLOCKS_LOW', 'CLOCKS_HIGH'])).toEqual(new Set(Object.keys(REGISTERS)));
  expect(bits('CONTROL', 'pause', 'gate', 'batchInterrupt', 'errorInterrupt')).toBe(HELD['CONTROL']);
});

describe('CLOCKS', () => {
  it('should have a high half of the moment in which the low half was read', () => {
    const host = connect(Top);
    using sim = host.sim;
    // The low half overflows 0 to 20 clocks from now.
    for (let ahead = 0; ahead <= 20; ahead++) {
      sim.exposed[CLOCKS.low] = (2 ** 32 - ahead) % 2 ** 32;
      sim.exposed[CLOCKS.high] = ahead === 0 ? 7 : 6;
      sim.exposed[CLOCKS.full] = Number(ahead === 1);
      const start = sim.cycle;
      const low = read(host, 'CLOCKS_LOW');
      const high = read(host, 'CLOCKS_HIGH');
      const clocks = high * 2 ** 32 + low - (2 ** 32 * 7 - ahead);
      expect(clocks).toBeGreaterThanOrEqual(0);
      expect(clocks).toBeLessThan(sim.cycle - start);
    }
  });

  it('should count from the reset on', () => {
    const host = connect(Top);
    using sim = host.sim;
    sim.run(1000);
    const before = sim.cycle;
    const low = read(host, 'CLOCKS_LOW');
    expect(low).toBeGreaterThanOrEqual(before - 2);
    expect(low).toBeLessThan(sim.cycle);
    expect(read(host, 'CLOCKS_HIGH')).toBe(0);
  });
});

describe('COUNTER', () => {
  it('should show each counter of each layer', () => {
    const host = connect(Top);
    using _sim = host.sim;
    const traffic = oneBatch(SIZE);
    for (let batches = 1; batches <= 2; batches++) {
      expect(exchange(host, traffic)).toEqual(traffic.results);
      for (const layer of [0, 1, 63]) {
        for (let counter = 0; counter < 32; counter++) {
          write(host, 'COUNTER_SELECT', layer | (counter << REGISTERS.COUNTER_SELECT.fields.counter.low));
          // As the stand-in makes them, but for numbers that no counter has.
          const [low, high] = counter < 18 ? [(batches << 16) | layer, counter + 1] : [0, 0];
          expect(read(host, 'COUNTER_LOW')).toBe(low);
          expect(read(host, 'COUNTER_HIGH')).toBe(high);
        }
      }
    }
    expect(offsetOf('COUNTER_HIGH')).toBe(offsetOf('COUNTER_LOW') + 4);
  });
});
