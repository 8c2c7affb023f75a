// SPDX-License-Identifier: Apache-2.0
export { LibertyError } from './liberty-error.ts';
export { type Library, type LibraryCell, type Pin, readLibrary, requirePower } from './library.ts';
export { requireCells } from './require-cells.ts';
export {
  type Block,
  type FlatNetlist,
  type Instance,
  type Net,
  type Netlist,
  type NetlistPort,
  netlistArea,
} from './netlist.ts';
export { type Buffered, buffered, requireBuffer } from './buffered.ts';
export { type Flattened, flatten } from './flatten.ts';
export type { GateSimulator, PortColumn, ToggleCounts } from './simulator.ts';
export { ToolError } from './run-tool.ts';
export { type Synthesis, synthesize, yosysVersion } from './synthesize.ts';
export { type SimulationNetlist, simulationNetlist } from './simulation-netlist.ts';
export { type GateEnergy, priceToggles } from './price.ts';
