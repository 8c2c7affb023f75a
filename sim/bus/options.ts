// SPDX-License-Identifier: Apache-2.0
// Options by name, checked: one that is misspelt would be left at its default.

import { show } from './errors.ts';

/** Options of both sides of a handshake. */
export const handshakeOptions = ['stall', 'reset', 'name'] as const;

/** Options of a monitor. */
export const monitorOptions = ['onViolation', 'maxWait', 'reset', 'name'] as const;

/**
 * Checks that all options are known.
 * @param owner what the options are of, as a message says it.
 */
export function checkOptions(owner: string, options: unknown, known: readonly string[]): void {
  const isObject = typeof options === 'object' && options !== null;
  const unknown = isObject ? Object.keys(options).find((name) => !known.includes(name)) : options;
  if (isObject && unknown === undefined) return;
  const list = known.join(', ');
  throw new TypeError(
    isObject
      ? `Expected options of ${owner} to be some of ${list}, but received ${show(unknown)}.`
      : `Expected options of ${owner} to be an object with some of ${list}, but received ${show(options)}.`,
  );
}
