// SPDX-License-Identifier: Apache-2.0
// What a board answers, without a board: registers of a configuration, and a version of the link, as told.

import { ARRAY_CELLS, type Configuration } from '../../../src/compile/index.ts';
import { encodeFrame, FrameReader, LINK_VERSION } from '../../../src/device/board-frame.ts';
import type { ByteChannel } from '../../../src/device/index.ts';
import { REGISTERS } from '../../../src/device/registers.ts';

/** What is not as this package has it. */
export interface DoubleOptions {
  readonly configuration: Configuration;
  /** Of the link. */
  readonly version?: number;
  /** Values of registers by offset, in place of those that follow. */
  readonly registers?: Readonly<Record<number, number>>;
}

function registersOf({ configuration, registers }: DoubleOptions): Record<number, number> {
  const {
    rows,
    columns,
    dataBits,
    accBits,
    sumBits,
    cell = 'distance',
    partialDepth = 0,
    weightPorts = 2,
    weightSegments = 2,
  } = configuration;
  const { fields } = REGISTERS.ARRAY;
  const array =
    rows * 2 ** fields.rows.low +
    columns * 2 ** fields.columns.low +
    dataBits * 2 ** fields.dataBits.low +
    weightPorts * 2 ** fields.weightPorts.low +
    accBits * 2 ** fields.accBits.low +
    ARRAY_CELLS.indexOf(cell) * 2 ** fields.cell.low;
  return {
    [REGISTERS.ID.offset]: REGISTERS.ID.value,
    [REGISTERS.VERSION.offset]: REGISTERS.VERSION.value,
    [REGISTERS.ARRAY.offset]: array,
    [REGISTERS.WIDTHS.offset]: sumBits + weightSegments * 2 ** REGISTERS.WIDTHS.fields.weightSegments.low,
    [REGISTERS.ACTIVATION_DEPTH.offset]: configuration.activationDepth,
    [REGISTERS.WEIGHT_DEPTH.offset]: configuration.weightDepth,
    [REGISTERS.FOLD_DEPTH.offset]: configuration.foldDepth,
    [REGISTERS.PAD_DEPTH.offset]: configuration.padDepth,
    [REGISTERS.RESULT_DEPTH.offset]: configuration.resultDepth,
    [REGISTERS.PROGRAM_DEPTH.offset]: configuration.programDepth,
    [REGISTERS.PARTIAL_DEPTH.offset]: partialDepth,
    ...registers,
  };
}

/** A channel that answers greetings and reads of registers, and nothing else. */
export function boardDouble(options: DoubleOptions): ByteChannel {
  const { version = LINK_VERSION } = options;
  const registers = registersOf(options);
  const reader = new FrameReader();
  let answer: Uint8Array = new Uint8Array(0);
  return {
    name: 'the double',
    baud: 1_000_000,
    write: (bytes) => {
      reader.push(bytes);
      const { sequence, payload } = reader.next()!;
      const answers: number[] = payload[0] === 0 ? [version] : [];
      for (let at = 0; payload[at] === 2; at += 2) {
        const value = registers[payload[at + 1]!] ?? 0;
        answers.push(0, value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
      }
      answer = encodeFrame({ sequence, payload: Uint8Array.from(answers) });
    },
    read: () => {
      const bytes = answer;
      answer = new Uint8Array(0);
      return bytes;
    },
    [Symbol.dispose]: () => undefined,
  };
}
