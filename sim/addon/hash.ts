// SPDX-License-Identifier: Apache-2.0
// SHA-256 of values and of files. Contents are hashed, never modification
// times: a file that was touched is the same file.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Anything whose JSON text tells it apart. */
export type Hashable =
  string | number | boolean | null | undefined | readonly Hashable[] | { readonly [key: string]: Hashable };

/** Hexadecimal SHA-256 of text or bytes. */
export function hashContent(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Hexadecimal SHA-256 of a value's JSON text; object keys count in the order written. */
export function hashValue(value: Hashable): string {
  return hashContent(JSON.stringify(value));
}

/** Hexadecimal SHA-256 of a file, or undefined when it cannot be read. */
export async function hashFile(path: string): Promise<string | undefined> {
  try {
    return hashContent(await readFile(path));
  } catch {
    return undefined;
  }
}
