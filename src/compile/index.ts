// SPDX-License-Identifier: Apache-2.0
export { type CompiledNetwork, compileNetwork } from './compile.ts';
export { checkConfiguration, type Configuration, configurationNames, loadConfiguration } from './configuration.ts';
export { getLane, packImages, partsOf } from './lanes.ts';
export { filterTiles, PROGRAM_LAYERS, PROGRAM_WORDS } from './program.ts';
export { type Need, sizeNeeds, sumBits, type Unsupported, unsupported } from './support.ts';
