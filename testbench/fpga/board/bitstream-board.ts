// SPDX-License-Identifier: Apache-2.0
// A whole board as its bitstream makes it: the HX8K's top with the smallest core, placed and routed, packed into bytes, and
// these read back into Verilog. The crystal is its clock, since the PLL is nothing that a simulation without delays knows.

import {
  boardDesign,
  configurationVerilog,
  type Design,
  readBoard,
  type Toolchain,
  type Unpacked,
  unpackedBitstream,
  withBlockMemories,
} from '../../../fpga/index.ts';
import type { Model } from '../../../sim/index.ts';
import type { Configuration } from '../../../src/compile/index.ts';
import { textOf } from '../../house/source-files.ts';
import { buildText } from '../../support/build-text.ts';
import { systemTools } from '../../support/fpga-tools.ts';
import { oneOf } from '../../support/one-of-configurations.ts';
import { LINE } from './simulated-board.ts';

/** One cell, with room for the contract's networks. */
export const BITSTREAM_CONFIGURATION: Configuration = {
  ...{ rows: 1, columns: 1, dataBits: 8, accBits: 16, sumBits: 17, serialFold: 1, sideBits: 8, shortcuts: 0 },
  ...{ activationDepth: 512, weightDepth: 512, foldDepth: 64, padDepth: 16, resultDepth: 64, programDepth: 256 },
};

/** What `berus fpga hx8k` builds, but for the clock and the line, which simulations have, and lines to the flash of one way. */
function crystalDesign(): Design {
  const design = boardDesign(readBoard('hx8k'), BITSTREAM_CONFIGURATION);
  const own: Readonly<Record<string, string>> = {
    'board_clock.v': 'board_clock.v',
    'flash_pins.v': 'flash_pins_out.v',
  };
  return {
    ...design,
    sources: design.sources.map((source) => {
      const file = own[source.name];
      return file === undefined ? source : { name: file, text: textOf(`testbench/fpga/board/${file}`) };
    }),
    parameters: { ...design.parameters, ...LINE },
    clockMHz: 12,
  };
}

/** The tools that it takes. */
export function bitstreamTools(): Promise<Toolchain> {
  return systemTools('yosys', 'nextpnr-ice40', 'icepack', 'icebox_vlog');
}

/** The board's configuration, from its bitstream. */
export async function unpackedBoard(): Promise<Unpacked> {
  return unpackedBitstream(crystalDesign(), await bitstreamTools());
}

/**
 * Builds what configurations of the board do, that differ in tables alone.
 * @returns a top with the port `which`: the index of one of them
 */
export async function buildConfigurations(unpacked: readonly Unpacked[]): Promise<Model> {
  const toolchain = await bitstreamTools();
  const texts = await Promise.all(unpacked.map((one) => configurationVerilog(one, 'top', toolchain)));
  // More of -O takes longer to compile than it saves.
  return buildText('top', await withBlockMemories(oneOf(texts, 'top'), toolchain), ['-O1']);
}
