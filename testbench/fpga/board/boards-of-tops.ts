// SPDX-License-Identifier: Apache-2.0
// The boards that a bitstream is made for, with what their clock and their line are made of.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { type Board, boardNames, readBoard } from '../../../fpga/index.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const schema = v.object({
  crystalMHz: v.number(),
  pll: v.object({ divr: count, divf: count, divq: count, filterRange: count }),
  uart: v.object({ baud: count }),
});

/** A board with a top. */
export type BoardOfTop = Board & v.InferOutput<typeof schema>;

/** All boards with a top. */
export function boardsOfTops(): BoardOfTop[] {
  return boardNames()
    .map((id) => readBoard(id))
    .filter(({ top }) => top !== undefined)
    .map((board) => {
      const file: unknown = JSON.parse(readFileSync(join(board.folder, 'board.json'), 'utf8'));
      return { ...board, ...v.parse(schema, file) };
    });
}
