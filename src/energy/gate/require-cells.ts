// SPDX-License-Identifier: Apache-2.0
// The cells without which Yosys makes no netlist of an array: a plain register, an inverter and a gate of two inputs.

import { parseFunction, valueOf } from './boolean.ts';
import { LibertyError } from './liberty-error.ts';
import type { Library, LibraryCell } from './library.ts';

/** Values of a cell's only output for every value of its inputs, which are so many; undefined of other cells. */
function truthOf({ pins, register, otherState }: LibraryCell, inputs: number): string | undefined {
  const names = pins.filter(({ direction }) => direction === 'input').map(({ name }) => name);
  const outputs = pins.filter(({ direction }) => direction === 'output');
  const text = outputs[0]?.function;
  if (register || otherState || names.length !== inputs || outputs.length !== 1 || text === undefined) return undefined;
  if (outputs[0]!.threeState !== undefined) return undefined;
  const value = parseFunction(text);
  return Array.from({ length: 2 ** inputs }, (_, code) =>
    Number(valueOf(value, new Set(names.filter((_name, i) => (code >> i) & 1)))),
  ).join('');
}

/** Whether a cell takes a pin's value at each rising edge, and does nothing else. */
function isPlainRegister({ register, otherState, pins }: LibraryCell): boolean {
  if (!register || otherState || register.falling) return false;
  const { clear, preset, nextState } = register;
  return clear === undefined && preset === undefined && pins.some(({ name }) => name === nextState.trim());
}

const AND_LIKE = new Set(['0001', '1110', '0111', '1000']);

/**
 * Checks that a library has what any netlist needs.
 * @throws {LibertyError} naming what it lacks
 */
export function requireCells({ name, cells }: Library): void {
  const all = [...cells.values()];
  const needed: readonly (readonly [what: string, is: (cell: LibraryCell) => boolean])[] = [
    ['a register at the rising edge, without clear and preset', isPlainRegister],
    ['an inverter', (cell) => truthOf(cell, 1) === '10'],
    ['an AND, NAND, OR or NOR of two inputs', (cell) => AND_LIKE.has(truthOf(cell, 2) ?? '')],
  ];
  for (const [what, is] of needed) {
    if (!all.some(is))
      throw new LibertyError(`Expected library ${name} to have a cell that is ${what}, but it has none.`);
  }
}
