// SPDX-License-Identifier: Apache-2.0
// Texts out of foreign files, fit to be printed: no control characters, which a
// terminal would obey, and not long.

/** Most characters of a foreign text that a message shows. */
const shownCharacters = 80;

/** A foreign text as one short line, for messages. */
export function shown(text: string): string {
  const start = text.slice(0, shownCharacters).replaceAll(/[^\x20-\x7e]/g, '?');
  return text.length > shownCharacters ? `${start}...` : start || "''";
}
