// SPDX-License-Identifier: Apache-2.0
// A design's bitstream: placed, routed, packed into bytes, and these unpacked again.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bitstream } from '../flow/bitstream.ts';
import type { Design } from '../flow/design.ts';
import { inFolder } from '../flow/in-folder.ts';
import { place } from '../flow/place.ts';
import { createStages } from '../flow/stages.ts';
import { synthesize } from '../flow/synthesize.ts';
import type { Toolchain } from '../toolchain/index.ts';
import { pinnedPorts, type Unpacked } from './recovered-verilog.ts';

/**
 * Places and routes a design, packs its bitstream, and unpacks that.
 * @param toolchain with Yosys, nextpnr and icepack
 */
export async function unpackedBitstream(
  design: Design,
  toolchain: Toolchain,
  onProgress: (text: string) => void = () => undefined,
): Promise<Unpacked> {
  const stages = createStages(onProgress);
  try {
    const synthesis = await synthesize(design, toolchain, stages);
    const placement = await place(synthesis, 1, toolchain, stages);
    const bytes = await bitstream(placement, toolchain);
    const { cells } = placement;
    return { asc: await unpack(bytes, toolchain), ports: pinnedPorts(synthesis.json, cells), cells };
  } finally {
    stages.end();
  }
}

/** The text of a configuration from its bytes. */
function unpack(bytes: Uint8Array, toolchain: Toolchain): Promise<string> {
  return inFolder(async (folder) => {
    await writeFile(join(folder, 'design.bin'), bytes);
    await toolchain.run('icepack', ['-u', 'design.bin', 'design.asc'], folder);
    return readFile(join(folder, 'design.asc'), 'utf8');
  });
}
