// SPDX-License-Identifier: Apache-2.0
// LeNet-5 on the netlist of the smallest core that has room for all of it: every code of every layer, and every counter.
// It takes minutes to make, so that it is for `npm run test:long`.

import { expect, it } from 'vitest';
import { loadConfiguration } from '../../src/compile/index.ts';
import { loadMnist, subset } from '../../src/data/index.ts';
import { runChecked } from '../../src/device/index.ts';
import { readQuantized, shippedWeights } from '../../src/network/index.ts';
import { pixelCodes } from '../../src/quantize/index.ts';
import { runsFactor } from '../house/seed.ts';
import { NO_YOSYS } from '../support/fpga-tools.ts';

it.skipIf(NO_YOSYS || runsFactor === 1)(
  'should compute an image of LeNet-5 after synthesis as the reference does (npm run test:long; needs yosys)',
  { timeout: 1_800_000 },
  async () => {
    const network = readQuantized(shippedWeights('lenet5'));
    const { images, labels } = subset(loadMnist('test'), 1);
    const run = await runChecked({
      level: 'netlist',
      network,
      configuration: loadConfiguration('tiny'),
      checker: 'reference',
      verify: 'layer',
      images: pixelCodes(images, network.imageBits),
      count: 1,
    });
    if ('wrong' in run) throw new Error(JSON.stringify(run.wrong));
    expect(run.layers.map(({ mismatches }) => mismatches)).toEqual(network.layers.map(() => 0));
    expect(run.miscount).toBeUndefined();
    expect(run.scores.indexOf(Math.max(...run.scores))).toBe(labels[0]);
  },
);
