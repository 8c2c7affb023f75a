// SPDX-License-Identifier: Apache-2.0
// One image of LeNet-5 through a 16x16 array of distances as gates, every net counted in every clock of the batch, and
// every sum that leaves compared with the RTL's.

import { loadConfiguration } from '../../../src/compile/index.ts';
import { loadMnist } from '../../../src/data/index.ts';
import { countToggles } from '../../../src/device/index.ts';
import { netlistArea, priceToggles } from '../../../src/energy/gate/index.ts';
import { arrayGates, type Technology } from '../../../src/energy/measure/index.ts';
import { readQuantized, shippedWeights } from '../../../src/network/index.ts';
import { type ArrayRecord, recordArray } from '../support/array-record.ts';
import type { Measured } from '../support/figures.ts';

/** Clocks before the record: what powered up at random leaves the array. */
const WARM_UP = 64;

/** A column with its first clock's words repeated in front. */
function after(words: Uint32Array, clocks: number, warmUp: (word: number) => number): Uint32Array {
  const width = words.length / clocks;
  const all = new Uint32Array(words.length + WARM_UP * width);
  for (let i = 0; i < WARM_UP * width; i++) all[i] = warmUp(words[i % width]!);
  all.set(words, WARM_UP * width);
  return all;
}

/** Clocks in which a sum leaves the gates that is not the RTL's. */
function differences(record: ArrayRecord, outputs: Readonly<Record<string, ArrayLike<number>>>): number {
  const { clocks } = record;
  const width = record.outputs.sums.length / clocks;
  let wrong = 0;
  for (let clock = 0; clock < clocks; clock++) {
    const at = clock + WARM_UP;
    const valid = record.outputs.sums_valid[clock]!;
    let same = outputs['sums_valid']![at] === valid;
    // Rows below the first, which have no image, leave later.
    if (valid === 1) {
      same &&= outputs['sums_column']![at] === record.outputs.sums_column[clock];
      same &&= (outputs['sums']![at * width]! & 0x3ffff) === (record.outputs.sums[clock * width]! & 0x3ffff);
    }
    if (!same) wrong++;
  }
  return wrong;
}

/** Figures of one image. */
export async function imageFigures(
  { liberty, library }: Technology,
  note: (text: string) => void,
): Promise<Measured[]> {
  const network = readQuantized(shippedWeights('lenet5'));
  const configuration = loadConfiguration('default');
  note('recording one image of LeNet-5 in the RTL');
  const record = await recordArray(network, configuration, loadMnist('test').images.subarray(0, 784), 1);
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  note(`${record.clocks} clocks; synthesis`);
  const gates = await arrayGates(0, configuration, { liberty, library });
  const synthesized = seconds();
  note(`${gates.counted.nets.length} nets; simulation`);
  const { clocks } = record;
  const inputs = Object.fromEntries(
    Object.entries(record.inputs).map(([port, words]) => [
      port,
      after(words, clocks, (word) => (port === 'valid' ? 0 : word)),
    ]),
  );
  const rst = new Uint8Array(clocks + WARM_UP).fill(1, 0, 2);
  const all = { rst, ...inputs };
  const outputs = ['sums_valid', 'sums_column', 'sums'];
  const toggles = await countToggles(gates.counted, all, clocks + WARM_UP, WARM_UP, outputs);
  const simulated = seconds();
  // Once more, with the simulator built.
  await countToggles(gates.counted, all, clocks + WARM_UP, WARM_UP, outputs);
  const again = seconds() - simulated;
  const byNet = new Map(gates.counted.nets.map((net, i) => [net, toggles.counts[i]!]));
  const energy = priceToggles(gates.counted.flat, library, byNet, toggles.clocks);
  const name = 'LeNet-5, one image on 16x16 distances as gates';
  const cells = configuration.rows * configuration.columns;
  return [
    { name: `${name}: nets counted`, value: byNet.size, unit: 'nets', against: `${clocks} clocks of the batch` },
    {
      name: `${name}: sums unlike the RTL's`,
      value: differences(record, toggles.outputs),
      unit: 'clocks',
      against: '0',
    },
    { name: `${name}: synthesis`, value: synthesized, unit: 's', against: 'part of the 300' },
    {
      name: `${name}: building and running the simulator`,
      value: simulated - synthesized,
      unit: 's',
      against: `at most 300 with synthesis; once built ${again.toFixed(1)}`,
    },
    {
      name: `${name}: energy of the array`,
      value: energy.total * clocks * 1e9,
      unit: 'nJ',
      against: `clock pins of registers ${(energy.clock * clocks * 1e9).toFixed(0)}`,
    },
    {
      name: `${name}: a cell`,
      value: netlistArea(gates.netlist) / cells,
      unit: 'um2',
      against: 'the row as one netlist',
    },
  ];
}
