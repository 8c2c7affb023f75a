// SPDX-License-Identifier: Apache-2.0
// The reader of the flash beside a flash: every byte once, in its order, wherever whoever listens stops to; and planted
// bugs are found.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, type Model } from '../../sim/index.ts';
import { root } from '../house/source-files.ts';

const CLOCKS = 2500;
/** Clocks of the reset. */
const RESET = 3;
/** Clocks that a byte takes, two for each bit. */
const BYTE = 16;
/** Clock in which the first byte's first bit is asked for: after a rest, the command that wakes, the next rest and the one that reads. */
const FIRST = RESET + 64 + (2 * 8 - 1) + (64 - 8) + 2 * 32;
/** Clocks from a byte's first bit, as it is asked for, to the register that it waits in for whoever listens. */
const LATENCY = 18;

/** Bytes that look random and are the same everywhere. */
const memory = Uint8Array.from({ length: 256 }, (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24);

const folder = mkdtempSync(join(tmpdir(), 'berus reader '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Builds the reader, with one place of it changed. */
function buildReader([from, to]: readonly [string, string] = ['', '']): Promise<Model> {
  const text = readFileSync(join(root, 'fpga', 'link', 'flash_reader.v'), 'utf8');
  expect(text).toContain(from);
  const changed = join(mkdtempSync(join(folder, 'one ')), 'flash_reader.v');
  writeFileSync(changed, text.replace(from, to));
  const beside = ['reader_on_flash.v', 'flash_pins.v', 'spi_flash.v'].map((file) =>
    join(import.meta.dirname, 'board', file),
  );
  return build({ top: 'reader_on_flash', sources: [changed, ...beside], expose: ['flash_u.mem'], flags: ['-O0'] });
}

/** What came of a run. */
interface Read {
  readonly bytes: number[];
  /** Clocks in which each came. */
  readonly clocks: number[];
  readonly columns: Readonly<Record<'reading' | 'cs_n' | 'pulse', Uint8Array>>;
}

/** Runs a reader whose listener listens in some clocks, and is stopped in one. */
function read(model: Model, seed: number, listening: Uint8Array, stopAt = CLOCKS): Read {
  using sim = model.create({ seed });
  (sim.exposed['flash_u.mem'] as Uint8Array).set(memory);
  const rst = new Uint8Array(CLOCKS).fill(1, 0, RESET);
  const stop = new Uint8Array(CLOCKS);
  if (stopAt < CLOCKS) stop[stopAt] = 1;
  const out = sim.batch({ rst, listening, stop }, ['valid', 'data', 'reading', 'cs_n', 'pulse']) as Record<
    'valid' | 'data' | 'reading' | 'cs_n' | 'pulse',
    Uint8Array
  >;
  const clocks = [...out.valid.keys()].filter((clock) => clock >= RESET && out.valid[clock] === 1);
  return { bytes: clocks.map((clock) => out.data[clock]!), clocks, columns: out };
}

/** Clocks in which somebody listens: of runs, the first, the third and so on, and those after the last. */
function listeningIn(runs: readonly number[]): Uint8Array {
  const some = runs.flatMap((length, index) => Array.from({ length }, () => (index + 1) % 2));
  return Uint8Array.from({ length: CLOCKS }, (_, clock) => some[clock] ?? 1);
}

const listeners = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 60 });

/**
 * Clocks in which bytes are heard, up to one: a byte begins when the one before has come, after the one before that was heard,
 * so that two at most wait, and is heard as soon as it and somebody are there.
 */
function dueClocks(listening: Uint8Array, until: number): number[] {
  const heard: number[] = [];
  let begin = FIRST;
  for (;;) {
    const last = heard.at(-1) ?? 0;
    let clock = Math.max(begin + LATENCY, last + 1);
    while (clock < until && listening[clock] === 0) clock++;
    if (clock >= until) return heard;
    begin = Math.max(begin + BYTE, last + 1);
    heard.push(clock);
  }
}

/** Runs readers whose listeners stop at random, each after it heard a byte or while it comes. */
function shouldRead(model: Model): void {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1000 }),
      listeners,
      fc.integer({ min: 400, max: 2 * CLOCKS }),
      (seed, pauses, stopAt) => {
        const listening = listeningIn(pauses);
        const { bytes, clocks, columns } = read(model, seed, listening, stopAt);
        expect(bytes).toEqual([...memory.subarray(0, bytes.length)]);
        expect(clocks).toEqual(dueClocks(listening, Math.min(stopAt + 1, CLOCKS)));
        // After the stop nothing comes, and the flash is let go.
        const after = stopAt + 1;
        expect(columns.reading.subarray(after).every((bit) => bit === 0)).toBe(true);
        expect(columns.pulse.subarray(after).every((bit) => bit === 0)).toBe(true);
        // ... two clocks later, when its last pulse has ended.
        expect(columns.cs_n.subarray(after + 2).every((bit) => bit === 1)).toBe(true);
        // The clock of SPI stands wherever the flash is not selected.
        expect(columns.pulse.every((bit, clock) => clock < RESET || bit === 0 || columns.cs_n[clock] === 0)).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
}

describe('flash_reader', () => {
  let model: Model;
  beforeAll(async () => {
    model = await buildReader();
  });

  it('should give every byte once, in its order, whenever somebody listens', () => shouldRead(model));

  it('should read on past the length of its counter', () => {
    const { bytes } = read(model, 1, new Uint8Array(CLOCKS).fill(1));
    expect(bytes.length).toBeGreaterThan(128);
    expect(bytes).toEqual([...memory.subarray(0, bytes.length)]);
  });
});

it.each<[string, readonly [string, string]]>([
  ['the flash is not woken', ["WAKE = 8'hab", "WAKE = 8'hff"]],
  ['it is not given time to wake up', ['&(reading ? count : count | ~SHORT)', '&(count | ~SHORT)']],
  ['a third byte is begun', ['wire       room      = ~begun[1];', "wire       room      = 1'b1 | begun[1];"]],
  ['a byte leaves before it was heard', ['full & ~valid);', "full & 1'b0);"]],
  ['a byte is put on one that waits', ['there & (~full | valid)', 'there']],
  ['the flash is let go amid a pulse', ['~|{selected, was_selected}', '~selected']],
])('should be found: %s', async (_, change) => {
  const model = await buildReader(change);
  expect(() => shouldRead(model)).toThrow('Property failed');
});
