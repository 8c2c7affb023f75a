// SPDX-License-Identifier: Apache-2.0
// Gradient descent with momentum and weight decay, and the adaptive rate of
// adder layers: their gradients are scaled to the length eta sqrt(k), k being
// the layer's number of weights (AdderNet, equations 12 and 13). Layers that
// multiply take their gradients as they are.

import type { Gradients } from '../kernel/index.ts';
import type { FloatModel } from '../network/index.ts';

/** Constants of the descent. */
export interface DescentOptions {
  /** Length of an adder layer's gradient is `eta` times the root of its number of weights. */
  readonly eta: number;
  readonly momentum: number;
  readonly weightDecay: number;
}

/** What a layer learns. */
export const parameters = ['weights', 'gamma', 'beta'] as const;

/** Running sums of gradients, as many as a layer's parameters. */
export type Velocity = Readonly<Record<(typeof parameters)[number], Float32Array>>;

/** Velocities of a model at rest. */
export function restingVelocities(model: FloatModel): Velocity[] {
  return model.layers.map(({ weights, gamma, beta }) => ({
    weights: new Float32Array(weights.length),
    gamma: new Float32Array(gamma.length),
    beta: new Float32Array(beta.length),
  }));
}

/** Steps along the gradients of every layer at the given rate; changes the model and the velocities in place. */
export function descend(
  model: FloatModel,
  velocities: readonly Velocity[],
  gradients: readonly Gradients[],
  rate: number,
  options: DescentOptions,
): void {
  model.layers.forEach((layer, index) => {
    for (const kind of parameters) {
      const gradient = gradients[index]![kind];
      const adapts = kind === 'weights' && layer.layer.cell === 'adder';
      const scale = adapts ? adaptiveScale(gradient, options.eta) : 1;
      step(layer[kind], gradient, velocities[index]![kind], { ...options, scale, rate });
    }
  });
}

/** Factor eta sqrt(k) / ||g||; a gradient of zeros stays zero. */
export function adaptiveScale(gradient: Float32Array, eta: number): number {
  let squares = 0;
  for (let i = 0; i < gradient.length; i++) squares += gradient[i]! * gradient[i]!;
  return (eta * Math.sqrt(gradient.length)) / Math.max(Math.sqrt(squares), 1e-12);
}

function step(
  values: Float32Array,
  gradient: Float32Array,
  velocity: Float32Array,
  { scale, rate, momentum, weightDecay }: { scale: number; rate: number; momentum: number; weightDecay: number },
): void {
  for (let i = 0; i < values.length; i++) {
    const v = momentum * velocity[i]! + scale * gradient[i]! + weightDecay * values[i]!;
    velocity[i] = v;
    values[i] = values[i]! - rate * v;
  }
}
