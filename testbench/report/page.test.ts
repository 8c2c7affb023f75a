// SPDX-License-Identifier: Apache-2.0
// The page of a network: its figures are those of the commands beside it, and it needs nothing but itself.

import { describe, expect, it } from 'vitest';
import { compileNetwork, loadConfiguration } from '../../src/compile/index.ts';
import { networkCounters, scheduleNetwork } from '../../src/cycles/index.ts';
import { readAreas } from '../../src/energy/index.ts';
import { readQuantized, shippedWeights } from '../../src/network/index.ts';
import { cellUse, columnOperations } from '../../src/report/cell-use.ts';
import { makePage } from '../../src/report/index.ts';
import { randomCase } from '../support/integer-networks.ts';
import { SMALL_CONFIGURATIONS } from '../support/configurations.ts';

const lenet5 = readQuantized(shippedWeights('lenet5'));

function pageOf(choice: 'output' | 'weight' | 'layers', name = 'default'): string {
  const given = loadConfiguration('default');
  const configuration = choice === 'output' ? given : { ...given, partialDepth: 1024, weightDepth: 8192 };
  const images = choice === 'layers' ? 3 : 40;
  const { network, schedule } = scheduleNetwork(lenet5, configuration, images, choice);
  const question = { network, configName: name, configuration, images, schedule };
  return makePage(question, "berus report 'a <b>'", '1.2.3');
}

describe('columnOperations', () => {
  it('should add up to the absolute differences of an image', () => {
    const configuration = loadConfiguration('default');
    const columns = columnOperations(compileNetwork(lenet5, configuration));
    expect(columns).toHaveLength(16);
    expect(columns.reduce((sum, value) => sum + value, 0)).toBe(416_520);
    // Two pixels of six filters leave four columns idle in the first layer: 11,760 tiles of pixels of 25 taps.
    expect(columns[0]! - columns[15]!).toBeGreaterThanOrEqual((784 / 2) * 25);
  });

  it('should do so for random networks, with planes, groups and segments', () => {
    const configuration = { ...SMALL_CONFIGURATIONS['3x5']!, weightDepth: 240, programDepth: 64 * 40 };
    let tried = 0;
    let segments = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const limits = { bits: [8], maxLayers: 3, maxImages: 1, maxChannels: 4, maxFilters: 12, onArray: true };
      const { network } = randomCase(seed, limits);
      try {
        const compiled = compileNetwork(network, configuration);
        const sads = networkCounters(network, configuration, 1).reduce((sum, { events }) => sum + events.sads, 0);
        expect(columnOperations(compiled).reduce((sum, value) => sum + value, 0)).toBe(sads);
        tried++;
        segments += compiled.segments.length;
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    }
    expect(tried).toBeGreaterThan(10);
    expect(segments).toBeGreaterThan(0);
  });
});

describe('the page of an array of products', () => {
  it('should show it alone', () => {
    const configuration = loadConfiguration('twin');
    const network = readQuantized(shippedWeights('lenet5-cnn'));
    const question = { network, configName: 'twin', configuration, images: 16, schedule: 'output' as const };
    const page = makePage(question, 'berus report', '1.2.3');
    expect(page).toContain('<h2>Energy</h2>');
    expect(page).toContain('<th scope="col">products</th>');
    expect(page).not.toMatch(
      /beside the same array|with multipliers|nJ, (adders|multipliers)|adders and|arithmetic gain/,
    );
  });
});

describe('cellUse', () => {
  it('should leave rows idle that a short last batch does not fill', () => {
    const configuration = loadConfiguration('default');
    const use = cellUse(compileNetwork(lenet5, configuration), 20, 2, 1e6);
    const sums = use.map((row) => Math.round(row.reduce((sum, share) => sum + share, 0) * 1e6));
    expect(sums).toEqual([...Array(4).fill(2 * 416_520), ...Array(12).fill(416_520)]);
  });
});

describe.each(['output', 'weight', 'layers'] as const)('the page of lenet5 with schedule %s', (schedule) => {
  const page = pageOf(schedule);

  it('should need nothing but itself', () => {
    expect(page).not.toMatch(/<script|@import|url\(|\bsrc=|<iframe|<link(?! rel="icon" href="data:,")/);
    expect(page.startsWith('<!doctype html>')).toBe(true);
    expect(page.endsWith('</html>\n')).toBe(true);
  });

  it('should draw every chart, with finite numbers', () => {
    const charts = [...page.matchAll(/<svg class="chart"[^>]*aria-label="([^"]*)"/g)].map(([, label]) => label);
    expect(charts).toEqual([
      'Cycles of each layer by what they are spent on',
      'Energy an image by part, adders and multipliers',
      'Energy of each layer by part',
      ...(schedule === 'output' ? ['Utilization of each cell'] : []),
      'Roofline of the array',
      'Timeline of the first batch',
      'Layers of lenet5',
    ]);
    expect(page).not.toMatch(/NaN|Infinity|undefined|\[object/);
  });

  it('should have the areas and clocks that were measured, and the cells to take', () => {
    const part = /<h2>Area and clock<\/h2>[\s\S]*?<\/section>/.exec(page)![0];
    const { areas, command, date } = readAreas();
    expect([...part.matchAll(/<tbody>|<tr>/g)].length - 1).toBe(1 + areas.length + 1);
    for (const { name, fpgaMHz } of areas) {
      expect(part).toContain(`<td>${name.replaceAll('_', ' ')}</td>`);
      if (fpgaMHz !== null) expect(part).toContain(`<td>${fpgaMHz.toFixed(1)}</td>`);
    }
    expect(part).toContain(`<pre>${command}</pre>`);
    expect(part).toContain(`Measured ${date}`);
    const chosen = /<p>Cells to take: (minima|distances) in standard cells \(minima: 0\.\d\d of the energy\), /.test(
      part,
    );
    expect(chosen).toBe(schedule === 'output');
  });

  it('should write what it was given as text', () => {
    expect(page).toContain("<pre>berus report 'a &lt;b&gt;'</pre>");
    expect(pageOf(schedule, '<i>')).toContain('<h1>lenet5 on &lt;i&gt;</h1>');
  });
});
