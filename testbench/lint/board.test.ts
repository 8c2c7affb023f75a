// SPDX-License-Identifier: Apache-2.0
// The link and the tops of the boards are clean in three tools, at the edges of their parameters, too; an illegal one
// stops all three with its own name.

import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import { coreParameters } from '../../src/device/index.ts';
import { root } from '../house/source-files.ts';
import { readBoard } from '../../fpga/index.ts';
import { boardsOfTops } from '../fpga/board/boards-of-tops.ts';
import { boardSources } from '../fpga/board/simulated-board.ts';
import { type Parameters, TOOLS } from './tools.ts';

const files = boardSources().filter((path) => /\/fpga\/link\/|\/ram_1r1w\.v$/.test(path));
const link = files.filter((path) => path.includes('/fpga/link/')).map((path) => basename(path, '.v'));

function sourcesOf(top: string): string[] {
  return top === 'serial_accelerator' ? boardSources().filter((path) => !path.endsWith('flash_pins.v')) : files;
}

/** Verilog of a board around a stand-in for what all have in common. */
function aroundStandIn(id: string): string[] {
  const own = boardSources(id).filter((path) => /\/(top|board_clock|power_on_reset)\.v$/.test(path));
  const { folder, sources = [] } = readBoard(id);
  const shared = sources.map((path) => join(folder, path));
  const pins = sources.length > 0 ? [join(import.meta.dirname, 'cells', 'SB_IO.v')] : [];
  return [...own, ...shared, ...pins, join(root, 'testbench', 'fpga', 'board', 'serial_accelerator.v')];
}

const tiny = loadConfiguration('tiny');

const EDGES: readonly (readonly [top: string, parameters: Parameters])[] = [
  ['host_link', { STREAM_BYTES: 8, RESULT_BYTES: 2, W_TIMEOUT: 4 }],
  ['host_link', { STREAM_BYTES: 136, RESULT_BYTES: 128, W_TIMEOUT: 20 }],
  ['flash_reader', { ADDRESS: 2 ** 24 - 1, W_WAKE: 6 }],
  ['flash_reader', { ADDRESS: 2 ** 24 - 2, FEED: 1, W_WAKE: 7, DUAL: 1 }],
  ['serial_accelerator', { ...coreParameters({ ...tiny, weightSegments: 1 }), FLASH: 2 ** 20, FLASH_DUAL: 1 }],
  ['segment_player', { COLUMNS: 1, W_DATA: 2, W_BEAT: 64 }],
  ['segment_player', { COLUMNS: 64, W_DATA: 16, W_BEAT: 1088 }],
  ['segment_player', { COLUMNS: 9, W_DATA: 9, W_BEAT: 96 }],
  ['uart_rx', { DIVIDER: 4 }],
  ['uart_tx', { DIVIDER: 4 }],
  ['uart_rx', { DIVIDER: 5000 }],
  ['uart_tx', { DIVIDER: 5000 }],
  ['serial_accelerator', { ...coreParameters(tiny), FLASH: 2 ** 20 }],
  ['serial_accelerator', coreParameters({ ...tiny, rows: 7, columns: 2, dataBits: 16, accBits: 32, sumBits: 40 })],
];

const ILLEGAL: readonly (readonly [top: string, parameters: Parameters, message: string])[] = [
  ['uart_rx', { DIVIDER: 3 }, 'error_DIVIDER_must_be_at_least_4'],
  ['uart_tx', { DIVIDER: 3 }, 'error_DIVIDER_must_be_at_least_4'],
  ['flash_reader', { W_WAKE: 5 }, 'error_W_WAKE_must_be_at_least_6'],
  ['segment_player', { W_BEAT: 56 }, 'error_W_BEAT_must_be_at_least_64_and_hold_a_word'],
  ['segment_player', { COLUMNS: 12, W_BEAT: 96 }, 'error_W_BEAT_must_be_at_least_64_and_hold_a_word'],
  ['host_link', { STREAM_BYTES: 7 }, 'error_STREAM_BYTES_must_be_at_least_8'],
  ['host_link', { RESULT_BYTES: 1 }, 'error_RESULT_BYTES_must_be_from_2_to_254'],
  ['host_link', { RESULT_BYTES: 255 }, 'error_RESULT_BYTES_must_be_from_2_to_254'],
];

describe.each(Object.keys(TOOLS))('%s', (tool) => {
  it.each(link)('should find nothing in %s', (top) => {
    expect(TOOLS[tool]!(top, {}, sourcesOf(top))).toEqual({ status: 0, messages: '' });
  });

  it.each(EDGES)('should find nothing in %s %j', (top, parameters) => {
    expect(TOOLS[tool]!(top, parameters, sourcesOf(top))).toEqual({ status: 0, messages: '' });
  });

  it.each(boardsOfTops())('should find nothing in the top of $id', ({ id }) => {
    expect(TOOLS[tool]!('top', coreParameters(tiny), aroundStandIn(id))).toEqual({ status: 0, messages: '' });
  });

  it.each(ILLEGAL)('should stop at %s %j', (top, parameters, message) => {
    const { status, messages } = TOOLS[tool]!(top, parameters, files);
    expect(status).not.toBe(0);
    expect(messages).toContain(message);
  });
});

it('should see every module of the link', () => {
  expect(link).toHaveLength(10);
});
