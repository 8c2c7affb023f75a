// SPDX-License-Identifier: Apache-2.0
// The queue of windows against the scanner, the queue and the sequencer as plain clocks.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TapQueue } from '../../src/cycles/tap-queue.ts';
import { runsFactor } from '../house/seed.ts';

/** A window: its taps, and whether it ends a tile, which it then has a tap for. */
interface Window {
  readonly taps: number;
  readonly ends: boolean;
}

/** What clocks came to, and which kinds of them there were. */
interface Clocks {
  readonly ends: readonly number[];
  readonly stream: number;
  readonly drain: number;
  readonly scan: number;
  readonly kinds: readonly string[];
}

/** Every clock from the first in which a layer streams to its last tap, as the RTL spends it. */
function simulate(windows: readonly Window[], interval: number): Clocks {
  const queue: { left: number; ends: boolean }[] = [];
  const ends: number[] = [];
  const kinds = new Set<string>();
  let scanned: Window | undefined;
  let [next, gap, stream, drain, scan, drained] = [0, 0, 0, 0, 0, false];
  for (let clock = 0; ends.length < windows.filter((one) => one.ends).length; clock++) {
    // What the registers hold at the beginning of this clock.
    const full = queue.length + (scanned === undefined ? 0 : 1) >= 4;
    const head = queue[0];
    const pushed = scanned !== undefined && scanned.taps > 0 ? scanned : undefined;
    if (full && next < windows.length) kinds.add('queue full');
    scanned = !full && next < windows.length ? windows[next++] : undefined;
    let issued: (typeof queue)[number] | undefined;
    if (head === undefined) {
      scan++;
      if (drained) kinds.add('scan after drain');
    } else if (head.ends && head.left === 1 && gap > 0) {
      drain++;
      drained = true;
    } else {
      issued = head;
      stream++;
      head.left--;
      if (head.left === 0) queue.shift();
    }
    const ended = issued !== undefined && issued.left === 0 && issued.ends;
    gap = ended ? interval - 1 : Math.max(0, gap - 1);
    if (ended) ends.push(clock + 1);
    if (pushed !== undefined) queue.push({ left: pushed.taps, ends: pushed.ends });
    if (scan > 2 && drain > 0) kinds.add('scan and drain');
  }
  return { ends, stream, drain, scan, kinds: [...kinds] };
}

/** Tiles of windows, of which many are empty; the last of a tile has a tap at least. */
const tiles: fc.Arbitrary<Window[]> = fc
  .array(
    fc.array(
      fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 16 })),
      {
        minLength: 1,
        maxLength: 12,
      },
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((all) =>
    all.flatMap((counts) =>
      counts.map((taps, window) => {
        const ends = window === counts.length - 1;
        return { taps: ends ? Math.max(taps, 1) : taps, ends };
      }),
    ),
  );

function run(windows: readonly Window[], interval: number) {
  const queue = new TapQueue(interval);
  const ends: number[] = [];
  for (const { taps, ends: last } of windows) {
    queue.add(taps, last);
    if (last) ends.push(queue.end);
  }
  const { stream, drain, scan } = queue;
  return { ends, stream, drain, scan };
}

describe('the queue of windows', () => {
  it('should issue taps, end tiles and wait as clocks do', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(tiles, fc.integer({ min: 2, max: 20 }), (windows, interval) => {
        const { kinds: found, ...clocks } = simulate(windows, interval);
        expect(run(windows, interval)).toEqual(clocks);
        for (const kind of found) kinds.add(kind);
      }),
      { numRuns: 2000 * runsFactor },
    );
    expect([...kinds].toSorted()).toEqual(['queue full', 'scan after drain', 'scan and drain']);
  });

  it.each<[string, Window[], number, ReturnType<typeof run>]>([
    ['one tap', [{ taps: 1, ends: true }], 2, { ends: [3], stream: 1, drain: 0, scan: 2 }],
    [
      'two tiles of one tap that end 4 apart',
      [
        { taps: 1, ends: true },
        { taps: 1, ends: true },
      ],
      4,
      { ends: [3, 7], stream: 2, drain: 3, scan: 2 },
    ],
    [
      'three empty windows before a tap',
      [
        { taps: 0, ends: false },
        { taps: 0, ends: false },
        { taps: 0, ends: false },
        { taps: 2, ends: true },
      ],
      2,
      { ends: [7], stream: 2, drain: 0, scan: 5 },
    ],
  ])('should take %s as counted by hand', (_, windows, interval, expected) => {
    expect(run(windows, interval)).toEqual(expected);
  });
});
