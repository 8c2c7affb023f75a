// SPDX-License-Identifier: Apache-2.0
// What of a board is built: all of it, or a part of the accelerator alone, with cells of any kind.

import {
  ARRAY_CELLS,
  type ArrayCell,
  type Configuration,
  coreParameters,
  rtlSources,
} from '../../src/compile/index.ts';
import type { Toolchain } from '../toolchain/index.ts';
import type { Board } from './board.ts';
import { boardDesign, type Design, parametersOf, sourceFile } from './design.ts';
import { pinLight } from './pin-light.ts';
import type { Stages } from './stages.ts';

/** What can be built. */
export type Part = 'board' | 'core' | 'array';

/** What may be asked for. */
export const PARTS: readonly Part[] = ['board', 'core', 'array'];

/** The part of a request: which board, how large, of what. */
export interface PartRequest {
  readonly board: Board;
  readonly configuration: Configuration;
  readonly part: Part;
  readonly cell: ArrayCell;
  /** Another file of pins than the board's. */
  readonly pins?: string | undefined;
  /** MHz that the clock is to reach. @defaultValue the board's */
  readonly clockMHz?: number | undefined;
}

/** Bits that a sum of cells has more than one of distances. */
function moreBits(cell: ArrayCell, { dataBits }: Configuration): number {
  return cell === 'minimum' ? 1 : cell === 'product' ? dataBits : 0;
}

/** Whether cells are pipelined: those of products never are. */
function isPipelined({ pipelined }: Configuration, cell: ArrayCell): boolean {
  return pipelined === 1 && cell !== 'product';
}

/** Parameters of the RTL for cells of another kind than the configuration's, with sums that are as long as they need be. */
function partParameters(configuration: Configuration, cell: ArrayCell): Record<string, number> {
  const parameters = coreParameters(configuration);
  const own: ArrayCell = configuration.cell ?? 'distance';
  const more = moreBits(cell, configuration) - moreBits(own, configuration);
  return {
    ...parameters,
    W_ACC: configuration.accBits + more,
    W_SUM: configuration.sumBits + Math.max(0, more),
    CELL: ARRAY_CELLS.indexOf(cell),
    PIPELINED: Number(isPipelined(configuration, cell)),
  };
}

/**
 * The design of a part.
 * @throws {RangeError} when the board has no top of its own and is asked for whole
 */
export async function partDesign(request: PartRequest, toolchain: Toolchain, stages: Stages): Promise<Design> {
  const { board, configuration, part, cell } = request;
  const clockMHz = request.clockMHz ?? board.clockMHz;
  if (part === 'board') {
    const own = configuration.cell ?? 'distance';
    if (cell !== own) {
      throw new RangeError(`Expected --part to be array with cells of another kind than ${own}, but received board.`);
    }
    return { ...boardDesign(board, configuration, request.pins), clockMHz };
  }
  const array = isPipelined(configuration, cell) ? 'pipelined_array' : 'adder_array';
  const top = part === 'array' ? array : 'adder_core';
  const sources = rtlSources().map((path) => sourceFile(path));
  const sizes = partParameters(configuration, cell);
  const inner: Design = {
    title: `the ${part}`,
    top,
    sources:
      part === 'array'
        ? sources.filter(({ name }) => /^(adder_(array|row)|pipelined_(array|cell))\.v$/.test(name))
        : sources,
    parameters: parametersOf(top, sources, sizes),
    sizes,
    family: board.family,
    device: board.device,
    package: board.package,
    synthesis: board.synthesis ?? [],
    clockMHz,
  };
  return pinLight(inner, part === 'array' ? 'array_u' : 'core_u', toolchain, stages);
}
