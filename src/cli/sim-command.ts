// SPDX-License-Identifier: Apache-2.0
// `berus sim`: the commands of the Verilog simulator, which know nothing of networks.

import type { Command } from 'commander';
import type { Output } from './output.ts';
import { addSimCacheCommand } from './sim-cache-command.ts';
import { addSimTypesCommand } from './sim-types-command.ts';

/** Adds `berus sim` with its own commands to the program. */
export function addSimCommand(program: Command, output: Output): void {
  const sim = program
    .command('sim')
    .summary('declare types of Verilog modules, look after the cache of built models')
    .description("Commands of Berus' Verilog simulator.")
    .addHelpText('after', '\nExample:\n  $ berus sim types fifo --source rtl/fifo.v');
  addSimTypesCommand(sim, output);
  addSimCacheCommand(sim, output);
}
