// SPDX-License-Identifier: Apache-2.0
// Figures of the accelerator running LeNet-5: cycles an image, simulated cycles and absolute differences a second,
// ResNet-20's cycles against whole tiles, and how a simulation of the core by itself, driven from TypeScript, compares with
// a plain C++ program that does the same loads, cycles, captures and reads on the same generated model. The two take turns in one run, because
// machines are noisy. Then what cells of minima gain, and whole data sets, every code checked.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileNetwork, loadConfiguration, packImages } from '../../src/compile/index.ts';
import { runCounters, tiledCycles, unweightedWork, workPlan } from '../../src/cycles/index.ts';
import { loadMnist } from '../../src/data/index.ts';
import { createRtlDevice } from '../../src/device/index.ts';
import { watchWrites } from '../../src/device/written-words.ts';
import { packageRoot, readQuantized, resnet20, shippedWeights } from '../../src/network/index.ts';
import {
  type Block,
  blockOf,
  buildCore,
  load,
  LOAD_TARGETS,
  portParts,
  readResults,
  reset,
} from '../support/core-ports.ts';
import { finish, start } from '../support/hand-core.ts';
import { buildPlainMain } from './support/plain-main.ts';
import { dataSetFigures } from './support/data-sets.ts';
import { officialResnet20, quantizedResnet20 } from './support/official.ts';
import { median, printFigures } from './support/figures.ts';
import { minimaFigures } from './support/minima.ts';

const COMMAND = 'npm run bench -- accelerator';
const TURNS = 5;
const ROUNDS = 6;
/** Six whole batches. */
const IMAGES = 96;
const PIXELS = 784;

const note = (text: string): void => void process.stderr.write(`${text}\n`);
const configuration = loadConfiguration('default');
const network = readQuantized(shippedWeights('lenet5'));
const { images } = loadMnist('test');
const { rows } = configuration;
const cells = rows * configuration.columns;

// ---------------------------------------------------------------------------
// Cycles

using device = await createRtlDevice(network, { configuration, onProgress: note });
const runs = Array.from({ length: TURNS }, () => device.infer(images.subarray(0, IMAGES * PIXELS), IMAGES));
const { layers, host } = runs[0]!.counters!;
/** Of the whole device, from packets to maps. */
const deviceSeconds = median(runs.map(({ simulated }) => simulated!.seconds));
const simulatedCycles = runs[0]!.simulated!.cycles;
const layerCycles = layers.reduce((sum, { cycles }) => sum + cycles.total, 0);
const sads = layers.reduce((sum, { events }) => sum + events.sads, 0);
const hostCycles = host.imageLoadCycles + host.readCycles - host.hiddenCycles;

/** Cycles of the adder layers of ResNet-20 over those of whole tiles; tests hold the closed form against the RTL. */
function overWholeTiles(): number {
  const cifar = loadConfiguration('cifar');
  const adders = resnet20.layers.filter(({ cell }) => cell === 'adder').map(unweightedWork);
  const sum = (part: (work: (typeof adders)[number]) => number): number =>
    adders.reduce((total, work) => total + part(work), 0);
  const at = { first: false, last: false };
  return (
    sum((work) => runCounters(work, cifar, cifar.rows, at).cycles.total) /
    sum((work) => tiledCycles(workPlan(work, cifar), cifar, cifar.rows))
  );
}

// ---------------------------------------------------------------------------
// The same batch from TypeScript and from C++

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

const compiled = compileNetwork(network, configuration);
const { activation: parts, load: loadParts } = portParts(configuration);
const imageAddress = compiled.images.addresses[0]!;

/** What is loaded once, then the pictures: each block's target, first address and parts a word, then its words. */
const blocks: [target: number, address: number, words: Uint32Array, parts: number][] = [
  [LOAD_TARGETS.program, 0, compiled.program, 1],
  [LOAD_TARGETS.weights, 0, compiled.weights, compiled.weightParts],
  [LOAD_TARGETS.folds, 0, compiled.folds, 3],
  [LOAD_TARGETS.pads, 0, Uint32Array.from(compiled.pads), 1],
  [
    compiled.images.buffer,
    imageAddress,
    packImages(images, rows, PIXELS, configuration.dataBits, loadParts),
    loadParts,
  ],
];
const loads: Block[] = blocks.map(([target, address, words, width]) =>
  blockOf(target, address, words, width, loadParts),
);
const model = await buildCore(configuration);
using sim = model.create({ clock: 'clk', seed: 1 });
reset(sim);
for (const block of loads) if (block.addresses.length > 0) load(sim, block);

function typescriptRound(): Round {
  const [begin, before] = [performance.now(), sim.cycle];
  load(sim, loads.at(-1)!);
  using watch = watchWrites(sim);
  start(sim, { images: rows, address: imageAddress });
  finish(sim, 1e6);
  const writes = watch.take();
  const results = readResults(sim, 0, compiled.resultWords);
  const [taken, cycles] = [(performance.now() - begin) / 1000, sim.cycle - before];
  let sum = checksum(results);
  for (let i = 0; i < writes.count; i++) {
    const word = writes.words.subarray(i * parts, (i + 1) * parts);
    sum = checksum([writes.layers[i]!, writes.targets[i]!, writes.addresses[i]!, ...word], sum);
  }
  return { seconds: taken, cycles, sum };
}

const program = await buildPlainMain({
  model,
  source: join(packageRoot(), 'testbench', 'bench', 'native', 'core-main.cpp'),
  onProgress: note,
});

const stimulus = [
  Uint32Array.of(blocks.length, ROUNDS, rows, parts, compiled.resultWords),
  ...blocks.flatMap(([target, address, words, width]) => [Uint32Array.of(target, address, width), words]),
];

function plainRounds(path: string): Round[] {
  const lines = execFileSync(program, [path], { encoding: 'utf8' }).trim().split('\n');
  return lines.map((line) => {
    const [taken, cycles, sum] = line.split(' ').map(Number);
    return { seconds: taken!, cycles: cycles!, sum: sum! };
  });
}

const best = (rounds: readonly Round[]): number => Math.min(...rounds.map(({ seconds }) => seconds));
const ratios: number[] = [];
const folder = mkdtempSync(join(tmpdir(), 'berus-bench-'));
try {
  const path = join(folder, 'stimulus');
  writeFileSync(
    path,
    Buffer.concat(
      stimulus.flatMap((words) =>
        [Uint32Array.of(words.length), words].map((w) => Buffer.from(w.buffer, w.byteOffset, w.byteLength)),
      ),
    ),
  );
  for (let turn = 0; turn < TURNS; turn++) {
    const plain = plainRounds(path);
    const ours = Array.from({ length: ROUNDS }, typescriptRound);
    const odd = [...plain, ...ours].find(({ sum, cycles }) => sum !== ours[0]!.sum || cycles !== ours[0]!.cycles);
    if (odd)
      throw new Error(`Expected every round to give ${JSON.stringify(ours[0])}, but received ${JSON.stringify(odd)}.`);
    ratios.push(best(plain) / best(ours));
  }
} finally {
  rmSync(folder, { recursive: true });
}

const official = await officialResnet20();
const resnet = official && (await quantizedResnet20(official));
const figures = [
  {
    name: 'cycles an image',
    value: layerCycles / IMAGES,
    unit: 'cycles',
    against: 'at most 2,300; LeNet-5 in batches of 16',
  },
  {
    name: 'cycles an image with the host',
    value: (layerCycles + host.networkLoadCycles + hostCycles) / IMAGES,
    unit: 'cycles',
    against: `${IMAGES} images, network loaded once in ${host.networkLoadCycles} cycles, ${host.hiddenCycles} cycles of the host's hidden`,
  },
  {
    name: 'ideal cycles an image',
    value: sads / cells / IMAGES,
    unit: 'cycles',
    against: `absolute differences over ${cells} cells`,
  },
  {
    name: "ResNet-20's adder layers over whole tiles",
    value: overWholeTiles(),
    unit: 'of whole tiles',
    against: 'at most 1.05',
  },
  {
    name: 'simulated cycles a second',
    value: simulatedCycles / deviceSeconds,
    unit: 'cycles/s',
    against: 'machine-dependent',
  },
  {
    name: 'simulated absolute differences a second',
    value: sads / deviceSeconds,
    unit: 'SAD/s',
    against: 'machine-dependent',
  },
  {
    name: 'speed from TypeScript',
    value: median(ratios),
    unit: 'of C++',
    against: 'at least 0.9 of a plain C++ main, the core alone',
  },
  ...(await minimaFigures(resnet, note)),
  ...(await dataSetFigures(resnet, note)),
];
printFigures(figures.map((figure) => ({ ...figure, command: COMMAND })));
