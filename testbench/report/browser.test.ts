// SPDX-License-Identifier: Apache-2.0
// The page in a browser, on a desk and on a phone, by day, by night and on paper: no request, no message, nothing wider
// than the screen, every chart drawn.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOOLS } from '../../scripts/setup/find-tools.mjs';
import { readAreas } from '../../src/energy/index.ts';
import { berus } from '../cli/berus.ts';

/** The program of the first name that is there; undefined where there is none. */
function findBrowser(): string | undefined {
  for (const [name] of TOOLS.browser.commands) {
    try {
      return execFileSync('which', [name!], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      // The next name.
    }
  }
  return undefined;
}

const program = findBrowser();
const folder = mkdtempSync(join(tmpdir(), 'berus page '));
const file = join(folder, "lenet5's <page>.html");
let browser: Browser | undefined;

beforeAll(async () => {
  await berus('report', 'lenet5', '--out', file);
  // The page is ours, and root has no sandbox.
  if (program !== undefined) browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
}, 60_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a page says of itself. */
interface Seen {
  readonly width: number;
  readonly charts: readonly { readonly across: number; readonly height: number; readonly marks: number }[];
  readonly paper: string;
  /** Rows of the table of areas that are drawn. */
  readonly areas: number;
  /** Height of the smallest text of a chart in pixels. */
  readonly letters: number;
}

const LOOK = `(() => {
  const charts = [...document.querySelectorAll('svg.chart')];
  const size = (mark) => mark.getBoundingClientRect();
  return {
    width: document.documentElement.scrollWidth,
    charts: charts.map((chart) => ({
      across: size(chart).width,
      height: size(chart).height,
      marks: [...chart.querySelectorAll('rect,circle,path')].filter((mark) => size(mark).width + size(mark).height > 0).length,
    })),
    areas: [...document.querySelectorAll('section')]
      .filter((one) => one.querySelector('h2').textContent === 'Area and clock')
      .flatMap((one) => [...one.querySelectorAll('tbody tr')])
      .filter((row) => size(row).height > 8 && [...row.cells].every((cell) => size(cell).width > 8)).length,
    paper: getComputedStyle(document.body).backgroundColor,
    letters: Math.min(...charts.flatMap((chart) => [...chart.querySelectorAll('text')].map((text) => size(text).height))),
  };
})()`;

describe('the page in a browser', () => {
  it.for([
    ['a desk by day', 1280, 'light', 'screen'],
    ['a desk by night', 1280, 'dark', 'screen'],
    ['a phone', 360, 'light', 'screen'],
    ['paper', 800, 'dark', 'print'],
  ] as const)('should be whole on %s', async ([, width, colorScheme, media], { skip }) => {
    if (browser === undefined) return skip('no headless Chromium');
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const requests: string[] = [];
    const messages: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(String(error)));
    await page.emulateMedia({ media, colorScheme });
    await page.goto(pathToFileURL(file).href);
    const seen = await page.evaluate<Seen>(LOOK);
    await page.close();
    expect(requests).toEqual([pathToFileURL(file).href]);
    expect(messages).toEqual([]);
    expect(seen.width).toBeLessThanOrEqual(width);
    expect(seen.charts).toHaveLength(7);
    for (const { across, height, marks } of seen.charts) {
      expect(across).toBeGreaterThan(250);
      expect(height).toBeGreaterThan(50);
      expect(marks).toBeGreaterThan(5);
    }
    expect(seen.areas).toBe(readAreas().areas.length + 1);
    expect(seen.paper).toBe(colorScheme === 'dark' && media === 'screen' ? 'rgb(20, 23, 26)' : 'rgb(255, 255, 255)');
    expect(seen.letters).toBeGreaterThanOrEqual(9);
  });
});
