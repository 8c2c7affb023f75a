// SPDX-License-Identifier: Apache-2.0
// `berus flash`: a network as a board's flash holds it, so that the board has it when it is switched on.

import type { Command } from 'commander';
import { boardNames, readBoard } from '../../fpga/index.ts';
import { loadConfiguration } from '../compile/index.ts';
import { flashImage } from '../device/index.ts';
import { writeWhole } from '../network/index.ts';
import { configOption } from './config-option.ts';
import { NETWORKS, openQuantized } from './model-file.ts';
import { checkOut } from './out-file.ts';
import { jsonText, type Output } from './output.ts';

interface FlashOptions {
  readonly config?: string;
  readonly network: string;
  readonly out: string;
  readonly json?: boolean;
}

/** A word of a command, so that a shell takes it for one. */
function shellWord(word: string): string {
  return /^[\w./:+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Adds `berus flash` to the program. */
export function addFlashCommand(program: Command, output: Output): void {
  const config = configOption();
  program
    .command('flash')
    .summary("write a network for a board's flash")
    .description(
      'Writes a network as the flash of a board holds it, past the bitstream: the board then loads it when it is ' +
        'switched on, and a host that runs it sends pictures alone.',
    )
    .argument('<board>', `${boardNames().join(', ')}, or the path of a folder with a board.json`)
    .option(config.flags, `${config.description} (default: the board's)`, config.parseArg as (text: string) => string)
    .option('--network <name>', `${NETWORKS} or a file of berus quantize`, 'lenet5')
    .requiredOption('--out <file>', 'file to write')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExample:\n  $ berus flash icebreaker --network lenet5 --out lenet5.bin')
    .action((id: string, options: FlashOptions) => {
      const board = readBoard(id);
      const { flash } = board;
      if (flash === undefined) {
        throw new RangeError(
          `Expected BOARD to load networks from its flash, but received ${board.id}, which does not.`,
        );
      }
      const name = options.config ?? board.configuration;
      const quantized = openQuantized(options.network);
      const { out } = options;
      checkOut(out);
      const { bytes, mark } = flashImage(quantized, { configuration: loadConfiguration(name), schedule: 'auto' });
      const room = flash.bytes - flash.offset;
      if (bytes.length > room) {
        throw new RangeError(
          `Expected the network to take at most the ${room} bytes that the flash of ${board.id} has for it, but received ` +
            `${bytes.length}.`,
        );
      }
      writeWhole(out, bytes);
      const words: Readonly<Record<string, string>> = { OFFSET: `${flash.offset / 1024}k`, FILE: shellWord(out) };
      const command = flash.program.replace(/OFFSET|FILE/g, (word) => words[word]!);
      const network = quantized.network.name;
      output.out(
        options.json
          ? jsonText({
              board: board.id,
              config: name,
              network,
              out,
              bytes: bytes.length,
              offset: flash.offset,
              mark,
              command,
            })
          : `${network} for the flash of ${board.id}: ${bytes.length} bytes\nwrote ${out}\nprogram it with: ${command}\n`,
      );
    });
}
