// SPDX-License-Identifier: Apache-2.0
// What a simulated board does when it is switched on: what its flash holds is put there, and its reset passes.

/** Memory of the flash in testbench/fpga/board/flash_board.v. */
export const FLASH_MEMORY = 'flash_u.mem';

/** Clocks of the reset after power-on and of waking the flash, and some. */
const POWER_ON = 255 + 2 * 2 ** 11 + 250;
/** Clocks in which the largest flash has been read. */
const MOST_CLOCKS = 10_000_000;

/**
 * Switches a board on.
 * @param {{ dut: Record<string, any>, exposed: Record<string, any>, run(clocks: number): unknown }} sim
 * @param {Uint8Array | undefined} flash what it holds, from the address on that it is read from; else nothing
 */
export function powerOn(sim, flash) {
  if (flash !== undefined) sim.exposed[FLASH_MEMORY].set(flash);
  sim.dut['rx'] = 1;
  sim.run(POWER_ON);
}

/**
 * Waits until the flash has been read.
 * @param {{ runUntil(signal: string, options: { value: number, max: number }): unknown }} sim
 */
export function readFlash(sim) {
  sim.runUntil('flash_cs_n', { value: 1, max: MOST_CLOCKS });
}
