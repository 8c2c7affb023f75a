// SPDX-License-Identifier: Apache-2.0
// Figures of the closed form: how long it takes for all layers of ResNet-18 at one size of array and at 100,000, and
// what networks take beside the ideal of whole tiles and SCALE-Sim's counts of the same work.

import { fileURLToPath } from 'node:url';
import { type Configuration, loadConfiguration } from '../../src/compile/index.ts';
import { networkCounters, networkWorkload } from '../../src/cycles/index.ts';
import { lenet5, type Network, resnet18, resnet20 } from '../../src/network/index.ts';
import { makeCyclesReport } from '../../src/report/index.ts';
import { runScript } from './support/child.ts';
import { median, printFigures } from './support/figures.ts';

const COMMAND = 'npm run bench -- cycles';
const SIZES = 100_000;
const TURNS = 200;
const PROCESSES = 40;

const configuration = loadConfiguration('default');
// With room for all maps and weights, so that none are cut into strips and segments.
const roomy = { ...configuration, activationDepth: 2 ** 23, weightDepth: 2 ** 23, programDepth: 64 * 40 };

/** Cycles of all layers for a batch. */
function total(sizes: Configuration): number {
  return networkCounters(resnet18, sizes, sizes.rows).reduce((sum, { cycles }) => sum + cycles.total, 0);
}

function seconds(action: () => void): number {
  const start = performance.now();
  action();
  return (performance.now() - start) / 1000;
}

/** Milliseconds of the first call in each of several processes, from the shortest on. */
const firsts: number[] = [];
const script = fileURLToPath(new URL('support/first-call.js', import.meta.url));
for (let turn = 0; turn < PROCESSES; turn++) firsts.push(await runScript<number>(script, [JSON.stringify(roomy)]));
firsts.sort((a, b) => a - b);
const slow = firsts[Math.floor(0.9 * PROCESSES)]!;
const once = median(Array.from({ length: TURNS }, () => seconds(() => total(roomy))));
let smallest = Infinity;
const sweep = seconds(() => {
  for (let index = 0; index < SIZES; index++) {
    const sizes = { ...roomy, rows: 1 + (index % 64), columns: 1 + (Math.floor(index / 64) % 64) };
    smallest = Math.min(smallest, total(sizes) / sizes.rows);
  }
});

/** Cycles over SCALE-Sim's and over whole tiles, of the layers that add: SCALE-Sim counts no planes. */
function ratios(network: Network): Record<'one' | 'together' | 'worst' | 'worstOne' | 'tiles' | 'each', number> {
  const workload = networkWorkload(network);
  const images = configuration.rows;
  const report = makeCyclesReport({ workload, configName: 'default', configuration, images, dataflow: 'os' });
  const { cycles, scaleSim, overTiled } = report.adders;
  const adders = report.layers.filter(({ cell }) => cell === 'adder');
  return {
    each: report.all.cycles! / images,
    tiles: overTiled!,
    one: cycles! / images / scaleSim.oneImage.code,
    together: cycles! / scaleSim.together.code,
    worstOne: Math.max(...adders.map((layer) => layer.cycles! / images / layer.scaleSim.oneImage.code)),
    worst: Math.max(...adders.map((layer) => layer.cycles! / layer.scaleSim.together.code)),
  };
}

const figure = (name: string, value: number, unit: string, against: string) => ({
  ...{ name, value, unit, against },
  command: COMMAND,
});
printFigures([
  figure(
    'closed form of ResNet-18, first time in a process',
    median(firsts),
    'ms',
    `at most 1 ms; of ${PROCESSES} processes from ${firsts[0]!.toFixed(2)}, one in ten above ${slow.toFixed(2)}`,
  ),
  figure('closed form of ResNet-18, one size', once * 1000, 'ms', 'at most 1 ms'),
  figure(
    'closed form of ResNet-18, 100,000 sizes',
    sweep,
    's',
    `at most 60 s; fewest cycles an image ${Math.round(smallest)}`,
  ),
  ...[lenet5, resnet20, resnet18].flatMap((network) => {
    const { tiles, one, together, worstOne, worst, each } = ratios(network);
    const what = `${network.name} at 16x16, adder layers over`;
    return [
      figure(`${network.name} at 16x16, all layers`, each, 'cycles an image', 'a batch of 16'),
      figure(`${what} whole tiles`, tiles, 'times', 'the sum of ceil(M/R) ceil(N/C) K, 16 images'),
      figure(`${what} SCALE-Sim's, an image alone`, one, 'times', `below 1; the worst layer ${worstOne.toFixed(3)}`),
      figure(
        `${what} SCALE-Sim's, 16 images together`,
        together,
        'times',
        `below 1; the worst layer ${worst.toFixed(3)}`,
      ),
    ];
  }),
]);
