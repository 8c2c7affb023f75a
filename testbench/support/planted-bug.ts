// SPDX-License-Identifier: Apache-2.0
// RTL with a bug in it, to see that it is found.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { rtlSources } from '../../src/device/index.ts';

/** Runs something with a copy of the RTL in which one place of one file is changed. */
export async function withBug<T>(
  file: string,
  from: string,
  to: string,
  action: (rtl: string) => Promise<T>,
): Promise<T> {
  const rtl = mkdtempSync(join(tmpdir(), 'berus planted '));
  try {
    for (const path of rtlSources()) cpSync(path, join(rtl, basename(path)));
    const text = readFileSync(join(rtl, file), 'utf8');
    if (!text.includes(from)) throw new Error(`Expected ${file} to have ${from}, but it has not.`);
    writeFileSync(join(rtl, file), text.replace(from, to));
    return await action(rtl);
  } finally {
    rmSync(rtl, { recursive: true });
  }
}
