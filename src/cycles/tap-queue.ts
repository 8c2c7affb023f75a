// SPDX-License-Identifier: Apache-2.0
// When cells of minima take their taps: windows of a layer are looked at one a clock, and those that have taps wait in a
// queue, from whose head a tap is issued each clock.
//
// A window's flags are read in clock s, its taps are known in s + 1, and the first can be issued in s + 2. One is looked
// at only if the queue has room for it and for the one of the clock before: that bounds s by when earlier windows leave,
// so that the clocks of a window follow from those of four before it.

/** Windows that wait at most. */
const QUEUE = 4;

/** From the clock in which a window's flags are read to that in which its first tap can be issued. */
export const LOOK = 2;

/** Windows of a layer, given one after the other; clocks are counted from the first in which the layer streams. */
export class TapQueue {
  /** Clocks between the ends of two tiles, at least. */
  readonly #interval: number;
  /** Clock in which the last window was looked at, and whether it had taps. */
  #looked = -1;
  #queued = false;
  /** Clocks in which the last windows with taps left, the latest first. */
  readonly #left: [number, number, number, number] = [-1, -1, -1, -1];
  /** The first clock in which a tile may end. */
  #mayEnd = 0;
  /** Taps issued. */
  stream = 0;
  /** Clocks in which a tile's last tap waited. */
  drain = 0;

  /** @param interval clocks between the ends of two tiles, at least */
  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Clock after the last tap. */
  get end(): number {
    return this.#left[0] + 1;
  }

  /** Clocks without a tap that could be issued. */
  get scan(): number {
    return this.end - this.stream - this.drain;
  }

  /**
   * Takes a window.
   * @param taps that are issued of it
   * @param ends whether its last tap ends a tile; it has one then
   */
  add(taps: number, ends: boolean): void {
    const left = this.#left;
    const next = this.#looked + 1;
    // The window before is not in the queue yet: there has to be room for two, so that all but two have left.
    const third = this.#queued ? left[QUEUE - 1]! : left[QUEUE - 2]!;
    this.#looked = third < next ? next : Math.max(next, left[QUEUE - 1]!) + 1;
    this.#queued = taps > 0;
    if (taps === 0) return;
    let last = Math.max(this.#looked + LOOK, left[0] + 1) + taps - 1;
    if (ends) {
      const wait = Math.max(0, this.#mayEnd - last);
      this.drain += wait;
      last += wait;
      this.#mayEnd = last + this.#interval;
    }
    this.stream += taps;
    left[3] = left[2];
    left[2] = left[1];
    left[1] = left[0];
    left[0] = last;
  }
}
