// SPDX-License-Identifier: Apache-2.0
// Figures of the closed form: how long it takes for all layers of ResNet-18 at one size of array and at 100,000, and
// what the layers that the array computes take beside SCALE-Sim's counts of the same work.

import { type Configuration, loadConfiguration } from '../../src/compile/index.ts';
import { layerCounters, networkWorkload } from '../../src/cycles/index.ts';
import { lenet5, type Network, resnet18, resnet20 } from '../../src/network/index.ts';
import { makeCyclesReport } from '../../src/report/index.ts';
import { median, printFigures } from './support/figures.ts';

const COMMAND = 'npm run bench -- cycles';
const SIZES = 100_000;
const TURNS = 200;

// The sums of every layer, as adder convolutions: what the closed form takes does not depend on the rest.
const layers = resnet18.layers.map((layer) => ({ ...layer, pool: 1, poolStride: 1, poolPadding: 0 }));
const configuration = loadConfiguration('default');

/** Cycles of all layers for a batch. */
function total(sizes: Configuration): number {
  return layers.reduce((sum, layer) => sum + layerCounters(layer, sizes, sizes.rows).cycles.total, 0);
}

function seconds(action: () => void): number {
  const start = performance.now();
  action();
  return (performance.now() - start) / 1000;
}

const first = seconds(() => total(configuration));
const once = median(Array.from({ length: TURNS }, () => seconds(() => total(configuration))));
let smallest = Infinity;
const sweep = seconds(() => {
  for (let index = 0; index < SIZES; index++) {
    const sizes = { ...configuration, rows: 1 + (index % 64), columns: 1 + (Math.floor(index / 64) % 64) };
    smallest = Math.min(smallest, total(sizes) / sizes.rows);
  }
});

/** Cycles of the layers that are counted, over SCALE-Sim's of the same. */
function ratios(network: Network): Record<'one' | 'together' | 'worst' | 'worstOne' | 'tiles', number> {
  const workload = networkWorkload(network);
  const images = configuration.rows;
  const report = makeCyclesReport({ workload, configName: 'default', configuration, images, dataflow: 'os' });
  const { cycles, scaleSim } = report.counted;
  const counted = report.layers.filter((layer) => layer.cycles !== null);
  return {
    tiles: cycles! / counted.reduce((sum, layer) => sum + layer.spent!.stream, 0),
    one: cycles! / images / scaleSim.oneImage.code,
    together: cycles! / scaleSim.together.code,
    worstOne: Math.max(...counted.map((layer) => layer.cycles! / images / layer.scaleSim.oneImage.code)),
    worst: Math.max(...counted.map((layer) => layer.cycles! / layer.scaleSim.together.code)),
  };
}

const figure = (name: string, value: number, unit: string, against: string) => ({
  ...{ name, value, unit, against },
  command: COMMAND,
});
printFigures([
  figure('closed form of ResNet-18, first time', first * 1000, 'ms', 'at most 1 ms'),
  figure('closed form of ResNet-18, one size', once * 1000, 'ms', 'at most 1 ms'),
  figure(
    'closed form of ResNet-18, 100,000 sizes',
    sweep,
    's',
    `at most 60 s; fewest cycles an image ${Math.round(smallest)}`,
  ),
  ...[lenet5, resnet20, resnet18].flatMap((network) => {
    const { tiles, one, together, worstOne, worst } = ratios(network);
    const what = `${network.name} at 16x16, counted layers over`;
    return [
      figure(`${what} their tiles`, tiles, 'times', 'the sum of ceil(M/R) ceil(N/C) K, 16 images'),
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
