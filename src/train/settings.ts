// SPDX-License-Identifier: Apache-2.0
// What a training is told, checked and filled in.

import type { ImageSet } from '../data/index.ts';
import type { KernelOptions } from '../kernel/index.ts';
import { classesOf, type Network, pictureShape } from '../network/index.ts';
import { type Augmentation, augmentations } from './augment.ts';

/** What a training's result follows from, besides the network and the data. */
export interface Recipe {
  /** Everything random follows from it; integer from 0 to 2^32 - 1. @defaultValue 1 */
  readonly seed: number;
  /** Passes over the data, 1 to 1000. @defaultValue 20 */
  readonly epochs: number;
  /** Images in a step, a multiple of 16. @defaultValue 128 */
  readonly batch: number;
  /** Learning rate at the start, above 0; it falls to 0 along a cosine. @defaultValue 0.1 */
  readonly rate: number;
  /** Length of an adder layer's gradient for each root of its weights, above 0. @defaultValue 0.2, as in the paper */
  readonly eta: number;
  /** 0 up to, not including, 1. @defaultValue 0.9 */
  readonly momentum: number;
  /** At least 0. @defaultValue 0.0005 */
  readonly weightDecay: number;
  /** @defaultValue 'affine' for pictures of one channel, 'crop-flip' for others */
  readonly augmentation: Augmentation;
  /** Power of the distances in the first epoch, 1 to 2. @defaultValue 1: the paper's l1 from the start */
  readonly powerFrom: number;
  /** Epochs until the power is 1, fewer than all. @defaultValue half of the epochs where `powerFrom` is above 1, else 0 */
  readonly powerEpochs: number;
}

/** Options of a training; what is left out has its default. */
export type RecipeOptions = { readonly [Key in keyof Recipe]?: Recipe[Key] | undefined } & KernelOptions;

/** The usual recipe of a network. */
export function usualRecipe(network: Network): Recipe {
  return {
    seed: 1,
    epochs: 20,
    batch: 128,
    rate: 0.1,
    eta: 0.2,
    momentum: 0.9,
    weightDecay: 5e-4,
    augmentation: pictureShape(network).channels === 1 ? 'affine' : 'crop-flip',
    powerFrom: 1,
    powerEpochs: 0,
  };
}

const recipeKeys = [
  'seed',
  'epochs',
  'batch',
  'rate',
  'eta',
  'momentum',
  'weightDecay',
  'augmentation',
  'powerFrom',
  'powerEpochs',
] as const satisfies readonly (keyof Recipe)[];

/**
 * Fills options up to a recipe and checks it.
 * @throws {RangeError} naming the option that is out of range.
 */
export function completeRecipe(usual: Recipe, options: RecipeOptions): Recipe {
  const given = recipeKeys.map((key) => [key, options[key] ?? usual[key]]);
  const recipe = Object.fromEntries(given) as unknown as Recipe;
  const { epochs, powerFrom } = recipe;
  const usualEpochs = powerFrom === usual.powerFrom ? usual.powerEpochs : Math.floor(epochs / 2);
  const powerEpochs = options.powerEpochs ?? usualEpochs;
  const complete = { ...recipe, powerEpochs };
  check(complete);
  return complete;
}

function check(recipe: Recipe): void {
  const { augmentation, epochs } = recipe;
  const integer = (key: 'seed' | 'epochs' | 'powerEpochs', low: number, high: number): void => {
    const value = recipe[key];
    if (Number.isInteger(value) && value >= low && value <= high) return;
    throw new RangeError(`Expected ${key} to be an integer from ${low} to ${high}, but received ${value}.`);
  };
  const number = (key: keyof Recipe, fits: (value: number) => boolean, range: string): void => {
    const value = recipe[key];
    if (typeof value === 'number' && Number.isFinite(value) && fits(value)) return;
    throw new RangeError(`Expected ${key} to be a number ${range}, but received ${value}.`);
  };
  integer('seed', 0, 2 ** 32 - 1);
  integer('epochs', 1, 1000);
  integer('powerEpochs', 0, epochs - 1);
  number('rate', (value) => value > 0, 'above 0');
  number('eta', (value) => value > 0, 'above 0');
  number('momentum', (value) => value >= 0 && value < 1, 'from 0 to below 1');
  number('weightDecay', (value) => value >= 0, 'of at least 0');
  number('powerFrom', (value) => value >= 1 && value <= 2, 'from 1 to 2');
  if (!augmentations.includes(augmentation)) {
    throw new RangeError(
      `Expected augmentation to be one of ${augmentations.join(', ')}, but received ${augmentation}.`,
    );
  }
}

/**
 * Checks that data can be learned from.
 * @throws {RangeError} when they do not fit the network, or hold less than a batch.
 */
export function checkData(network: Network, data: ImageSet, batch: number): void {
  if (data.count < batch) {
    throw new RangeError(`Expected at least one batch of ${batch} images, but received ${data.count}.`);
  }
  const classes = classesOf(network);
  if (data.classes !== classes) {
    throw new RangeError(
      `Expected data of ${classes} classes for network ${network.name}, but received ${data.classes}.`,
    );
  }
}
