// SPDX-License-Identifier: Apache-2.0
// A float model -> integers, after training and by training images alone.

import type { ImageSet } from '../data/index.ts';
import { type Kernel, type KernelOptions, loadKernel } from '../kernel/index.ts';
import { type FloatModel, pictureShape, type Provenance, type QuantizedNetwork, shapeText } from '../network/index.ts';
import { calibrate, type OnLayer } from './calibrate.ts';
import { checkModel } from './check-model.ts';
import type { CodeScale } from './scale.ts';
import { completeSettings, type GivenSettings } from './settings.ts';

/** What {@link quantizeNetwork} is told. */
export interface QuantizeOptions extends KernelOptions, GivenSettings {
  /** Meaning of the codes of each layer's fold, for a model that was trained with them; measured where undefined. @defaultValue measured */
  readonly mapScales?: readonly (CodeScale | undefined)[];
  /** Kept in the result, for people to read. @defaultValue empty */
  readonly provenance?: Provenance;
  /** Kernels to use; `threads` and `onBuild` then have no say. @defaultValue loaded for the call */
  readonly kernel?: Kernel;
  /** Told after every layer. @defaultValue silent */
  readonly onLayer?: OnLayer;
}

/** A quantized network with what its codes mean. */
export interface Quantized {
  readonly net: QuantizedNetwork;
  /** Meaning of the codes of each layer's fold, before pooling. */
  readonly scales: readonly CodeScale[];
}

/**
 * Quantizes a float model.
 * @param data training images: they give the ranges of the activations, and the errors to make up for
 * @throws {RangeError} when an option is out of range, the model is not finite, or the images do not fit it.
 * @example
 * const net = await quantizeNetwork(model, loadMnist('train'), { bits: 8 });
 */
export async function quantizeNetwork(
  model: FloatModel,
  data: ImageSet,
  options: QuantizeOptions = {},
): Promise<QuantizedNetwork> {
  return (await quantizeDetailed(model, data, options)).net;
}

/** {@link quantizeNetwork}, and what the codes mean. */
export async function quantizeDetailed(
  model: FloatModel,
  data: ImageSet,
  options: QuantizeOptions = {},
): Promise<Quantized> {
  const settings = completeSettings(options);
  checkModel(model, settings);
  checkImages(model, data);
  const { network } = model;
  if (options.mapScales !== undefined && options.mapScales.length !== network.layers.length) {
    throw new RangeError(
      `Expected mapScales to be ${network.layers.length} scales, but received ${options.mapScales.length}.`,
    );
  }
  const kernel = options.kernel ?? (await loadKernel(options));
  const { layers, scales } = await calibrate(kernel, model, data, settings, options.onLayer, options.mapScales);
  const { imageBits, bits } = settings;
  return { net: { network, imageBits, bits, layers, provenance: options.provenance ?? {} }, scales };
}

function checkImages({ network }: FloatModel, data: ImageSet): void {
  if (!Number.isInteger(data.count) || data.count < 1) {
    throw new RangeError(`Expected images to calibrate on, but received ${data.count}.`);
  }
  const wanted = shapeText(pictureShape(network));
  if (shapeText(data) !== wanted) {
    throw new RangeError(`Expected images of ${wanted} for network ${network.name}, but received ${shapeText(data)}.`);
  }
}
