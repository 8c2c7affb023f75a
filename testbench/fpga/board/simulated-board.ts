// SPDX-License-Identifier: Apache-2.0
// A board's top under Verilator as a channel: the same bytes as over a serial port, on a simulated line.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions, type Model } from '../../../sim/index.ts';
import { type Configuration, coreParameters, rtlSources } from '../../../src/compile/index.ts';
import type { ByteChannel } from '../../../src/device/index.ts';
import { root } from '../../house/source-files.ts';
import { SMALL_CONFIGURATIONS } from '../../support/configurations.ts';
import { FLASH_MEMORY, powerOn } from './simulated-flash.mjs';
import { DIVIDER, SimulatedLine } from './simulated-line.mjs';

/** Bits a second that the line is said to have; clocks of a millisecond follow. */
const BAUD = 1_000_000;
const CLOCKS_A_MILLISECOND = (DIVIDER * BAUD) / 1000;

/** For tests: no USB adapter holds bytes back, and 2 ms are more clocks than the board waits for the rest of a frame. */
export const QUICK = { answer: 2 } as const;

/**
 * What simulated boards hold, so that one is built for all tests: room for a digit, and for so few weights that most
 * networks load some for each batch.
 */
export const BOARD_CONFIGURATION: Configuration = {
  ...SMALL_CONFIGURATIONS['3x5']!,
  activationDepth: 900,
  weightDepth: 80,
  programDepth: 1000,
};

/** A board, and what it holds. */
export interface BoardContent {
  /** A folder of fpga/boards. */
  readonly board: string;
  readonly configuration: Configuration;
}

const CONTENT: BoardContent = { board: 'hx8k', configuration: BOARD_CONFIGURATION };

/** Verilog of a board with the crystal as its clock. */
export function boardSources(board = CONTENT.board): string[] {
  const link = join(root, 'fpga', 'link');
  return [
    ...rtlSources(),
    ...readdirSync(link)
      .filter((name) => name.endsWith('.v'))
      .toSorted()
      .map((name) => join(link, name)),
    join(root, 'fpga', 'boards', board, 'top.v'),
    ...['board_clock.v', 'flash_pins.v'].map((name) => join(import.meta.dirname, name)),
  ];
}

/** Parameters of a simulated board's line: clocks in a bit, and of its patience, as a power of two. */
export const LINE = { DIVIDER, W_TIMEOUT: 10 } as const;

/** How the top of a board with a flash is built, its flash beside it. */
export function boardOptions({ board, configuration } = CONTENT): BuildOptions {
  return {
    top: 'flash_board',
    sources: [
      ...boardSources(board),
      ...['flash_board.v', 'spi_flash.v'].map((name) => join(import.meta.dirname, name)),
    ],
    params: { ...coreParameters(configuration), ...LINE },
    expose: [FLASH_MEMORY],
    // Lights are the board's own.
    verilatorFlags: ['-Wno-PINMISSING'],
  };
}

/** Builds the top of a board. */
export function buildBoard(content?: BoardContent): Promise<Model> {
  return build(boardOptions(content));
}

/** What may happen to bytes on the way. */
export type Noise = (bytes: Uint8Array, direction: 'out' | 'in') => Uint8Array;

/** A simulated board, switched on, as a channel. */
export interface SimulatedBoard extends ByteChannel {
  /** Switches it off and on: it knows nothing of before. */
  restart(): void;
}

/**
 * Switches a simulated board on.
 * @param inputs of the top, besides those of a board
 * @param flash what its flash holds, which it may still be reading
 */
export function startBoard(
  model: Model,
  noise: Noise = (bytes) => bytes,
  seed = 1,
  inputs: Readonly<Record<string, number>> = {},
  flash?: Uint8Array,
): SimulatedBoard {
  const create = (): { sim: ReturnType<Model['create']>; line: SimulatedLine } => {
    const sim = model.create({ clock: 'crystal', seed });
    Object.assign(sim.dut, inputs);
    powerOn(sim, flash);
    return { sim, line: new SimulatedLine(sim) };
  };
  let { sim, line } = create();
  return {
    name: 'the simulated board',
    baud: BAUD,
    write: (bytes) => line.write(noise(bytes, 'out')),
    read: (milliseconds) => noise(line.read(milliseconds * CLOCKS_A_MILLISECOND), 'in'),
    restart: () => {
      sim.dispose();
      ({ sim, line } = create());
    },
    [Symbol.dispose]: () => sim.dispose(),
  };
}
