// SPDX-License-Identifier: Apache-2.0
// Which images decide what cells of minima skip in a count that runs nothing on the array: `--data`, or what fits the
// network. The kernels say where their maps are 0.

import { Option } from 'commander';
import type { Configuration, Schedule } from '../compile/index.ts';
import { occupanciesOf, type Occupancy, skipsTaps } from '../cycles/index.ts';
import { dataNames, dataOfShape, hasData, type ImageSet, loadDataFor } from '../data/index.ts';
import { createKernelDevice } from '../device/index.ts';
import type { Codes, Network, QuantizedNetwork } from '../network/index.ts';
import { pixelCodes } from '../quantize/index.ts';
import { inferReference } from '../reference/index.ts';
import type { ImageZeros } from '../report/index.ts';
import { firstImages } from './data-option.ts';
import type { Progress } from './progress.ts';

/** `--data` where nothing is to be taken for 0. */
const NO_DATA = 'none';

/** `--data`, for `addOption`; a command's options then have `data?: string`, for {@link imageZeros}. */
export function zerosOption(): Option {
  return new Option(
    '--data <set>',
    `whose test images, from the first, decide what cells of minima skip, or would: ${dataNames.join(', ')}, a folder of images, or ` +
      `${NO_DATA} (default: by the shape of the network's pictures, where there are as many images)`,
  );
}

/** What is counted. */
export interface ZerosQuestion {
  /** Without weights, no maps are known. */
  readonly network: Network | QuantizedNetwork | null;
  readonly configuration: Configuration;
  readonly schedule: Schedule;
  readonly images: number;
  /** `--data` */
  readonly data: string | undefined;
}

/** Images of a part, so that the maps of all need no room. */
const PART = 256;

/** Gives every layer's map. */
type Infer = (images: Codes, count: number) => { readonly maps: readonly Codes[] };

function zerosIn(
  network: QuantizedNetwork,
  configuration: Configuration,
  { images, count }: ImageSet,
  infer: Infer,
): Occupancy[] {
  const codes = pixelCodes(images, network.imageBits);
  const size = codes.length / count;
  const part = Math.ceil(PART / configuration.rows) * configuration.rows;
  const occupied: Occupancy[] = [];
  for (let first = 0; first < count; first += part) {
    const used = Math.min(part, count - first);
    const pictures = codes.subarray(first * size, (first + used) * size);
    const { maps } = infer(pictures, used);
    occupied.push(...occupanciesOf(network.network, configuration, pictures, maps, used));
  }
  return occupied;
}

/** The test images of a set that is used without being asked for; undefined where there is none, or one with fewer. */
function fittingSet(network: Network, images: number): { data: string; set: ImageSet } | undefined {
  const data = dataOfShape(network);
  if (data === undefined || !hasData(data)) return undefined;
  const set = loadDataFor(network, data, 'test');
  return set.count < images ? undefined : { data, set };
}

/**
 * The first test images of a set, with its name; undefined where there is none, or it is not to be used.
 * @param data `--data`
 * @throws {RangeError} when a set is named that does not fit, or has fewer
 */
export function testImages(
  network: Network,
  data: string | undefined,
  images: number,
): { data: string; set: ImageSet } | undefined {
  if (data === NO_DATA) return undefined;
  const chosen = data === undefined ? fittingSet(network, images) : { data, set: loadDataFor(network, data, 'test') };
  return chosen && { data: chosen.data, set: firstImages(chosen.set, images) };
}

/**
 * Where maps of a first batch of test images are 0, by the reference, which needs no compiler: whatever the cells are,
 * that says what others would skip. Undefined where there are no images.
 * @throws {RangeError} as {@link testImages} does
 */
export function firstBatchZeros(
  network: QuantizedNetwork,
  configuration: Configuration,
  images: number,
  data: string | undefined,
): ImageZeros | undefined {
  const chosen = testImages(network.network, data, Math.min(images, configuration.rows));
  if (chosen === undefined) return undefined;
  const infer: Infer = (pictures, count) => inferReference(network, pictures, count);
  return { data: chosen.data, occupied: zerosIn(network, configuration, chosen.set, infer) };
}

/**
 * Where maps of the first images of a data set are 0; undefined with cells that skip nothing, or where nothing is taken
 * to be 0.
 * @throws {RangeError} when `--data` is given with cells that skip nothing, or without weights
 */
export async function imageZeros(
  { network, configuration, schedule, images, data }: ZerosQuestion,
  progress: Progress,
): Promise<ImageZeros | undefined> {
  const quantized = network !== null && 'network' in network ? network : undefined;
  if (!skipsTaps(configuration, schedule) || quantized === undefined) {
    if (data === undefined) return undefined;
    const cells =
      configuration.cell !== 'minimum'
        ? 'a configuration with cells of minima'
        : skipsTaps(configuration, 'output')
          ? 'a schedule whose sums stay'
          : 'a configuration of one tap a clock (tapsPerClock)';
    const expected = quantized === undefined ? 'a network with weights' : cells;
    throw new RangeError(`Expected ${expected} with --data, but received one without.`);
  }
  const chosen = testImages(quantized.network, data, images);
  if (chosen === undefined) return undefined;
  using device = await createKernelDevice(quantized, progress.note);
  return { data: chosen.data, occupied: zerosIn(quantized, configuration, chosen.set, device.infer) };
}
