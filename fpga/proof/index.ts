// SPDX-License-Identifier: Apache-2.0
export { unpackedBitstream } from './unpacked-bitstream.ts';
export { withBlockMemories } from './block-memories.ts';
export {
  type BitUse,
  flipBit,
  type LogicBit,
  setBits,
  tableBit,
  TILE_COLUMNS,
  TILE_ROWS,
  tilesOf,
  useOf,
} from './configuration-bits.ts';
export { moduleDesign } from './design.ts';
export { equalsNetlist } from './equivalence.ts';
export { netlistOf, netlistVerilog } from './netlist-verilog.ts';
export { ConfigurationError, configurationVerilog, type Unpacked } from './recovered-verilog.ts';
