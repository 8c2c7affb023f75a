// SPDX-License-Identifier: Apache-2.0
export { configurationVerilog, type Unpacked, unpackedBitstream, withoutCells } from './bitstream-verilog.ts';
export {
  type BitUse,
  flipBit,
  type LogicBit,
  setBits,
  TILE_COLUMNS,
  TILE_ROWS,
  tilesOf,
  useOf,
} from './configuration-bits.ts';
export { moduleDesign } from './design.ts';
export { equalsNetlist } from './equivalence.ts';
export { netlistOf, netlistVerilog } from './netlist-verilog.ts';
export { ConfigurationError, ICEBOX } from './recovered-verilog.ts';
