// SPDX-License-Identifier: Apache-2.0
// The codes in the lanes of many words at once: those of 8 and 16 bits lie in memory as they are.

import { getLane } from '../compile/index.ts';
import type { Codes } from '../network/index.ts';

/** Codes of words: lane `lane` of word `word` is `codes[word * stride + lane]`. */
export interface LaneCodes {
  readonly codes: Codes;
  readonly stride: number;
}

/**
 * Takes words apart.
 * @param parts 32-bit parts of a word
 * @param lanes lanes of a word
 */
export function laneCodes(words: Uint32Array, parts: number, lanes: number, dataBits: number): LaneCodes {
  const { buffer, byteOffset, byteLength } = words;
  if (dataBits === 8) return { codes: new Uint8Array(buffer, byteOffset, byteLength), stride: parts * 4 };
  if (dataBits === 16) return { codes: new Uint16Array(buffer, byteOffset, byteLength / 2), stride: parts * 2 };
  const count = words.length / parts;
  const codes = new Uint16Array(count * lanes);
  for (let word = 0; word < count; word++) {
    for (let lane = 0; lane < lanes; lane++) codes[word * lanes + lane] = getLane(words, word * parts, lane, dataBits);
  }
  return { codes, stride: lanes };
}
