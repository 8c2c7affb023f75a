// SPDX-License-Identifier: Apache-2.0
// How to ask a Verilator for a design's description. XML was written up to
// 5.044, JSON from 5.022 on, but before 5.046 without saying what is signed: so
// each has its range, and none of the versions both.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Design } from './design.ts';
import { readJson } from './read-json.ts';
import { readXml } from './read-xml.ts';

/** First version, as major * 1000 + minor, that says in JSON what is signed. */
const firstJson = 5046;
/** First version that warns that XML will go. */
const firstWarning = 5036;

function isAtLeast(version: string, least: number): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major * 1000 + minor >= least;
}

/**
 * Arguments that make Verilator describe the design instead of writing C++.
 * @param version as in {@link Verilator.version}, for example `5.006`.
 */
export function descriptionArgs(version: string): string[] {
  if (isAtLeast(version, firstJson)) return ['--json-only'];
  return isAtLeast(version, firstWarning) ? ['--xml-only', '-Wno-DEPRECATED'] : ['--xml-only'];
}

/** Files that those arguments make Verilator write, for `--prefix Vdut`. */
export function descriptionFiles(version: string): string[] {
  return isAtLeast(version, firstJson) ? ['Vdut.tree.json', 'Vdut.tree.meta.json'] : ['Vdut.xml'];
}

/** Reads the description in the folder given as `--Mdir`. */
export async function readDesign(folder: string, top: string, version: string): Promise<Design> {
  const texts = descriptionFiles(version).map((name) => readFile(join(folder, name), 'utf8'));
  const [text = '', meta] = await Promise.all(texts);
  return meta === undefined ? readXml(text, top) : readJson(text, meta, top);
}
