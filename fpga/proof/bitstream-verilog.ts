// SPDX-License-Identifier: Apache-2.0
// A design after place and route as Verilog, read back from the bytes of its bitstream.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProcess } from '../../sim/addon/index.ts';
import { bitstream } from '../flow/bitstream.ts';
import { cachedRun } from '../flow/cached-run.ts';
import type { Design } from '../flow/design.ts';
import { inFolder } from '../flow/in-folder.ts';
import { place } from '../flow/place.ts';
import { createStages } from '../flow/stages.ts';
import { synthesize } from '../flow/synthesize.ts';
import type { Toolchain } from '../toolchain/index.ts';
import { putInModels, writeBits } from './cell-models.ts';
import { type PinnedPort, pinnedPorts, recoverVerilog } from './recovered-verilog.ts';

/** A bitstream, unpacked again. */
export interface Unpacked {
  /** Text of the configuration. */
  readonly asc: string;
  readonly ports: readonly PinnedPort[];
}

/** Places and routes a design, packs its bitstream, and unpacks that. */
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
    return { asc: await unpack(bytes), ports: pinnedPorts(synthesis.json, placement.cells) };
  } finally {
    stages.end();
  }
}

/** The text of a configuration from its bytes. */
function unpack(bytes: Uint8Array): Promise<string> {
  return inFolder(async (folder) => {
    await writeFile(join(folder, 'design.bin'), bytes);
    const { code, stderr } = await runProcess('iceunpack', ['design.bin', 'design.asc'], { cwd: folder });
    if (code !== 0) throw new Error(`Expected iceunpack to read the bitstream, but it ended with ${code}: ${stderr}`);
    return readFile(join(folder, 'design.asc'), 'utf8');
  });
}

/**
 * Verilog of a configuration with the design's ports.
 * @param module name that the module gets
 * @throws {ConfigurationError} when no design gives such a configuration
 */
export function configurationVerilog({ asc, ports }: Unpacked, module: string): Promise<string> {
  return inFolder(async (folder) => {
    await writeFile(join(folder, 'design.asc'), asc);
    return recoverVerilog(folder, 'design.asc', module, ports);
  });
}

/**
 * Verilog without cells of the FPGA, in one module.
 * @param text of modules that may have such cells
 * @returns absolute path of the file
 */
export async function withoutCells(text: string, top: string, toolchain: Toolchain): Promise<string> {
  const script = ['read_verilog recovered.v', ...putInModels(top), ...writeBits('bits.v')].join('\n');
  const folder = await cachedRun({
    about: `bitstream of ${top} as Verilog`,
    toolchain,
    tool: 'yosys',
    args: ['-q', '-s', 'models.ys'],
    inputs: [
      ['recovered.v', text],
      ['models.ys', script],
    ],
    outputs: ['bits.v'],
  });
  return join(folder, 'bits.v');
}
