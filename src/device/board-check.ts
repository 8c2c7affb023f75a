// SPDX-License-Identifier: Apache-2.0
// Is what a board holds the bitstream that a network was compiled for?

import { ARRAY_CELLS, type Configuration } from '../compile/index.ts';
import type { BoardBus } from './board-bus.ts';
import { LINK_VERSION } from './board-frame.ts';
import { DeviceFault } from './device-fault.ts';
import { REGISTERS } from './registers.ts';

/** A field's value in a register's. */
function fieldOf(value: number, { low, width }: { readonly low: number; readonly width: number }): number {
  return Math.floor(value / 2 ** low) % 2 ** width;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

/**
 * Begins a session with a board and checks what it holds.
 * @throws {DeviceFault} naming every size that is not the configuration's, or the version that is not this package's
 */
export function checkBoard(bus: BoardBus, name: string, configuration: Configuration): void {
  const version = bus.hello();
  if (version !== LINK_VERSION) {
    throw new DeviceFault(
      `Expected the bitstream of the board at ${name} to have version ${LINK_VERSION} of the link, but received ` +
        `version ${version}.`,
    );
  }
  const [id, map] = bus.read('ID', 'VERSION') as [number, number];
  const { major } = REGISTERS.VERSION.fields;
  const wanted = REGISTERS.VERSION.value;
  if (id !== REGISTERS.ID.value || fieldOf(map, major) !== fieldOf(wanted, major)) {
    throw new DeviceFault(
      `Expected the bitstream of the board at ${name} to have registers of ${hex(REGISTERS.ID.value)} in version ` +
        `${hex(wanted)}, but received ${hex(id)} in version ${hex(map)}.`,
    );
  }
  const differing = Object.entries(sizesOf(bus)).flatMap(([size, found]) => {
    const value = {
      partialDepth: 0,
      cell: 'distance',
      serialFold: 0,
      pipelined: 0,
      weightPorts: 2,
      weightSegments: 2,
      ...configuration,
    }[size];
    return found === value ? [] : [{ size, found, value }];
  });
  if (differing.length === 0) return;
  throw new DeviceFault(
    `Expected the bitstream of the board at ${name} to have ` +
      `${differing.map(({ size, value }) => `${size} ${value}`).join(', ')}, as the configuration has, but received ` +
      `${differing.map(({ size, found }) => `${size} ${found}`).join(', ')}.`,
  );
}

/** What the registers say of the array, by the names of a configuration. */
function sizesOf(
  bus: BoardBus,
): Record<
  Exclude<
    keyof Configuration,
    'reach' | 'tapsPerClock' | 'sideBits' | 'foldClocks' | 'planes' | 'shortcuts' | 'averages'
  >,
  number | string | undefined
> {
  const [array, widths, activationDepth, weightDepth, foldDepth, padDepth, resultDepth, programDepth, partialDepth] =
    bus.read(
      'ARRAY',
      'WIDTHS',
      'ACTIVATION_DEPTH',
      'WEIGHT_DEPTH',
      'FOLD_DEPTH',
      'PAD_DEPTH',
      'RESULT_DEPTH',
      'PROGRAM_DEPTH',
      'PARTIAL_DEPTH',
    );
  const { fields } = REGISTERS.ARRAY;
  return {
    rows: fieldOf(array!, fields.rows),
    columns: fieldOf(array!, fields.columns),
    dataBits: fieldOf(array!, fields.dataBits),
    accBits: fieldOf(array!, fields.accBits),
    sumBits: fieldOf(widths!, REGISTERS.WIDTHS.fields.sumBits),
    activationDepth,
    weightDepth,
    foldDepth,
    padDepth,
    resultDepth,
    programDepth,
    partialDepth,
    cell: ARRAY_CELLS[fieldOf(array!, fields.cell)],
    serialFold: fieldOf(array!, fields.serialFold),
    pipelined: fieldOf(widths!, REGISTERS.WIDTHS.fields.pipelined),
    weightPorts: fieldOf(array!, fields.weightPorts),
    weightSegments: fieldOf(widths!, REGISTERS.WIDTHS.fields.weightSegments),
  };
}
