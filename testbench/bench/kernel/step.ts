// SPDX-License-Identifier: Apache-2.0
// Training steps of a whole network on random pictures, with a clock on every
// kernel.

import { createPass, type Kernel } from '../../../src/kernel/index.ts';
import { classesOf, layerGeometry, mapSize, type Network, pictureShape } from '../../../src/network/index.ts';
import { crossEntropy } from '../../../src/train/loss.ts';
import { initModel } from '../../../src/train/model.ts';
import { descend, restingVelocities } from '../../../src/train/optimizer.ts';

/** Kernels that run over all taps. */
export const timed = ['forward', 'inputGradient', 'filterGradient'] as const;

/** What some steps took. */
export interface StepTimes {
  /** Wall time of the quickest step, in milliseconds. */
  readonly milliseconds: number;
  /** Processor time of the quickest step, in milliseconds: with one thread, what it takes on a core of its own. */
  readonly busy: number;
  /** Taps that each kernel went over in a second of processor time, in the step where it was quickest. */
  readonly rates: Readonly<Record<(typeof timed)[number], number>>;
}

/** Milliseconds that this process has run. */
function busy(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A kernel that adds up what its calls take. */
function clocked(kernel: Kernel): { kernel: Kernel; spent: Map<string, number> } {
  const spent = new Map<string, number>();
  const clock = <A extends readonly unknown[]>(name: string, run: (...args: A) => void): ((...args: A) => void) => {
    return (...args) => {
      const start = busy();
      run(...args);
      spent.set(name, (spent.get(name) ?? 0) + busy() - start);
    };
  };
  const { forward, inputGradient, filterGradient } = kernel;
  return {
    spent,
    kernel: {
      ...kernel,
      forward: clock('forward', forward),
      inputGradient: clock('inputGradient', inputGradient),
      filterGradient: clock('filterGradient', filterGradient),
    },
  };
}

/** Trains `steps` batches after one that warms up. */
export function timeSteps(plain: Kernel, network: Network, batch: number, steps: number): StepTimes {
  const { kernel, spent } = clocked(plain);
  const pass = createPass(kernel, network, batch);
  const shape = pictureShape(network);
  const per = (value: number): number[] => Array.from({ length: shape.channels }, () => value);
  const model = initModel(network, { mean: per(0.5), deviation: per(0.25), padding: 'zero' }, 1);
  const images = Uint8Array.from({ length: batch * mapSize(shape) }, (_, i) => Math.imul(i, 2_654_435_761) >>> 24);
  const chosen = Uint32Array.from({ length: batch }, (_, i) => i);
  const velocities = restingVelocities(model);
  const gradients = pass.stages.map((stage) => stage.gradients);
  const { out, dout } = pass.stages.at(-1)!;
  const classes = classesOf(network);
  const taps = (cell: 'read' | 'all'): number =>
    network.layers.reduce(
      (sum, layer, index) =>
        sum + (cell === 'read' && pass.stages[index]!.source === -1 ? 0 : layerGeometry(layer).sads * batch),
      0,
    );
  const step = (): void => {
    pass.load({ images, count: batch, ...shape }, chosen, model.input);
    pass.train(model);
    crossEntropy(out, classes, (image) => image % classes, batch, dout);
    pass.backward(model);
    descend(model, velocities, gradients, 0.05, { eta: 0.2, momentum: 0.9, weightDecay: 5e-4 });
  };
  step();
  let milliseconds = Infinity;
  let least = Infinity;
  const rates = { forward: 0, inputGradient: 0, filterGradient: 0 };
  for (let i = 0; i < steps; i++) {
    spent.clear();
    const [wall, before] = [performance.now(), busy()];
    step();
    milliseconds = Math.min(milliseconds, performance.now() - wall);
    least = Math.min(least, busy() - before);
    for (const name of timed) {
      const rate = taps(name === 'inputGradient' ? 'read' : 'all') / (spent.get(name)! / 1000);
      rates[name] = Math.max(rates[name], rate);
    }
  }
  return { milliseconds, busy: least, rates };
}
