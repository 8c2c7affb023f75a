// SPDX-License-Identifier: Apache-2.0
// What the files of a board say of each other: its clock, its line, its pins.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { configurationNames } from '../../src/compile/index.ts';
import { BAUD } from '../../src/device/index.ts';
import { boardsOfTops } from './board/boards-of-tops.ts';

const boards = boardsOfTops();

it('should be the four of iCE40 with a top', () => {
  expect(boards.map(({ id }) => id)).toEqual(['hx8k', 'icebreaker', 'tinyfpga-bx', 'upduino']);
});

describe.each(boards)('$id', ({ folder, pll, crystalMHz, clockMHz, uart, configuration }) => {
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
    const ports = [...textOf('top.v').matchAll(/^ {4}(?:input|output) +wire (\w+)/gm)].map(([, name]) => name);
    const pins = [...textOf('pins.pcf').matchAll(/^set_io (\w+) +(\w+)/gm)];
    expect(pins.map(([, name]) => name).toSorted()).toEqual(ports.toSorted());
    expect(new Set(pins.map(([, , pin]) => pin)).size).toBe(pins.length);
  });

  it('should have a configuration', () => {
    expect(configurationNames()).toContain(configuration);
  });
});
