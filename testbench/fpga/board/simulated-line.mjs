// SPDX-License-Identifier: Apache-2.0
// The far end of a simulated board's serial line: bytes to its rx, bytes from its tx, clock by clock.

/** Clocks simulated before the line is looked at. */
const STEP = 512;

/** Clocks in a bit: the fewest that the board takes. */
export const DIVIDER = 4;

/** The line of a simulation with the ports rx and tx. */
export class SimulatedLine {
  #sim;
  /** Bits of a byte that is coming, the start bit first. */
  #bits = 0;
  /** Clocks until the next of them is looked at; between bytes there is none. */
  #clocks = -1;
  #value = 0;
  /** @type {number[]} */
  #received = [];

  /** @param {{ batch(inputs: { rx: Uint8Array }, outputs: string[]): Record<string, unknown> }} sim */
  constructor(sim) {
    this.#sim = sim;
  }

  /**
   * Sends bytes, with a bit of silence after each.
   * @param {Uint8Array} bytes
   */
  write(bytes) {
    const rx = new Uint8Array(bytes.length * 11 * DIVIDER).fill(1);
    bytes.forEach((byte, index) => {
      for (let bit = 0; bit < 9; bit++) {
        const at = (index * 11 + bit) * DIVIDER;
        rx.fill(bit === 0 ? 0 : (byte >> (bit - 1)) & 1, at, at + DIVIDER);
      }
    });
    this.#run(rx);
  }

  /**
   * Runs until something has come, or for so many clocks.
   * @param {number} clocks
   * @returns {Uint8Array} all that has come
   */
  read(clocks) {
    for (let left = clocks; left > 0 && this.#received.length === 0; left -= STEP)
      this.#run(new Uint8Array(STEP).fill(1));
    return Uint8Array.from(this.#received.splice(0));
  }

  /** @param {Uint8Array} rx */
  #run(rx) {
    const tx = /** @type {Uint8Array} */ (this.#sim.batch({ rx }, ['tx'])['tx']);
    for (let i = 0; i < tx.length; i++) {
      if (this.#clocks < 0) {
        if (tx[i] === 0) [this.#clocks, this.#bits, this.#value] = [DIVIDER / 2, 0, 0];
      } else if (--this.#clocks === 0) {
        if (this.#bits > 0 && this.#bits < 9) this.#value |= /** @type {number} */ (tx[i]) << (this.#bits - 1);
        if (this.#bits === 9) this.#received.push(this.#value);
        this.#clocks = ++this.#bits > 9 ? -1 : DIVIDER;
      }
    }
  }
}
