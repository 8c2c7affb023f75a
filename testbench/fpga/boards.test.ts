// SPDX-License-Identifier: Apache-2.0
// What the files of a board say of each other: its clock, its line, its pins.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationNames } from '../../src/compile/index.ts';
import { BAUD } from '../../src/device/index.ts';
import { boardsOfTops } from './board/boards-of-tops.ts';

const boards = boardsOfTops();

/** What icepack writes, at most. */
const BITSTREAM_BYTES: Readonly<Record<string, number>> = { up5k: 104_188, hx8k: 135_180, lp8k: 135_180 };
/** What a flash erases at once. */
const BLOCK = 2 ** 16;

it('should be the four of iCE40 with a top', () => {
  expect(boards.map(({ id }) => id)).toEqual(['hx8k', 'icebreaker', 'tinyfpga-bx', 'upduino']);
});

describe.each(boards)('$id', ({ folder, pll, crystalMHz, clockMHz, uart, configuration, flash, device }) => {
  const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');

  it('should have a clock that its PLL makes, within what the data sheet allows', () => {
    const oscillator = (crystalMHz / (pll.divr + 1)) * (pll.divf + 1);
    expect(oscillator / 2 ** pll.divq).toBeCloseTo(clockMHz, 6);
    expect(oscillator).toBeGreaterThanOrEqual(533);
    expect(oscillator).toBeLessThanOrEqual(1066);
    expect(clockMHz).toBeGreaterThanOrEqual(16);
    expect(clockMHz).toBeLessThanOrEqual(275);
    const set = Object.fromEntries(
      [...textOf('board_clock.v').matchAll(/\.(\w+) +\(\d'd(\d+)\)/g)].map(([, name, value]) => [name, Number(value)]),
    );
    expect(set).toEqual({ DIVR: pll.divr, DIVF: pll.divf, DIVQ: pll.divq, FILTER_RANGE: pll.filterRange });
  });

  it('should have a line as fast as the host takes it for, to 2 %', () => {
    const divider = Number(/DIVIDER +=\s*(\d+)/.exec(textOf('top.v'))![1]);
    expect(uart.baud).toBe(BAUD);
    expect(Math.abs((clockMHz * 1e6) / divider / uart.baud - 1)).toBeLessThan(0.02);
  });

  it('should have a pin for each port, and no other', () => {
    const ports = [...textOf('top.v').matchAll(/^ {4}(?:input|output|inout) +wire (\w+)/gm)].map(([, name]) => name);
    const pins = [...textOf('pins.pcf').matchAll(/^set_io (\w+) +(\w+)/gm)];
    expect(pins.map(([, name]) => name).toSorted()).toEqual(ports.toSorted());
    expect(new Set(pins.map(([, , pin]) => pin)).size).toBe(pins.length);
  });

  it('should look for a network where its flash has one, past the bitstream and at the begin of a block', () => {
    const address = /FLASH +=\s*(\d+)/.exec(textOf('top.v'))?.[1];
    expect(address).toBe(flash && String(flash.offset));
    if (flash === undefined) return;
    expect(flash.offset).toBeGreaterThanOrEqual(
      BITSTREAM_BYTES[device]! + (flash.program.startsWith('tinyprog') ? 0x28000 : 0),
    );
    expect(flash.offset % BLOCK).toBe(0);
    expect(flash.bytes).toBeGreaterThan(flash.offset + 2 * BLOCK);
    expect(flash.bytes).toBeLessThanOrEqual(2 ** 24);
    expect(flash.program).toMatch(/^\w+ .*FILE$/);
  });

  it('should have a configuration', () => {
    expect(configurationNames()).toContain(configuration);
  });
});
