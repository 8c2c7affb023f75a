// SPDX-License-Identifier: Apache-2.0
// What set-up prints: short lines on standard error, so that standard output stays the command's own.

/** A failure that one line explains; set-up prints the line and ends with exit code 1. */
export class SetupError extends Error {
  /** @override */
  name = 'SetupError';
}

/** Prints one line.
 * @param {string} text */
export function say(text) {
  process.stderr.write(`set-up: ${text}\n`);
}

/**
 * Says what starts, does it, and says how long it took.
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function timed(what, work) {
  say(`${what} ...`);
  const start = process.hrtime.bigint();
  const result = await work();
  say(`${what}: done in ${(Number(process.hrtime.bigint() - start) / 1e9).toFixed(1)} s`);
  return result;
}
