// SPDX-License-Identifier: Apache-2.0
// What follows the array, as gates: energy of a fold in a lane, with sums of real layers that add, and a lane's area.

import { loadConfiguration } from '../../../src/compile/index.ts';
import { loadData, loadMnist } from '../../../src/data/index.ts';
import { gateSimulator } from '../../../src/device/index.ts';
import { netlistArea } from '../../../src/energy/gate/index.ts';
import { measureLane, realFolds, type Technology } from '../../../src/energy/measure/index.ts';
import {
  type Codes,
  type FloatModel,
  layerGeometry,
  type QuantizedNetwork,
  readQuantized,
  shippedWeights,
} from '../../../src/network/index.ts';
import { pixelCodes } from '../../../src/quantize/index.ts';
import { fold, inferReference, layerSums } from '../../../src/reference/index.ts';
import type { Measured } from '../support/figures.ts';
import { quantizedResnet20 } from '../support/official.ts';

/** Taps and folds of layers that add, an image. */
function workOf({ network }: QuantizedNetwork): { taps: number; folds: number } {
  let [taps, folds] = [0, 0];
  for (const layer of network.layers.filter(({ cell }) => cell === 'adder')) {
    const { convolved, sads } = layerGeometry(layer);
    taps += sads;
    folds += convolved.height * convolved.width * layer.filters;
  }
  return { taps, folds };
}

/** Figures of LeNet-5, and of the official ResNet-20 where it is at hand. */
export async function foldFigures(
  technology: Technology,
  model: FloatModel | undefined,
  note: (text: string) => void,
): Promise<Measured[]> {
  const lenet = readQuantized(shippedWeights('lenet5'));
  const cases: (readonly [name: string, net: QuantizedNetwork, config: string, image: Codes])[] = [
    ['LeNet-5', lenet, 'default', loadMnist('test').images.subarray(0, 784)],
  ];
  if (model) {
    const net = await quantizedResnet20(model);
    const image = pixelCodes(loadData('cifar10', 'test').images.subarray(0, 3072), net.imageBits);
    cases.push(['ResNet-20', net, 'cifar', image]);
  }
  const figures: Measured[] = [];
  for (const [name, net, config, image] of cases) {
    note(`a lane of ${config}, sums of ${name}`);
    const { sumBits } = loadConfiguration(config);
    const folds = realFolds(net, image, inferReference(net, image, 1).maps, { layerSums, fold });
    const { lane, netlist, clock } = await measureLane(name, sumBits, folds, technology, gateSimulator);
    const work = workOf(net);
    const against = `${folds.code.length} folds; an image has ${work.folds}, and ${work.taps} taps`;
    figures.push(
      { name: `a fold of ${name}`, value: lane.picojoules + clock * 1e12, unit: 'pJ', against },
      { name: `a fold of ${name}, without clock pins`, value: lane.picojoules, unit: 'pJ', against },
      { name: `a lane of ${config}`, value: netlistArea(netlist), unit: 'um2', against: 'one for each row' },
      { name: `registers of a lane of ${config}`, value: lane.registerBits, unit: 'bits', against: 'one for each row' },
    );
  }
  return figures;
}
