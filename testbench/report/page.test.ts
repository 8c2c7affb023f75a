// SPDX-License-Identifier: Apache-2.0
// The page of a network: its figures are those of the commands beside it, and it needs nothing but itself.

import { describe, expect, it } from 'vitest';
import { compileNetwork, loadConfiguration } from '../../src/compile/index.ts';
import { networkCounters, occupanciesOf, scheduleNetwork } from '../../src/cycles/index.ts';
import { type Band, readAreas } from '../../src/energy/index.ts';
import { type Codes, layerGeometry, mapSize, readQuantized, shippedWeights } from '../../src/network/index.ts';
import { cellUse, columnOperations } from '../../src/report/cell-use.ts';
import { countedRun, makeEnergyReport, makePage } from '../../src/report/index.ts';
import { decimal } from '../../src/report/columns.ts';
import { areaSection } from '../../src/report/page/area-section.ts';
import { randomCase } from '../support/integer-networks.ts';
import { SMALL_CONFIGURATIONS } from '../support/configurations.ts';

const lenet5 = readQuantized(shippedWeights('lenet5'));

/** Pictures and maps of so many images that are 0 everywhere, and how many there are. */
function blankImages(count: number): [pictures: Codes, maps: Codes[], count: number] {
  const maps = lenet5.network.layers.map((layer) => new Uint8Array(mapSize(layerGeometry(layer).output) * count));
  return [new Uint8Array(28 * 28 * count), maps, count];
}

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
      /beside the same array|with (minima|multipliers)|nJ, (distances|minima|multipliers)|multipliers and|arithmetic gain/,
    );
  });
});

describe('the page of an array of several taps a clock', () => {
  const configuration = loadConfiguration('cifar-pairs');
  const question = {
    network: lenet5,
    configName: 'cifar-pairs',
    configuration,
    images: 16,
    schedule: 'output' as const,
  };

  it('should say so, and measure what is reached by it', () => {
    const page = makePage(question, 'berus report', '1.2.3');
    expect(page).toContain('<b>16x16</b>cells, 2 taps a clock each, 8-bit codes');
    expect(page).toContain(
      'Flat: all 256 cells, of 2 taps each. Slope: 2 activation words and 2 weight words a clock, 68.0 bytes.',
    );
    expect(page).toContain('512 a clock: every cell');
    expect(page).toContain('Of the taps that each cell could take in its clocks, the share that it adds');
    expect(page).toContain('<p>Cells of minima: of several taps a clock, no tap is skipped.</p>');
  });

  it('should have no cell that adds more than it can', () => {
    const counters = networkCounters(lenet5, configuration, 16);
    const cycles = counters.reduce((sum, layer) => sum + layer.cycles.total, 0);
    const shares = cellUse(compileNetwork(lenet5, configuration), 16, 1, cycles).flat();
    expect(Math.max(...shares)).toBeLessThan(1);
    expect(shares.reduce((sum, share) => sum + share, 0) * 2 * cycles).toBeCloseTo(
      counters.reduce((sum, { events }) => sum + events.sads, 0),
      3,
    );
  });
});

describe('the page of an array of distances', () => {
  const fault = new RangeError('Expected images, but received none.');
  const question = {
    network: lenet5,
    configName: 'default',
    configuration: loadConfiguration('default'),
    images: 16,
    schedule: 'output' as const,
  };
  const nanojoules = ({ typical }: Band): string => decimal(typical, 1);

  it('should show minima between them and multipliers, in the chart, the facts and the tables', () => {
    const occupied = occupanciesOf(lenet5.network, question.configuration, ...blankImages(16));
    const zeros = { data: 'blank <1>', occupied };
    const asked = { ...question, minima: { zeros } };
    const { energyPerImage, minima, twin, offChip } = makeEnergyReport(asked, countedRun(asked));
    expect(minima!.energyPerImage.compute.typical).toBeLessThan(0.5 * energyPerImage.compute.typical);
    const page = makePage(asked, 'berus report', '1.2.3');
    const totals = [...page.matchAll(/<title>total, (\w+): [\d,.]+ to ([\d,.]+) to [\d,.]+ nJ an image<\/title>/g)];
    expect(totals.map(([, cells, middle]) => [cells, middle])).toEqual([
      ['distances', nanojoules(energyPerImage)],
      ['minima', nanojoules(minima!.energyPerImage)],
      ['multipliers', nanojoules(twin.energyPerImage)],
    ]);
    expect(page).toContain(`<b>${nanojoules(minima!.energyPerImage)} nJ</b>with minima`);
    expect(page).toContain('<th scope="col">nJ, minima</th><th scope="col">nJ, multipliers</th>');
    expect(page).toContain(
      `<td>${nanojoules(minima!.layers[0]!.energy)}</td><td>${nanojoules(twin.layers[0]!.energy)}</td></tr>`,
    );
    expect(page).toContain(`<td>${decimal(minima!.arraySizes[2]!.energy, 1)}</td>`);
    const [{ loadedOnce, loadedEachBatch }, beside] = [offChip.types[0]!, minima!.offChip[0]!];
    const over = [beside.loadedOnce / loadedOnce.adder, beside.loadedEachBatch / loadedEachBatch.adder];
    expect(page).toContain('<th scope="col">minima, kept</th><th scope="col">anew</th>');
    expect(page).toContain(over.map((ratio) => `<td>${decimal(ratio, 2)}</td>`).join(''));
    expect(page).toContain('of the first 16 test images of blank &lt;1&gt;, or multiplied by no filter.</p>');
    expect(page).toContain('Minima cost ');
  });

  it('should say why there are none where there are none', () => {
    const page = makePage({ ...question, minima: { fault } }, 'berus report', '1.2.3');
    expect(page).toContain('<p>No cells of minima beside: Expected images, but received none.</p>');
    expect(page).toContain('aria-label="Energy an image by part, distances and multipliers"');
    expect(page).not.toMatch(/with minima|nJ, minima|minima, kept|Minima cost/);
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
      // Cells of minima have one schedule for all layers.
      `Energy an image by part, ${schedule === 'layers' ? 'distances' : 'distances, minima'} and multipliers`,
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

  it('should have the taps that arrays take in a clock', () => {
    const { areas, ...about } = readAreas();
    const [one] = areas;
    const shown = areaSection({ ...about, areas: [one!, { ...one!, tapsPerClock: 4 }] }, null);
    const lines = [...shown.matchAll(/<tr><td>(.*?)<\/td><td>(.*?)<\/td>/g)].map(([, , taps]) => taps);
    expect(lines).toEqual(['1', '4', '']);
  });

  it('should write what it was given as text', () => {
    expect(page).toContain("<pre>berus report 'a &lt;b&gt;'</pre>");
    expect(pageOf(schedule, '<i>')).toContain('<h1>lenet5 on &lt;i&gt;</h1>');
  });
});
