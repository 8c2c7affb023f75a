// SPDX-License-Identifier: Apache-2.0
// The examples' Verilog is clean in three tools at the edges of its parameters, and an illegal parameter stops all
// three with its own name.

import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../house/source-files.ts';
import { TOOLS, type Parameters } from './tools.ts';

const EXAMPLES = join(root, 'examples');

/** The Verilog files of an example. */
function sourcesOf(example: string): string[] {
  const names = readdirSync(join(EXAMPLES, example)).filter((name) => name.endsWith('.v'));
  return names.toSorted().map((name) => join(EXAMPLES, example, name));
}

const names = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .filter((name) => sourcesOf(name).length > 0);
const modules = names.flatMap((example) => sourcesOf(example).map((path) => [example, basename(path, '.v')] as const));

const EDGES: readonly (readonly [example: string, top: string, parameters: Parameters])[] = [
  ['fifo', 'fifo', { WIDTH: 1, DEPTH: 2 }],
  ['fifo', 'fifo', { WIDTH: 100, DEPTH: 5 }],
  ['axi-lite', 'registers', { COUNT: 1, W_ADDRESS: 32 }],
  ['axi-lite', 'registers', { COUNT: 16, W_ADDRESS: 7 }],
  ['cdc', 'synchroniser', { WIDTH: 70 }],
  ['cdc', 'async_fifo', { WIDTH: 1, W_ADDRESS: 2 }],
  ['cdc', 'async_fifo', { WIDTH: 65, W_ADDRESS: 10 }],
  ['uart', 'uart_tx', { DIVIDER: 2 }],
  ['uart', 'uart', { DIVIDER: 4 }],
  ['uart', 'uart', { DIVIDER: 10417 }],
];

const ILLEGAL: readonly (readonly [example: string, top: string, parameters: Parameters, message: string])[] = [
  ['fifo', 'fifo', { WIDTH: 0 }, 'error_WIDTH_must_be_at_least_1'],
  ['fifo', 'fifo', { DEPTH: 1 }, 'error_DEPTH_must_be_at_least_2'],
  ['axi-lite', 'registers', { COUNT: 0 }, 'error_COUNT_must_be_from_1_to_16'],
  ['axi-lite', 'registers', { COUNT: 17 }, 'error_COUNT_must_be_from_1_to_16'],
  ['axi-lite', 'registers', { W_ADDRESS: 6 }, 'error_W_ADDRESS_must_be_from_7_to_32'],
  ['axi-lite', 'registers', { W_ADDRESS: 33 }, 'error_W_ADDRESS_must_be_from_7_to_32'],
  ['cdc', 'synchroniser', { WIDTH: 0 }, 'error_WIDTH_must_be_at_least_1'],
  ['cdc', 'async_fifo', { WIDTH: 0 }, 'error_WIDTH_must_be_at_least_1'],
  ['cdc', 'async_fifo', { W_ADDRESS: 1 }, 'error_W_ADDRESS_must_be_at_least_2'],
  ['uart', 'uart_tx', { DIVIDER: 1 }, 'error_DIVIDER_must_be_at_least_2'],
  ['uart', 'uart_rx', { DIVIDER: 3 }, 'error_DIVIDER_must_be_at_least_4'],
  ['uart', 'uart', { DIVIDER: 3 }, 'error_DIVIDER_must_be_at_least_4'],
];

describe.each(Object.keys(TOOLS))('%s', (tool) => {
  it.each(modules)('should find nothing in %s: %s', (example, top) => {
    expect(TOOLS[tool]!(top, {}, sourcesOf(example))).toEqual({ status: 0, messages: '' });
  });

  it.each(EDGES)('should find nothing in %s: %s %j', (example, top, parameters) => {
    expect(TOOLS[tool]!(top, parameters, sourcesOf(example))).toEqual({ status: 0, messages: '' });
  });

  it.each(ILLEGAL)('should stop at %s: %s %j', (example, top, parameters, message) => {
    const { status, messages } = TOOLS[tool]!(top, parameters, sourcesOf(example));
    expect(status).not.toBe(0);
    expect(messages).toContain(message);
  });
});

it('should see every example', () => {
  expect(names).toEqual(['axi-lite', 'cdc', 'fifo', 'uart']);
  expect(modules).toHaveLength(7);
});
