// SPDX-License-Identifier: Apache-2.0
// A board: fpga/boards/NAME/board.json, and beside it the top and the pins of those that a bitstream is made for.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import * as v from 'valibot';
import { packageRoot } from '../../src/network/index.ts';
import type { Resources } from './resources.ts';

/** The SPI flash that the FPGA is configured from, and where it has room for a network. */
export interface BoardFlash {
  /** First byte of a network, past the bitstream; top.v has it, too. */
  readonly offset: number;
  /** Bytes of the flash, up to where a network may reach. */
  readonly bytes: number;
  /** Command that writes a network there: FILE stands for its file, OFFSET for the offset in KiB, `1024k`. */
  readonly program: string;
}

/** What board.json says; fields that are not here are another part's. */
interface BoardFile {
  /** What the board is called. */
  readonly name: string;
  readonly family: 'ice40' | 'ecp5' | 'gowin' | 'xilinx7';
  /** Option of nextpnr that names the FPGA, `hx8k`; where there is none, its part number. */
  readonly device: string;
  readonly package: string;
  /** File of pins. */
  readonly pins?: string | undefined;
  /** Module of top.v; without one the board is for figures alone. */
  readonly top?: string | undefined;
  /** Verilog that boards share, by paths from the board's folder. @defaultValue none */
  readonly sources?: string[] | undefined;
  /** Named configuration of rtl/configs.json. */
  readonly configuration: string;
  /** What the design's clock is to reach. */
  readonly clockMHz: number;
  /** The first seed of placements, where that from 1 is not routed. @defaultValue 1 */
  readonly firstSeed?: number | undefined;
  /** Where the board looks for a network when it is switched on. @defaultValue it does not */
  readonly flash?: BoardFlash | undefined;
  /** More options of the family's synthesis in Yosys. @defaultValue none */
  readonly synthesis?: string[] | undefined;
  /** What the FPGA has, from its data sheet, where no nextpnr says so. */
  readonly available?: Resources | undefined;
}

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const schema: v.GenericSchema<unknown, BoardFile> = v.object({
  name: v.string(),
  family: v.picklist(['ice40', 'ecp5', 'gowin', 'xilinx7']),
  device: v.string(),
  package: v.string(),
  pins: v.optional(v.string()),
  top: v.optional(v.string()),
  sources: v.optional(v.array(v.string())),
  configuration: v.string(),
  clockMHz: v.pipe(v.number(), v.minValue(1)),
  firstSeed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  flash: v.optional(v.object({ offset: count, bytes: count, program: v.string() })),
  synthesis: v.optional(v.array(v.string())),
  available: v.optional(
    v.object({ luts: count, flipFlops: count, carries: count, blockRams: count, sprams: count, dsps: count }),
  ),
});

/** A board. */
export interface Board extends BoardFile {
  /** Name of its folder, which is what users type. */
  readonly id: string;
  /** Absolute path of its folder. */
  readonly folder: string;
}

/** Folder of the boards that come with Berus. */
const boardsFolder = (): string => join(packageRoot(), 'fpga', 'boards');

/** Names of the boards that come with Berus, in alphabetic order. */
export function boardNames(): string[] {
  return readdirSync(boardsFolder(), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted();
}

/**
 * Reads a board.
 * @param named one of `boardNames()`, or the path of a folder with a board.json, for a board of one's own
 * @throws {RangeError} when there is none, or its file is wrong
 */
export function readBoard(named: string): Board {
  const own = /[/\\]/.test(named);
  if (!own && !boardNames().includes(named)) {
    throw new RangeError(
      `Expected BOARD to be one of ${boardNames().join(', ')} or a folder with a board.json, but received ${named || "''"}.`,
    );
  }
  const folder = own ? resolve(named) : join(boardsFolder(), named);
  const path = join(own ? named : folder, 'board.json');
  const refuse = (received: string): never => {
    throw new RangeError(`Expected ${path} to describe a board, but received ${received}.`);
  };
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return refuse(code ?? message);
  }
  const { success, output, issues } = v.safeParse(schema, value);
  if (!success) return refuse(`a wrong ${v.getDotPath(issues[0]) ?? 'file'} (${issues[0].message})`);
  return { ...output, id: basename(folder), folder };
}
