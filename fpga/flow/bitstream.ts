// SPDX-License-Identifier: Apache-2.0
// A placement as the bytes that an iCE40 loads.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Toolchain } from '../toolchain/index.ts';
import { cachedRun } from './cached-run.ts';
import type { Placement } from './place.ts';

/** The bitstream of a placement. */
export async function bitstream({ asc }: Placement, toolchain: Toolchain): Promise<Uint8Array> {
  const folder = await cachedRun({
    about: 'bitstream',
    toolchain,
    tool: 'icepack',
    args: ['design.asc', 'design.bin'],
    inputs: [['design.asc', await readFile(asc)]],
    outputs: ['design.bin'],
  });
  return readFile(join(folder, 'design.bin'));
}
