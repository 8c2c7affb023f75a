// SPDX-License-Identifier: Apache-2.0
// `berus cycles` as it is typed: equal to what `berus run` counts in the RTL, SCALE-Sim's sums of its own topology, files
// that appear together or not at all, and one line for every bad input.

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingLines, shownCommands } from '../../scripts/readme/readme.mjs';
import { loadConfiguration } from '../../src/compile/index.ts';
import { networkCounters, occupanciesOf, type Timeline } from '../../src/cycles/index.ts';
import { loadMnist } from '../../src/data/index.ts';
import { loadKernel } from '../../src/kernel/index.ts';
import { readQuantized, shippedWeights, writeQuantized } from '../../src/network/index.ts';
import { inferReference } from '../../src/reference/index.ts';
import type { CyclesReport, RunReport } from '../../src/report/index.ts';
import { root, textOf } from '../house/source-files.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';
import { berus } from './berus.ts';

const RESNET18 = join(root, 'examples', 'scale-sim', 'resnet18.csv');

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berus cycles '));
  // What compiles says so, which no test here expects.
  await loadKernel();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a topology. */
function topology(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

async function cycles(...args: string[]): Promise<CyclesReport> {
  const { code, out, err } = await berus('cycles', ...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as CyclesReport;
}

describe('berus cycles', () => {
  it('should be what berus run counts in the RTL', async () => {
    const args = ['lenet5', '--config', 'tiny', '--images', '5'];
    const ran = JSON.parse((await berus('run', ...args, '--json')).out) as RunReport;
    const form = await cycles(...args);
    const shared = ({
      network,
      config,
      configuration,
      images,
      batches,
      cycles: sums,
      layers,
      ...rest
    }: RunReport | CyclesReport) => ({
      ...{ network, config, configuration, images, batches, sums },
      each: [rest.cyclesPerImage, rest.idealCyclesPerImage, rest.utilization],
      layers: layers.map((layer) => [layer.name, layer.cycles, layer.idealCycles, layer.utilization, layer.sads]),
    });
    expect(shared(form)).toEqual(shared(ran));
    expect(form.batches).toBe(2);
  });

  it('should count what its images let cells of minima skip, and say which they are', async () => {
    const args = ['lenet5', '--config', 'sparse', '--images', '20'];
    const network = readQuantized(shippedWeights('lenet5'));
    const configuration = loadConfiguration('sparse');
    const pictures = loadMnist('test').images.subarray(0, 20 * 784);
    const { maps } = inferReference(network, pictures, 20);
    const occupied = occupanciesOf(network.network, configuration, pictures, maps, 20);
    const form = await cycles(...args);
    expect(form).toMatchObject({ zerosOf: 'mnist', images: 20, batches: 2 });
    const counters = networkCounters(network, configuration, 20, 'output', occupied);
    expect(form.layers.map(({ spent }) => spent)).toEqual(counters.map((layer) => layer.cycles));
    expect(form.layers.every(({ skippedTaps }) => skippedTaps! > 0)).toBe(true);
    const none = await cycles(...args, '--data', 'none');
    expect(none.zerosOf).toBeNull();
    expect(none.cycles!.layers).toBeGreaterThan(1.1 * form.cycles!.layers);
    expect((await berus('cycles', ...args)).out).toMatch(
      /\nskipped is what is 0 in all images of a batch, of the first 20 test images of mnist, or multiplied\s+by no filter: [\d.]+ % of the taps\n/,
    );
    // More images than there are.
    const many = await berus('cycles', 'lenet5', '--config', 'sparse', '--images', '20000');
    expect(many.out).toContain('\nnothing is taken to be 0, so that no tap is skipped');
    expect((await cycles('lenet5')).zerosOf).toBeNull();
  });

  it.each([
    [
      ['lenet5', '--data', 'mnist'],
      'Expected a configuration with cells of minima with --data, but received one without.',
    ],
    [
      ['lenet5', '--config', 'cifar-pairs', '--data', 'mnist'],
      'Expected a configuration of one tap a clock (tapsPerClock) with --data, but received one without.',
    ],
    [
      ['resnet20', '--config', 'sparse', '--data', 'cifar10'],
      'Expected a network with weights with --data, but received one without.',
    ],
    [
      ['lenet5', '--config', 'sparse', '--data', 'mnist', '--images', '20000'],
      'Expected --images to be an integer from 1 to 10000, but received 20000.',
    ],
  ])('should refuse images that it cannot use: %j', async (args, message) => {
    expect(await berus('cycles', ...args)).toMatchObject({ code: 2, out: '', err: `berus: ${message}\n` });
  });

  it('should fill the rows with images unless told', async () => {
    expect(await cycles('lenet5', '--config', 'wide')).toMatchObject({ images: 32, batches: 1 });
    expect(await cycles('lenet5', '--config', 'wide', '--images', '33')).toMatchObject({ images: 33, batches: 2 });
  });

  it('should stand beside SCALE-Sim of its own topology', async () => {
    const report = await cycles(RESNET18);
    expect(report.all.scaleSim.oneImage).toEqual({ code: 6_359_622, paper: 6_506_742 });
    // 16 images of 12,100 pixels are 12,100 folds of 16 rows, 4 of columns, 147 + 30 cycles each.
    expect(report.layers[0]!.scaleSim.together.code).toBe(12_100 * 4 * (147 + 30));
    expect(report.layers[0]!.cycles).toBe(12_100 * 4 * 147 + 42 + 54);
    expect(report.all.sads).toBe(16 * 1_471_181_568);
    expect(report.layers.every((layer) => layer.cycles! / 16 < layer.scaleSim.together.code)).toBe(true);
    // A topology's maps need not fit together, so that nothing is known of the host.
    expect(report).toMatchObject({ network: 'resnet18', cycles: null, cyclesPerImage: null });
    expect(report.buffers.find(({ name }) => name === 'activationDepth')).toEqual({
      name: 'activationDepth',
      unit: 'words',
      needed: 110 * 110 * 64,
      what: 'the output of layer Conv1',
      size: loadConfiguration('default').activationDepth,
      fits: false,
    });
    const ws = await cycles(RESNET18, '--dataflow', 'ws');
    expect(ws.all.scaleSim.oneImage.code).toBe(7_885_584);
    expect(ws.layers.map((layer) => layer.cycles)).toEqual(report.layers.map((layer) => layer.cycles));
  });

  it('should count every layer of ResNet-20, its adder layers hardly above whole tiles', async () => {
    const report = await cycles('resnet20', '--config', 'cifar');
    expect(report.layers.map(({ notCounted }) => notCounted)).toEqual(report.layers.map(() => null));
    expect(report).toMatchObject({ weights: false, batches: 1, cycles: { hidden: 0 } });
    expect(report.buffers.filter(({ fits }) => !fits)).toEqual([]);
    const sum = (part: (layer: CyclesReport['layers'][number]) => number): number =>
      report.layers.reduce((total, layer) => total + part(layer), 0);
    expect(report.all.cycles).toBe(sum(({ cycles: count }) => count!));
    // 40,370,176 absolute differences an image on 256 cells, all of them in use.
    expect(report.adders).toMatchObject({ layers: 20, sads: 16 * 40_370_176, tiledCycles: 40_370_176 / 16 });
    expect(report.adders.overTiled).toBeLessThan(1.001);
    const adders = report.layers.filter(({ cell }) => cell === 'adder');
    for (const { cycles: count, scaleSim } of adders) {
      expect(count! / 16).toBeLessThan(scaleSim.oneImage.code);
      expect(count).toBeLessThan(scaleSim.together.code);
    }
    // What its two other layers add depends on their weights.
    expect(report.layers.filter(({ sads }) => sads === null).map(({ name }) => name)).toEqual(['conv1', 'fc']);
    expect(report.all).toMatchObject({ sads: null, idealCycles: null, utilization: null, tiledCycles: null });
    const { out } = await berus('cycles', 'resnet20', '--config', 'cifar');
    expect(out).toContain(
      'without weights, one plane less than codes have bits is counted, and what their cells add is not',
    );
    expect(out).toMatch(/^adders +20 +2,523,136 +0 +1,080 +2,524,236 +2,523,136 +1\.000$/m);
  });

  it('should take planes and what cells add from weights', async () => {
    const configuration = loadConfiguration('default');
    const kept = layerOf({ input: { height: 6, width: 6, channels: 2 }, kernelHeight: 3, kernelWidth: 3, filters: 3 });
    const layer = { ...kept, cell: 'multiply' } as const;
    // Weights 5 and -3 have two bits each that are 1, and take three planes.
    const weights = Int16Array.from({ length: 54 }, (_, index) => (index % 2 === 0 ? 5 : -3));
    const network = networkOf('small', [quantizedOf(layer, { weights, padCodes: new Uint8Array(2) })]);
    const file = join(folder, 'small.safetensors');
    writeQuantized(file, network);
    const report = await cycles(file);
    expect(report.weights).toBe(true);
    const [counters] = networkCounters(network, configuration, 16);
    expect(report.layers[0]).toMatchObject({ spent: counters!.cycles, events: counters!.events });
    expect(report.layers[0]!.array).toMatchObject({ planes: 3, packed: 4 });
    expect(report.all.sads).toBe(16 * 16 * 54 * 2);
  });

  it('should say which layers run in strips, and what that takes', async () => {
    const config = join(folder, 'shallow.json');
    const sized = (activationDepth: number): void =>
      writeFileSync(config, JSON.stringify({ ...loadConfiguration('tiny'), activationDepth, programDepth: 1024 }));
    const text = async (): Promise<string> =>
      (await berus('cycles', 'lenet5', '--config', config)).out.replaceAll('\n  ', ' ');
    sized(1000);
    // 6 rows of the first map for each of 5 rows of the second, so 30 for 14 of them, of 14 x 4 x 2 tiles of 25 taps;
    // and four records more of each, of 24 clocks of setup and 18 of flush.
    const report = await cycles('lenet5', '--config', config);
    expect(report.strips).toEqual({
      strips: 5,
      layers: [
        { name: 'conv1', rows: 6, haloCycles: 16 * 14 * 4 * 2 * 25, recordCycles: 4 * (24 + 18) },
        { name: 'conv2', rows: null, haloCycles: 0, recordCycles: 4 * (24 + 18) },
      ],
    });
    const whole = await cycles('lenet5', '--config', 'tiny');
    expect(whole.strips).toBeNull();
    expect(report.all.cycles! - whole.all.cycles!).toBe(44_800 + 2 * 168);
    expect(await text()).toContain(
      'in 5 strips of rows, as whole maps do not fit: conv1 to conv2; cycles more for rows that are computed again: ' +
        '44,800 (conv1 44,800); for setup and flush of more records: 336 (conv1 168, conv2 168)',
    );
    sized(900);
    expect((await cycles('lenet5', '--config', config)).all.cycles).toBe(whole.all.cycles);
    expect(await text()).toContain(
      'had activationDepth of 1,176 words for whole maps (it has 900; 904 would do for the maps at the time of layer ' +
        'conv2, with conv1 to conv2 in 5 strips)',
    );
  });

  it('should say what cells do in every clock', async () => {
    for (const args of [
      ['lenet5', '--images', '37'],
      [RESNET18],
      ['lenet5', '--config', 'wide'],
      ['lenet5', '--images', '37', '--config', 'cifar-pairs'],
    ]) {
      const report = await cycles(...args);
      const { rows, columns, tapsPerClock = 1 } = report.configuration;
      for (const { array, cycles: count, utilization, events } of report.layers) {
        const { cells, used, rows: noImage, columns: noFilter, masked, leftOver, waiting } = array!.clocks;
        expect(cells).toBe(rows * columns * tapsPerClock * count!);
        expect(used! + noImage + noFilter + masked! + leftOver + waiting).toBe(cells);
        expect(Math.min(used!, noImage, noFilter, masked!, leftOver, waiting)).toBeGreaterThanOrEqual(0);
        expect(used).toBe(events!.sads);
        expect(used! / cells).toBe(utilization);
      }
    }
  });

  it('should count taps that cells take in twos', async () => {
    const args = ['lenet5', '--config', 'cifar-pairs'];
    const { layers, all } = await cycles(...args);
    const [conv1, conv2] = layers;
    // Rows of seven taps for two pixels side by side: four clocks, five times; 2 x 3 clocks of six channels' 25 positions.
    expect(conv1).toMatchObject({
      tiledCycles: 784 * 13,
      spent: { stream: 392 * 20, scan: 0 },
      skippedTaps: 0,
      array: { packed: 2, columns: 14, taps: 35, tileClocks: 20 },
    });
    expect(conv2).toMatchObject({ spent: { stream: 100 * 75 }, array: { taps: 150, tileClocks: 75 } });
    // 256 cells of two taps.
    expect(all.idealCycles).toBe(all.sads! / 512);
    const { out } = await berus('cycles', ...args);
    expect(out).toContain(
      '\nconfig cifar-pairs: 16x16 cells of minima in blocks of 4x4, 2 taps a clock each, 8-bit codes, 19-bit sums\n',
    );
    expect(out).toContain(' whole tiles, ceil(M/R) ceil(N/C) ceil(K/2)\n');
    expect(out).toMatch(/^layer +packed +planes +columns +taps +clocks +utilization .* masked +left over +waiting$/m);
    expect(out).toMatch(/^conv1 +2 +1 +14 +35 +20 /m);
    expect(out).not.toMatch(/scan|is 0|skipped/);
  });

  it('should pack pixels where filters are few, and take fewer cycles than whole tiles', async () => {
    const report = await cycles('lenet5');
    const [conv1, ...rest] = report.layers;
    expect(conv1).toMatchObject({ tiledCycles: 784 * 25, array: { packed: 2, columns: 12, taps: 35, bound: 'array' } });
    expect(conv1!.spent!.stream).toBe(392 * 35);
    expect(rest.every(({ array }) => array!.packed === 1)).toBe(true);
    // In layers; before packing 2,440.
    expect(report.all.cycles! / 16).toBeLessThan(2_300);
  });

  it('should hide loading under batches that run', async () => {
    const one = await cycles('lenet5', '--images', '16');
    const many = await cycles('lenet5', '--images', '160');
    expect(one.cycles!.hidden).toBe(0);
    // A packet of pictures is a header and a clock more than its words; results are 10 words and 16 classes.
    expect(many.cycles!.hidden).toBe(9 * (784 + 2));
    expect(many.cycles!.resultRead).toBe(10 * (10 + 16));
    expect(many.cyclesPerImage).toBe((10 * (one.cycles!.layers + 26) + 786 + one.cycles!.networkLoad) / 160);
  });

  it('should count groups of a topology, and what is beyond it as SCALE-Sim alone', async () => {
    const file = topology(
      'odd.csv',
      'Layer,a,b,c,d,e,f,g,Stride Width,\nDP,9,9,3,3,8,1,1,1,\nwide,9,9,3,3,8,1,1,2,\nfc,1,1,1,1,9,70000,1,1,\n',
    );
    const report = await cycles(file);
    expect(report.layers.map((layer) => layer.notCounted)).toEqual([
      null,
      'two different strides',
      'filters beyond 65535',
    ]);
    // Eight channels of 49 pixels and 9 taps on 16x16: 4 folds of 9 + 30.
    expect(report.layers[0]!.scaleSim.oneImage.code).toBe(8 * 4 * 39);
    expect(report.layers[0]!.gemm).toEqual({ m: 49, n: 1, k: 9, copies: 8 });
    // Here the seven pixels of a row side by side, 3 x 9 taps, in one pass.
    expect(report.layers[0]!.array).toMatchObject({ packed: 7, columns: 7, taps: 27, tiles: 8 * 7 });
    expect(report.layers[0]!.cycles).toBeLessThan(16 * 8 * 4 * 39);
    const sums = report.layers.map(({ cycles: count, spent, utilization }) => [count, spent, utilization]);
    expect(sums.slice(1)).toEqual([
      [null, null, null],
      [null, null, null],
    ]);
    expect(report).toMatchObject({ cycles: null, cyclesPerImage: null, utilization: null, all: { cycles: null } });
    expect(report.counted).toMatchObject({ layers: 1, cycles: report.layers[0]!.cycles });
    const { out } = await berus('cycles', file);
    expect(out).toContain('not counted, for the array does not compute it (two different strides): wide\n');
    expect(out).toMatch(/^wide +- +- +- +- +- +- +- +-$/m);
  });

  it('should warn on standard error of a comma that is missing', async () => {
    const file = topology('comma.csv', 'Layer, M, N, K,\nfc, 1, 10, 84');
    const { code, out, err } = await berus('cycles', file, '--json');
    expect(code).toBe(0);
    expect((JSON.parse(out) as CyclesReport).layers[0]!.gemm).toEqual({ m: 1, n: 10, k: 84, copies: 1 });
    expect(err).toBe(
      `berus: No comma ends line 2 of ${file}: SCALE-Sim would lose what comes last there, it is kept here.\n`,
    );
  });

  it('should give an example', async () => {
    const { code, out } = await berus('cycles', '--help');
    expect(code).toBe(0);
    expect(out).toMatch(/Example:\n {2}\$ berus cycles resnet18\.csv /);
  });
});

describe('files of berus cycles', () => {
  it('should be the reports and the timeline', async () => {
    const [reports, trace] = [join(folder, 'new', 'reports'), join(folder, 'trace.json')];
    const { code } = await berus('cycles', RESNET18, '--reports', reports, '--timeline', trace);
    expect(code).toBe(0);
    expect(readdirSync(reports).toSorted()).toEqual([
      'BANDWIDTH_REPORT.csv',
      'COMPUTE_REPORT.csv',
      'DETAILED_ACCESS_REPORT.csv',
    ]);
    const lines = readFileSync(join(reports, 'COMPUTE_REPORT.csv'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(22);
    // What it prints of each layer is one less than its cycles.
    const total = lines.slice(1).reduce((sum, line) => sum + Number(line.split(', ')[2]), 0);
    expect(total).toBe(6_359_622 - 21);
    const drawn = JSON.parse(readFileSync(trace, 'utf8')) as Timeline;
    expect(drawn.traceEvents.length).toBeLessThanOrEqual(20_000);
    expect(drawn.otherData['cycles']).toBe((await cycles(RESNET18)).all.cycles);
  });

  it('should be all there or none', async () => {
    const reports = join(folder, 'taken');
    mkdirSync(join(reports, 'DETAILED_ACCESS_REPORT.csv'), { recursive: true });
    const trace = join(folder, 'taken.json');
    const { code, out, err } = await berus('cycles', 'lenet5', '--reports', reports, '--timeline', trace);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toBe(
      `berus: Expected ${join(reports, 'DETAILED_ACCESS_REPORT.csv')} to be a file that can be written, but received a folder.\n`,
    );
    expect(readdirSync(reports)).toEqual(['DETAILED_ACCESS_REPORT.csv']);
    expect(readdirSync(folder)).not.toContain('taken.json');
  });

  it('should take the place of older ones', async () => {
    const reports = join(folder, 'again');
    const compute = async (config: string): Promise<string> => {
      expect(await berus('cycles', 'lenet5', '--config', config, '--reports', reports)).toMatchObject({ code: 0 });
      expect(readdirSync(reports)).toHaveLength(3);
      return readFileSync(join(reports, 'COMPUTE_REPORT.csv'), 'utf8');
    };
    expect(await compute('tiny')).not.toBe(await compute('wide'));
  });
});

describe('bad input', () => {
  const file = (text: string): string => topology('bad.csv', text);
  it.each([
    [() => ['nothing.csv'], 'Expected nothing.csv to be a file that can be read, but received ENOENT.'],
    [() => ['lenet6'], /^Expected a network's name \(lenet5, [^\n]*\), but received lenet6\.$/],
    [() => [], 'Expected NETWORK after the command, but received nothing.'],
    [() => ['lenet5', '--images', '0'], 'Expected --images to be an integer from 1 to 1000000, but received 0.'],
    [() => ['lenet5', '--dataflow', 'rs'], 'Expected --dataflow to be one of os, ws, is, but received rs.'],
    [() => ['lenet5', '--config', 'no'], /^Expected --config to be one of [^\n]* but received no\.$/],
    [() => ['lenet5', '--reports', ''], "Expected --reports to be a folder that can be made, but received ''."],
    [() => ['lenet5', '--timeline', ''], "Expected --timeline to be a file, but received ''."],
    [() => ['lenet5', '--timeline', folder], /^Expected --timeline to be a file, but received the folder [^\n]*\.$/],
    [
      () => [file('Layer, M, N, K,\na, 1, b, 3,\n')],
      /^Expected column 3 \(N\) of line 2 of [^\n]*bad\.csv to be an integer/,
    ],
    [
      () => [file(`Layer, M, N, K,\n${'a, 16777216, 16777216, 1,\n'.repeat(40)}`)],
      /^Expected counts of bad of at most 9007199254740991, but received \d+ for 16 images\.$/,
    ],
    [
      () => [file('N,a,b,c,d,e,f,g,\nDP,1,1,1,1,200000,1,1,\n'), '--reports', join(folder, 'long')],
      'Expected reports of at most 100000 lines, but received 200000 layers and channels.',
    ],
  ])('should be told in one line, %#', async (args, line) => {
    const { code, out, err } = await berus('cycles', ...args());
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const text = /^berus: ([^\n]*)\n$/.exec(err)?.[1];
    if (typeof line === 'string') expect(text).toBe(line);
    else expect(text).toMatch(line);
    expect(readdirSync(folder)).not.toContain('long');
  });

  it.runIf(process.platform === 'linux')('should be a reports folder where none can be', async () => {
    const { code, err } = await berus('cycles', 'lenet5', '--reports', '/proc/none/reports');
    expect(code).toBe(2);
    expect(err).toBe(
      'berus: Expected --reports to be a folder that can be made, but received /proc/none/reports (ENOENT).\n',
    );
  });

  it('should be a reports folder that is a file', async () => {
    const { code, err } = await berus('cycles', 'lenet5', '--reports', RESNET18);
    expect(code).toBe(2);
    expect(err).toBe(`berus: Expected --reports to be a folder that can be made, but received ${RESNET18} (EEXIST).\n`);
  });
});

describe('docs/cycles.md', () => {
  it.each(shownCommands(textOf('docs/cycles.md')))('should show what $command prints', async ({ command, lines }) => {
    const args = command.split(' ').slice(1);
    const { code, out } = await berus(...args.map((word) => (word.startsWith('examples/') ? join(root, word) : word)));
    expect(code).toBe(0);
    expect(missingLines(lines, out)).toEqual([]);
  });
});
