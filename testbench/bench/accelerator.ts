// SPDX-License-Identifier: Apache-2.0
// Figures of the core running LeNet-5: cycles an image, simulated cycles a
// second, and how the simulation driven from TypeScript compares with a plain
// C++ program that does the same loads, cycles, captures and reads on the same
// generated model. The two take turns in one run, because machines are noisy.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileNetwork, loadConfiguration, packImages, partsOf } from '../../src/compile/index.ts';
import { loadMnist } from '../../src/data/index.ts';
import { load, readBuffer, reset, runProgram } from '../../src/device/core-driver.ts';
import { buildCore, createRtlDevice } from '../../src/device/index.ts';
import { packageRoot, readQuantized, shippedWeights } from '../../src/network/index.ts';
import { buildPlainMain } from './support/plain-main.ts';
import { median, printFigures } from './support/figures.ts';

const COMMAND = 'npm run bench -- accelerator';
const TURNS = 5;
const ROUNDS = 6;
const IMAGES = 100;
const PIXELS = 784;
const CLASSES = 10;

const note = (text: string): void => void process.stderr.write(`${text}\n`);
const configuration = loadConfiguration('default');
const network = readQuantized(shippedWeights('lenet5'));
const { images } = loadMnist('test');

using device = await createRtlDevice(network, { configuration, onProgress: note });
const inference = device.infer(images.subarray(0, IMAGES * PIXELS), IMAGES);
const { layers, host } = inference.counters!;
const layerCycles = layers.reduce((sum, { cycles }) => sum + cycles.total, 0);
const hostCycles = host.networkLoadCycles + host.imageLoadCycles + host.readCycles;
const perImage = (layerCycles + hostCycles) / IMAGES;

// ---------------------------------------------------------------------------
// The same batch from TypeScript and from C++

const compiled = compileNetwork(network, configuration);
const parts = partsOf(configuration.rows * configuration.dataBits);
const loadParts = Math.max(parts, compiled.weightParts, 2);
const batch = packImages(images, configuration.rows, PIXELS, configuration.dataBits, parts);
const layerCount = network.layers.length;
const model = await buildCore(configuration, { onProgress: note });

function checksum(words: Iterable<number>, sum = 0): number {
  let total = sum;
  for (const word of words) total = (Math.imul(total, 31) + word) >>> 0;
  return total;
}

interface Round {
  readonly seconds: number;
  readonly cycles: number;
  readonly sum: number;
}

using sim = model.create({ clock: 'clk' });
reset(sim);
load(sim, 'program', compiled.program, 1, loadParts);
load(sim, 'weights', compiled.weights, compiled.weightParts, loadParts);
load(sim, 'folds', compiled.folds, 2, loadParts);

function typescriptRound(): Round {
  const [start, before] = [performance.now(), sim.cycle];
  load(sim, 'activations', batch, parts, loadParts);
  const writes = runProgram(sim, layerCount, configuration.rows, 1e6, new Uint8Array(0));
  const results = readBuffer(sim, layerCount % 2, CLASSES);
  const [seconds, cycles] = [(performance.now() - start) / 1000, sim.cycle - before];
  let sum = checksum(results);
  for (let i = 0; i < writes.count; i++) {
    sum = checksum(
      [writes.layers[i]!, writes.addresses[i]!, ...writes.words.subarray(i * parts, (i + 1) * parts)],
      sum,
    );
  }
  return { seconds, cycles, sum };
}

const program = await buildPlainMain({
  model,
  source: join(packageRoot(), 'testbench', 'bench', 'native', 'core-main.cpp'),
  onProgress: note,
});
const folder = mkdtempSync(join(tmpdir(), 'berus-bench-'));
const stimulus = join(folder, 'stimulus');
const sizes = Uint32Array.of(compiled.weightParts, parts, layerCount, configuration.rows, CLASSES, ROUNDS);
const blocks = [sizes, compiled.program, compiled.weights, compiled.folds, batch];
writeFileSync(
  stimulus,
  Buffer.concat(
    blocks.flatMap((words) =>
      [Uint32Array.of(words.length), words].map((w) => Buffer.from(w.buffer, w.byteOffset, w.byteLength)),
    ),
  ),
);

function plainRounds(): Round[] {
  const lines = execFileSync(program, [stimulus], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [seconds, cycles, sum] = line.split(' ').map(Number);
    return { seconds: seconds!, cycles: cycles!, sum: sum! };
  });
}

const best = (rounds: readonly Round[]): number => Math.min(...rounds.map(({ seconds }) => seconds));
const ratios: number[] = [];
const speeds: number[] = [];
try {
  for (let turn = 0; turn < TURNS; turn++) {
    const plain = plainRounds();
    const ours = Array.from({ length: ROUNDS }, typescriptRound);
    const odd = [...plain, ...ours].find(({ sum, cycles }) => sum !== ours[0]!.sum || cycles !== ours[0]!.cycles);
    if (odd)
      throw new Error(`Expected every round to give ${JSON.stringify(ours[0])}, but received ${JSON.stringify(odd)}.`);
    ratios.push(best(plain) / best(ours));
    speeds.push(ours[0]!.cycles / best(ours));
  }
} finally {
  rmSync(folder, { recursive: true });
}

const cells = configuration.rows * configuration.columns;
const sads = layers.reduce((sum, { events }) => sum + events.sads, 0);
printFigures([
  {
    name: 'cycles an image',
    value: perImage,
    unit: 'cycles',
    against: 'at most 4,000; 100 images, weights loaded once',
    command: COMMAND,
  },
  {
    name: 'ideal cycles an image',
    value: sads / cells / IMAGES,
    unit: 'cycles',
    against: `416,520 / ${cells}`,
    command: COMMAND,
  },
  {
    name: 'simulated cycles a second',
    value: median(speeds),
    unit: 'cycles/s',
    against: 'machine-dependent',
    command: COMMAND,
  },
  {
    name: 'speed from TypeScript',
    value: median(ratios),
    unit: 'of C++',
    against: 'at least 0.9 of a plain C++ main',
    command: COMMAND,
  },
]);
