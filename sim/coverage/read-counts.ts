// SPDX-License-Identifier: Apache-2.0
// What a model counted. Verilator's runtime writes it to a file and nowhere else.

import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseCoverage } from './parse.ts';
import type { CoveragePoint } from './point.ts';

/**
 * Reads the points that a call writes to a file.
 * @param originalPath gives the caller's path of a source.
 */
export function readCounts(write: (file: string) => void, originalPath: (file: string) => string): CoveragePoint[] {
  const file = join(tmpdir(), `berus-coverage-${randomUUID()}`);
  try {
    write(file);
    return parseCoverage(readFileSync(file, 'utf8')).map((point) => ({ ...point, file: originalPath(point.file) }));
  } finally {
    rmSync(file, { force: true });
  }
}
