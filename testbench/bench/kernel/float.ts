// SPDX-License-Identifier: Apache-2.0
// Figures of the float kernels and of training: rates on one core against what
// its registers could do, steps of whole networks, and the step that Python does.

import { loadKernel } from '../../../src/kernel/index.ts';
import { networkByName, twinOf } from '../../../src/network/index.ts';
import type { Measured } from '../support/figures.ts';
import { loadPlain, plainStep } from './plain.ts';
import { type StepTimes, timeSteps } from './step.ts';

/** Operations on registers for one tap: what the kernels' inner loops do, loads and bookkeeping aside. */
const operations = {
  adder: { forward: 2 + 1 / 16, inputGradient: 4, filterGradient: 2 },
  multiply: { forward: 2, inputGradient: 2, filterGradient: 2 },
} as const;

const words = { forward: 'forward', inputGradient: 'input gradient', filterGradient: 'filter gradient' } as const;
/** Images of a batch that the plain step takes: its tensors fit the memory of a small machine. */
const plainBatch = 16;

export async function float(): Promise<Measured[]> {
  const [plain, alone, shared] = [
    await loadPlain(),
    await loadKernel({ threads: 1 }),
    await loadKernel({ threads: 2 }),
  ];
  const peak = Math.max(...Array.from({ length: 5 }, plain.peak));
  const figures: Measured[] = [
    {
      name: 'peak of a core',
      value: peak / 1e9,
      unit: 'G additions/s',
      against: `independent additions in registers, ${alone.simd}`,
    },
  ];
  const resnet20 = networkByName('resnet20');
  const steps: Record<string, StepTimes> = {};
  for (const [cell, network] of [
    ['adder', resnet20],
    ['multiply', twinOf(resnet20)],
  ] as const) {
    const times = timeSteps(alone, network, 128, 4);
    steps[cell] = times;
    for (const name of ['forward', 'inputGradient', 'filterGradient'] as const) {
      const rate = times.rates[name];
      const used = (rate * operations[cell][name]) / peak;
      const unit = cell === 'adder' ? 'G SAD/s a core' : 'G MAC/s a core';
      const asked = cell === 'adder' && name === 'forward' ? 'at least 12; ' : '';
      figures.push(
        { name: `${cell} ${words[name]}`, value: rate / 1e9, unit, against: `${asked}${network.name}, batch 128` },
        {
          name: `${cell} ${words[name]}, part of the peak`,
          value: used,
          unit: 'of peak',
          against: `${operations[cell][name]} operations a tap`,
        },
      );
    }
  }
  const ours = steps['adder']!.busy / 128;
  const theirs = plainStep(plain, resnet20, plainBatch) * 1000;
  figures.push(
    {
      name: 'ResNet-20 training step on one core',
      value: ours,
      unit: 'ms an image',
      against: 'batch 128, the whole step',
    },
    {
      name: "ResNet-20 training step by the Python code's operations",
      value: theirs,
      unit: 'ms an image',
      against: `plain C++ with the same flags on one core, batch ${plainBatch}, adder layers alone`,
    },
    { name: 'training step', value: theirs / ours, unit: 'times as fast', against: 'at least 20' },
  );
  for (const name of ['resnet20', 'lenet5', 'cifar-small']) {
    const { milliseconds } = timeSteps(shared, networkByName(name), 128, 8);
    figures.push({ name: `${name} training step`, value: milliseconds, unit: 'ms', against: 'batch 128, two threads' });
  }
  return figures;
}
