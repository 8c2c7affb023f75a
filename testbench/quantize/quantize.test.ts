// SPDX-License-Identifier: Apache-2.0
// Every width of codes on a network trained for a moment: few bits must stay
// close to the float model, with what the search over ranges gives them.

import { beforeAll, describe, expect, it } from 'vitest';
import { loadMnist, subset } from '../../src/data/index.ts';
import { createPass, type Kernel, loadKernel } from '../../src/kernel/index.ts';
import { type FloatModel, lenet5 } from '../../src/network/index.ts';
import { quantizeNetwork } from '../../src/quantize/index.ts';
import { evaluateFloat, measureIntegers, trainNetwork } from '../../src/train/index.ts';

const [train, test] = [subset(loadMnist('train'), 12_800), loadMnist('test')];
let kernel: Kernel;
let model: FloatModel;
let floatAccuracy: number;

beforeAll(async () => {
  kernel = await loadKernel();
  model = await trainNetwork(lenet5, train, { seed: 2, epochs: 3, augmentation: 'none', kernel });
  floatAccuracy = evaluateFloat(createPass(kernel, lenet5, 128), model, test).accuracy;
});

describe('quantization', () => {
  it.each([
    [16, 0.0005],
    [8, 0.002],
    [6, 0.005],
    [4, 0.015],
  ])('should lose little accuracy at %i bits (at most %f)', async (bits, loss) => {
    const net = await quantizeNetwork(model, train, { bits, kernel, provenance: { made: 'here' } });
    expect(net).toMatchObject({ bits, provenance: { made: 'here' } });
    expect(measureIntegers(kernel, net, test)).toBeGreaterThan(floatAccuracy - loss);
  });

  it('should lose little accuracy at two bits, because it searches for ranges', async () => {
    const full = await quantizeNetwork(model, train, { bits: 2, search: false, kernel });
    const searched = await quantizeNetwork(model, train, { bits: 2, kernel });
    expect(measureIntegers(kernel, full, test)).toBeLessThan(floatAccuracy - 0.1);
    expect(measureIntegers(kernel, searched, test)).toBeGreaterThan(floatAccuracy - 0.08);
  });
});
