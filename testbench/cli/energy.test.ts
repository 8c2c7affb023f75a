// SPDX-License-Identifier: Apache-2.0
// `berus energy` as it is typed: the same estimate as that of a run, laws of the comparison, and one line for bad input.

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import { arrayRegisterBits, eachEvent } from '../../src/energy/array-events.ts';
import { readMeasuredTable } from '../../src/energy/index.ts';
import { cellOf } from '../../src/energy/estimate.ts';
import { loadKernel } from '../../src/kernel/index.ts';
import type { EnergyCommandReport, RunReport } from '../../src/report/index.ts';
import { berus } from './berus.ts';

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'berus energy '));
  // What compiles says so, which no test here expects.
  await loadKernel();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The table that comes with the package, its list of lanes empty. */
const OSU018_WITHOUT_LANES = JSON.stringify({ ...readMeasuredTable('osu018'), lanes: [] });

async function energy(...args: string[]): Promise<EnergyCommandReport> {
  const { code, out, err } = await berus('energy', ...args, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as EnergyCommandReport;
}

describe('berus energy', () => {
  it.each(['distance', 'minimum'])('should be what berus run estimates, with cells of kind %s', async (cell) => {
    const config = join(folder, `${cell}.json`);
    writeFileSync(config, JSON.stringify({ ...loadConfiguration('tiny'), cell }));
    const args = ['lenet5', '--config', config, '--images', '5'];
    const ran = (JSON.parse((await berus('run', ...args, '--json')).out) as RunReport).energyPerImage!;
    const form = await energy(...args);
    const { sources: _, multiplierTwin, multiplierRatio, minima, minimaRatio, ...adder } = ran;
    expect(form.energyPerImage).toEqual(adder);
    expect(form.twin.energyPerImage).toEqual(multiplierTwin);
    expect(form.multiplierRatio).toEqual(multiplierRatio);
    expect([minima, minimaRatio]).toEqual([form.minima?.energyPerImage ?? null, form.minima?.ratio ?? null]);
    expect(minima === null).toBe(cell === 'minimum');
  });

  it('should add up, and cost the twin only more arithmetic and longer sums', async () => {
    const { layers, host, energyPerImage, twin, sources } = await energy('lenet5');
    for (const { layers: parts, host: moved, energyPerImage: total } of [{ layers, host, energyPerImage }, twin]) {
      const sum = parts.reduce((before, { energy: part }) => before + part.typical, moved.typical);
      expect(sum / total.typical).toBeCloseTo(1, 10);
    }
    expect(twin.energyPerImage.offChip).toEqual(energyPerImage.offChip);
    expect(twin.energyPerImage.compute.typical).toBeGreaterThan(energyPerImage.compute.typical);
    expect(layers.reduce((before, { operations }) => before + operations, 0)).toBe(416_520);
    for (const source of Object.values(sources).flat()) {
      expect(Object.values(source).every((text) => text.length > 0)).toBe(true);
    }
  });

  it('should leave out what its images let cells of minima skip, and say which they are', async () => {
    const args = ['lenet5', '--config', 'sparse', '--images', '20'];
    const [form, none] = [await energy(...args), await energy(...args, '--data', 'none')];
    expect([form.zerosOf, none.zerosOf]).toEqual(['mnist', null]);
    for (const [some, all] of [
      [form, none],
      [form.twin, none.twin],
    ] as const) {
      expect(some.energyPerImage.compute.typical).toBeLessThan(0.95 * all.energyPerImage.compute.typical);
    }
    expect(form.energyPerImage.offChip).toEqual(none.energyPerImage.offChip);
    expect((await berus('energy', ...args)).out).toMatch(
      /of the first 20 test images of\s+mnist, or multiplied by no filter\.\n/,
    );
  });

  it.each([
    ['tiny', 'output', ['--images', '21']],
    ['tiny', 'output', ['--images', '8', '--data', 'none']],
    ['tiny-pipelined', 'output', ['--images', '5']],
    ['single', 'weight', ['--images', '2']],
    ['single', 'output', ['--images', '20']],
  ])('should show beside %s with schedule %s and %j what it says of the same array of minima', async (...asked) => {
    const [name, schedule, more] = asked;
    const given = loadConfiguration(name);
    const { accBits, sumBits } = given;
    const file = join(folder, `${name}-minima.json`);
    const configuration = { ...given, cell: 'minimum', accBits: accBits + 1, sumBits: sumBits + 1 };
    writeFileSync(file, JSON.stringify(configuration));
    const args = ['lenet5', '--schedule', schedule, ...more];
    const { minima, noMinima, energyPerImage } = await energy(...args, '--config', name);
    const own = await energy(...args, '--config', file);
    const { ratio, offChip, arraySizes, ...array } = minima!;
    expect(array).toEqual({
      configuration,
      zerosOf: own.zerosOf,
      energyPerImage: own.energyPerImage,
      host: own.host,
      layers: own.layers,
    });
    expect(own.zerosOf).toBe(schedule === 'output' && !more.includes('none') ? 'mnist' : null);
    expect(offChip).toEqual(
      own.offChip.types.map(({ name: type, loadedOnce, loadedEachBatch }) => ({
        name: type,
        loadedOnce: loadedOnce.adder,
        loadedEachBatch: loadedEachBatch.adder,
      })),
    );
    expect(arraySizes).toEqual(own.arraySizes.map(({ side, adder }) => ({ side, energy: adder })));
    expect(noMinima).toBeNull();
    const middles = own.energyPerImage.typical / energyPerImage.typical;
    expect(ratio.total.low).toBeLessThanOrEqual(middles);
    expect(ratio.total.high).toBeGreaterThanOrEqual(middles);
    expect(ratio.compute.high).toBeLessThan(1);
  });

  it('should add minima table by table: what they take over what distances do', async () => {
    const { minima, energyPerImage } = await energy('lenet5', '--config', 'tiny', '--images', '8');
    // The same table is the cheapest of both, and the same the dearest: each end is a ratio of one table.
    const { low, high } = minima!.ratio.compute;
    expect(low).toBeLessThan(high);
    const ends = (['low', 'high'] as const).map(
      (end) => minima!.energyPerImage.compute[end] / energyPerImage.compute[end],
    );
    for (const end of ends) {
      expect(end).toBeGreaterThanOrEqual(low);
      expect(end).toBeLessThanOrEqual(high);
    }
  });

  it.each([
    ['sparse', 'lenet5', [], 'The cells are of minima themselves.', false],
    ['twin', 'lenet5-cnn', [], 'The cells are of products, which give other codes.', false],
    ['hx8k', 'lenet5', [], 'Expected serialFold to be 0 with cells of minima, but received 1.', true],
    [
      'single',
      'lenet5',
      ['--schedule', 'layers', '--images', '3'],
      'With cells of minima all layers have one schedule.',
      true,
    ],
    [
      'tiny',
      'lenet5',
      ['--data', 'mnist', '--images', '10001'],
      'Expected --images to be an integer from 1 to 10000, but received 10001.',
      true,
    ],
  ])('should show no minima beside %s of %s with %j, and why', async (config, network, more, reason, said) => {
    const args = [network, '--config', config, ...more];
    const { minima, noMinima } = await energy(...args);
    expect({ minima, noMinima }).toEqual({ minima: null, noMinima: reason });
    const { out } = await berus('energy', ...args);
    expect(out.includes(`No cells of minima beside: ${reason}\n`)).toBe(said);
    expect(out).not.toContain('Cells of minima cost');
  });

  it('should answer all else without a compiler for what finds the zeros, and say so', async () => {
    const args = ['lenet5', '--config', 'tiny', '--images', '4'];
    const { minima: _, noMinima: _none, ...rest } = await energy(...args);
    vi.stubEnv('BERUS_CACHE_DIR', join(folder, 'empty cache'));
    vi.stubEnv('CXX', '/nonexistent');
    try {
      expect(await energy(...args)).toEqual({
        ...rest,
        minima: null,
        noMinima: 'Expected CXX to name a C++17 compiler, but received /nonexistent.',
      });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('should put the bands of distances, minima and multipliers in one table, and their middles over distances', async () => {
    const args = ['lenet5', '--config', 'tiny', '--images', '8', '--schedule', 'output'];
    const { energyPerImage, minima, twin, layers } = await energy(...args);
    const { out } = await berus('energy', ...args);
    const figures = (line: string): number[] =>
      [...line.matchAll(/ (\d[\d,.]*)/g)].map(([, figure]) => Number(figure!.replaceAll(',', '')));
    const round = (value: number, digits: number): number => Number(value.toFixed(digits));
    const band = ({ low, typical, high }: typeof energyPerImage.compute): number[] =>
      [low, typical, high].map((value) => round(value, 1));
    expect(out).toMatch(/^ +distances +minima +multipliers$/m);
    for (const [name, part] of [
      ['compute', 'compute'],
      ['registers', 'registers'],
      ['buffers', 'buffers'],
    ] as const) {
      const [own, beside, other] = [energyPerImage[part], minima!.energyPerImage[part], twin.energyPerImage[part]];
      expect(figures(new RegExp(`^${name} .*$`, 'm').exec(out)![0])).toEqual([
        ...band(own),
        ...band(beside),
        round(beside.typical / own.typical, 2),
        ...band(other),
        round(other.typical / own.typical, 2),
      ]);
    }
    const [own, beside] = [layers[0]!.energy.typical, minima!.layers[0]!.energy.typical];
    expect(figures(/^conv1 .*$/m.exec(out)![0]).slice(5, 8)).toEqual([
      round(own, 1),
      round(beside, 1),
      round(beside / own, 2),
    ]);
    expect(out).toMatch(/^Cells of minima: skipped is what is 0 in all images of a batch, of the first 8 /m);
    const { name, loadedOnce } = minima!.offChip[0]!;
    const line = out.split('\n').find((one) => one.startsWith(name))!;
    expect(figures(line.slice(name.length))[2]).toBe(round(loadedOnce, 1));
    const { energy: smallest } = minima!.arraySizes[0]!;
    expect(figures(/^4x4 .*$/m.exec(out)![0])[1]).toBe(round(smallest, 1));
    expect((await berus('energy', ...args, '--data', 'none')).out).toContain(
      'Cells of minima: nothing is taken to be 0',
    );
  });

  it('should say that minima skip nothing where weights stay', async () => {
    const { out } = await berus('energy', 'lenet5', '--config', 'single', '--schedule', 'weight', '--images', '2');
    expect(out).toContain('Cells of minima: where weights stay, no tap is skipped.\n');
  });

  it('should cost more with a worse memory off chip, and where the network is loaded for each batch', async () => {
    const { offChip, batches } = await energy('lenet5', '--images', '160');
    expect(batches).toBe(10);
    const bits = offChip.types.map(({ picojoulesPerBit }) => picojoulesPerBit);
    expect(bits).toEqual(bits.toSorted((a, b) => a - b));
    for (const { loadedOnce, loadedEachBatch, picojoulesPerBit } of offChip.types) {
      // Nine more loads of the network for 160 images, off chip and into its buffers.
      const more = loadedEachBatch.adder - loadedOnce.adder;
      const moved = (9 * offChip.networkBytes * 8 * picojoulesPerBit * 1e-3) / 160;
      expect(more).toBeGreaterThan(moved);
      expect(more).toBeLessThan(1.3 * moved + 20);
      expect(loadedEachBatch.ratio).toBeLessThan(loadedOnce.ratio);
    }
  });

  it.each([
    ['default', 'output', '1000'],
    ['cifar-pairs', 'output', '16'],
    // Above 10 uJ an image, without tenths.
    ['single', 'weight', '1'],
  ])('should print what it says in JSON on %s, within 110 columns but for sources', async (...asked) => {
    const [config, schedule, images] = asked;
    const args = ['--config', config, '--schedule', schedule, '--images', images];
    const { code, out } = await berus('energy', 'lenet5', ...args);
    expect(code).toBe(0);
    const [report] = out.split('Estimated:');
    expect(Math.max(...report!.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    expect(report).toMatch(/^total +[\d,.]+ +[\d,.]+ +[\d,.]+ /m);
    expect(report).toMatch(/^64x64 /m);
  });

  it('should name the cells to take by figures of the network at hand, where there is a choice', async () => {
    const many = await energy('lenet5');
    expect(many.choice).toMatchObject({ images: 16, zerosOf: 'mnist', standardCells: 'minimum' });
    const { ratios } = (await energy('lenet5', '--images', '1')).choice!;
    // One image alone has more taps to skip than what 16 have in common.
    expect(ratios.clocks).toBeLessThan(0.8 * many.choice!.ratios.clocks);
    expect(ratios.energy).toBeLessThan(many.choice!.ratios.energy!);
    const { zerosOf, ratios: none } = (await energy('lenet5', '--data', 'none')).choice!;
    expect(zerosOf).toBeNull();
    expect(none.clocks).toBeGreaterThan(many.choice!.ratios.clocks);
    expect((await energy('lenet5-cnn', '--config', 'twin')).choice).toBeNull();
    expect((await energy('lenet5', '--config', 'single', '--schedule', 'weight')).choice).toBeNull();
    // By the table that comes with the package of such an array.
    expect(many.choice!.energiesOf).toBe('osu018_stdcells, measured');
    const pairs = await energy('lenet5', '--images', '1', '--config', 'cifar-pairs');
    expect(pairs.choice!.energiesOf).toBe('osu018_stdcells, measured in blocks of 4x4, 2 taps a clock');
    expect((await berus('energy', 'lenet5')).out).toMatch(
      /^Cells to take: minima in standard cells \(minima: 0\.\d\d of the energy\), (distances|minima)( \(pipelined\))? on an iCE40\.$/m,
    );
  });

  it('should show an array of products alone, and refuse it a network that adds', async () => {
    const twin = ['--config', 'twin'];
    const { code, out } = await berus('energy', 'lenet5-cnn', ...twin);
    expect(code).toBe(0);
    expect(out).toMatch(/^config twin: 16x16 cells of products, /m);
    expect(out).toMatch(/^total( +[\d,.]+){3}$/m);
    expect(out).not.toMatch(/multipl|gain/);
    expect(await berus('energy', 'lenet5', ...twin)).toMatchObject({
      code: 2,
      err: 'berus: Expected layer conv1 of lenet5 to multiply, as all cells do, on the array, but received a layer that adds.\n',
    });
  });

  it('should write the files of Accelergy, all of them', async () => {
    const out = join(folder, 'new', 'folder');
    await energy('lenet5', '--accelergy', out);
    expect(readdirSync(out).toSorted()).toEqual([
      'ERT.aladdin-40-nm-1-ns.yaml',
      'ERT.aladdin-40-nm-5-ns.yaml',
      'ERT.horowitz-45-nm.yaml',
      'ERT.jouppi-7-nm.yaml',
      'action_counts.yaml',
    ]);
  });

  it.each([
    [['resnet20'], 'Expected NETWORK to be lenet5, lenet5-cnn, resnet20-cnn or a file, but received resnet20.'],
    [['lenet5', '--images', '0'], 'Expected --images to be an integer from 1 to 1000000, but received 0.'],
    [['lenet5', '--accelergy', ''], "Expected --accelergy to be a folder that can be made, but received ''."],
    [['lenet5', '--config', 'huge'], /^Expected --config to be one of .*, but received huge\.$/],
  ])('should refuse %j in one line', async (args, message) => {
    const { code, out, err } = await berus('energy', ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.trimEnd().replace(/^berus: /, '')).toMatch(
      message instanceof RegExp ? message : new RegExp(`^${message.replace(/[.']/g, '\\$&')}$`),
    );
  });

  it('should refuse a folder that is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const { code, err } = await berus('energy', 'lenet5', '--accelergy', file);
    expect(code).toBe(2);
    expect(err).toBe(`berus: Expected --accelergy to be a folder that can be made, but received ${file} (EEXIST).\n`);
  });

  it('should price the array by measured energies beside the bands, where it is asked to', async () => {
    const cells = (picojoules: number): unknown => ({
      picojoules: eachEvent(() => picojoules),
      perTap: eachEvent(() => 1),
    });
    const about = { id: 'round', source: 'this test', process: '1 um', voltage: '5 V', date: '-', rule: '-' };
    const table = { ...about, clockBit: 0.1, cells: { adder: cells(1), minimum: cells(1), multiplier: cells(2) } };
    const path = join(folder, 'table.json');
    writeFileSync(path, JSON.stringify(table));
    const args = ['lenet5', '--config', 'tiny', '--images', '4', '--schedule', 'output'];
    const { measured, choice, ...rest } = await energy(...args, '--table', path);
    const { choice: _, ...plain } = await energy(...args);
    expect(rest).toEqual(plain);
    expect(choice!.energiesOf).toBe('round');
    const { adder, minima, twin, ratio, source, lane } = measured!;
    expect(lane).toBe(null);
    for (const array of [adder, minima!, twin]) {
      expect(array.folds).toBe(null);
      expect(array.total).toBeCloseTo(array.compute + array.clock, 6);
    }
    // As many taps at the same energy; only clocks are skipped.
    expect(minima!.compute).toBeCloseTo(adder.compute, 6);
    expect(minima!.clock).toBeLessThan(adder.clock);
    expect(ratio.total).toBeCloseTo(twin.total / adder.total, 9);
    expect(ratio.compute).toBeCloseTo(2, 9); // All layers of LeNet-5 add: as many distances as products.
    expect(source.process).toBe('1 um');
    const { out } = await berus('energy', ...args, '--table', path);
    expect(out).toContain('clock pins of registers');
    expect(out).toContain('No figure was measured of folds, buffers and what is off chip');
    const weight = await berus('energy', 'lenet5', '--config', 'single', '--schedule', 'weight', '--table', path);
    expect(weight.code).toBe(2);
    expect(weight.err).toMatch(
      /^berus: Expected --schedule to be output with --table round, .* but received weight\.\n$/,
    );
  });

  it.each([
    [1, 1, 1, 1, null],
    [4, 2, 4, 2, null],
    // No block is larger than the array.
    [8, 1, 4, 1, null],
    [1, 1, 4, 1, 'arrays without blocks and of cells that take one tap a clock, this one is in blocks of 4x4 and of'],
    [1, 1, 1, 2, 'take one tap a clock, this one is without blocks and of cells that take 2 taps a clock: only its'],
    [2, 2, 1, 1, 'arrays in blocks of 2x2 and of cells that take 2 taps a clock, this one is without blocks and of'],
  ])('should price by arrays of reach %i and %i taps a clock one of %i and %i, and note it', async (...given) => {
    const [reach, tapsPerClock, own, taken, said] = given;
    const path = join(folder, 'of-arrays.json');
    writeFileSync(path, JSON.stringify({ ...readMeasuredTable('osu018'), reach, tapsPerClock }));
    const config = join(folder, 'array.json');
    writeFileSync(config, JSON.stringify({ ...loadConfiguration('tiny'), reach: own, tapsPerClock: taken }));
    const args = ['lenet5', '--config', config, '--images', '4', '--table', path];
    const { measured } = await energy(...args);
    expect(measured!.adder.total).toBeGreaterThan(0);
    if (said === null) expect(measured!.note).toBe(null);
    else expect(measured!.note).toContain(said);
    const { out } = await berus('energy', ...args);
    expect(out.includes('Energies an event are of arrays')).toBe(said !== null);
  });

  it('should price folds, whatever the cells, where the table has a lane', async () => {
    const cells = { picojoules: eachEvent(() => 1), perTap: eachEvent(() => 1) };
    const lanes = [
      { sumBits: 30, picojoules: 70, registerBits: 7, source: 'long sums' },
      { sumBits: 18, picojoules: 20, registerBits: 90, source: 'short sums' },
    ];
    const about = { id: 'round', source: 'this test', process: '1 um', voltage: '5 V', date: '-', rule: '-' };
    const kinds = { adder: cells, minimum: cells, multiplier: cells };
    const path = join(folder, 'lanes.json');
    writeFileSync(path, JSON.stringify({ ...about, clockBit: 0.1, cells: kinds, lanes }));
    const args = ['lenet5', '--config', 'tiny', '--images', '4', '--table', path];
    const { configuration, measured, minima: beside } = await energy(...args);
    const { adder, minima, twin, lane } = measured!;
    expect(lane!.source).toBe('short sums'); // 19 bits are nearer to 18 than to 30.
    for (const [array, kind] of [
      [adder, cellOf(configuration, 'adder')],
      [minima!, cellOf(beside!.configuration, 'adder')],
      [twin, cellOf(configuration, 'multiplier')],
    ] as const) {
      // 6,518 folds of an image; all registers of the array and of its four lanes in the same clocks.
      const clock = (array.clock * 4 * 90) / arrayRegisterBits(kind, configuration);
      expect(array.folds).toBeCloseTo(6_518 * 20e-3 + clock, 6);
      expect(array.total).toBeCloseTo(array.compute + array.clock + array.folds!, 6);
    }
    const { out } = await berus('energy', ...args);
    expect(out).toMatch(/^nJ an image +distances +minima +times +multipliers +times$/m);
    expect(out).toMatch(/^folds, with their clock/m);
    expect(out).toContain('No figure was measured of buffers and what is off chip');
    expect(out).toContain('Folds, whatever the cells: short sums.');
    const serial = join(folder, 'serial.json');
    writeFileSync(serial, JSON.stringify({ ...loadConfiguration('tiny'), serialFold: 1 }));
    const { measured: one } = await energy('lenet5', '--config', serial, '--images', '4', '--table', path);
    const { clock, folds } = one!.adder;
    expect(folds).toBeCloseTo(
      6_518 * 20e-3 + (clock * 90) / arrayRegisterBits(cellOf(configuration, 'adder'), configuration),
      6,
    );
  });

  it('should refuse a --table that is none', async () => {
    const { code, out, err } = await berus('energy', 'lenet5', '--table', 'best');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^berus: Expected --table to be .*published.*, but received best\.\n$/);
  });

  it.each([
    ['that is not there', undefined, /to hold a table as JSON, but received ENOENT\.$/],
    ['without its figures', '{"cells": {}}', /to be a table of measured energies, but received a wrong .*$/],
    [
      'without a lane in its list',
      OSU018_WITHOUT_LANES,
      /to be a table of measured energies, but received a wrong .*$/,
    ],
  ])('should answer by the published tables with a --table %s, and say what it lacks', async (_, text, message) => {
    const path = join(folder, 'lacking.json');
    if (text !== undefined) writeFileSync(path, text);
    const { code, out, err } = await berus('energy', 'lenet5', '--table', path, '--json');
    const { lacks, ...rest } = JSON.parse(out) as EnergyCommandReport;
    expect({ ...rest, lacks: [] }).toEqual(await energy('lenet5'));
    expect(lacks).toEqual([expect.stringMatching(message)]);
    expect({ code, err }).toEqual({ code: 2, err: `berus: ${lacks.join()}\n` });
  });
});
