// SPDX-License-Identifier: Apache-2.0
// Verilog files as modules in Vite and vitest: `import Fifo from './fifo.v'`.

export { berusSim, type BerusSimOptions } from './plugin.ts';
