// SPDX-License-Identifier: Apache-2.0
// `berus export`: a float model as a safetensors file of a PyTorch state dict.

import type { Command } from 'commander';
import { exportModel, stateDict } from '../import/index.ts';
import { readFloat } from '../network/index.ts';
import { checkOut } from './out-file.ts';
import { jsonText, type Output } from './output.ts';

interface ExportCommandOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** Adds `berus export` to the program. */
export function addExportCommand(program: Command, output: Output): void {
  program
    .command('export')
    .summary('write a float model for other programs')
    .description(
      'Writes a float model as a safetensors file with the names and the axes of a PyTorch state dict, which `berus import` reads back.',
    )
    .argument('<file>', 'float model, as train and import write it')
    .requiredOption('--out <file>', 'file to write')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus export resnet20.safetensors --out resnet20-torch.safetensors')
    .action((file: string, options: ExportCommandOptions) => {
      const { out } = options;
      checkOut(out);
      const model = readFloat(file);
      exportModel(out, model);
      const network = model.network.name;
      const tensors = [...stateDict(model)].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
      output.out(
        options.json
          ? jsonText({ network, file, out, tensors })
          : `${network}: ${tensors.length} tensors as a PyTorch state dict\nwrote ${out}\n`,
      );
    });
}
