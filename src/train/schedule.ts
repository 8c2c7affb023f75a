// SPDX-License-Identifier: Apache-2.0
// How the learning rate and the norm of the distance change as training goes on.

/** Rate after a part `done` of all steps, rounded so that the cosine's last bit has no say. */
export function cosineRate(rate: number, done: number): number {
  return (rate * Math.round(0.5e9 * (1 + Math.cos(Math.PI * done)))) / 1e9;
}

/**
 * Power p of the distance sum |x - w|^p in an epoch: it falls from `from` to 1 in equal steps over `epochs` epochs, and
 * stays there.
 *
 * Follow-ups of AdderNet train with the l2 norm first, which has a smooth gradient, and end with l1 (Winograd AdderNet,
 * ICML 2021; Universal Adder Networks, 2021). A straight line over whole epochs is this project's own form of it.
 * @param epoch from 0
 */
export function powerAt(epoch: number, from: number, epochs: number): number {
  return epoch >= epochs ? 1 : from - ((from - 1) * epoch) / epochs;
}
