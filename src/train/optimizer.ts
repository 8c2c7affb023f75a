// SPDX-License-Identifier: Apache-2.0
// Gradient descent with momentum and weight decay, and the adaptive rate of
// adder layers: their gradients are scaled to the length eta sqrt(k), k being
// the layer's number of weights (AdderNet, equations 12 and 13).

import type { Gradients } from '../kernel/index.ts';
import type { FloatModel } from '../network/index.ts';

/** Constants of the descent. */
export interface DescentOptions {
  /** Length of an adder layer's gradient is `eta` times the root of its number of weights. */
  readonly eta: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/** A step along the gradients of every layer at the given rate; velocities are kept between steps. */
export type Descent = (gradients: readonly Gradients[], rate: number) => void;

/** Prepares descent for a model, which every step changes in place. */
export function createDescent(model: FloatModel, options: DescentOptions): Descent {
  const velocity = model.layers.map(({ weights, gamma, beta }) => ({
    weights: new Float32Array(weights.length),
    gamma: new Float32Array(gamma.length),
    beta: new Float32Array(beta.length),
  }));
  return (gradients, rate) => {
    model.layers.forEach((layer, index) => {
      for (const kind of ['weights', 'gamma', 'beta'] as const) {
        const gradient = gradients[index]![kind];
        const scale = kind === 'weights' ? adaptiveScale(gradient, options.eta) : 1;
        descend(layer[kind], gradient, velocity[index]![kind], { ...options, scale, rate });
      }
    });
  };
}

/** Factor eta sqrt(k) / ||g||; a gradient of zeros stays zero. */
export function adaptiveScale(gradient: Float32Array, eta: number): number {
  let squares = 0;
  for (let i = 0; i < gradient.length; i++) squares += gradient[i]! * gradient[i]!;
  return (eta * Math.sqrt(gradient.length)) / Math.max(Math.sqrt(squares), 1e-12);
}

function descend(
  values: Float32Array,
  gradient: Float32Array,
  velocity: Float32Array,
  step: { scale: number; rate: number; momentum: number; weightDecay: number },
): void {
  const { scale, rate, momentum, weightDecay } = step;
  for (let i = 0; i < values.length; i++) {
    const v = momentum * velocity[i]! + scale * gradient[i]! + weightDecay * values[i]!;
    velocity[i] = v;
    values[i] = values[i]! - rate * v;
  }
}
