// SPDX-License-Identifier: Apache-2.0
// One part of a data set on a device: computed, checked code by code, and put into few numbers, so that maps of many
// images need not be kept.

import type { Configuration, Schedule } from '../compile/index.ts';
import { occupanciesOf, type Occupancy } from '../cycles/index.ts';
import { type Codes, layerGeometry, mapSize, newCodes, outputBits, pictureShape } from '../network/index.ts';
import type { QuantizedNetwork } from '../network/index.ts';
import type { LinkCounts } from './board-link.ts';
import type { ByteChannel } from './byte-channel.ts';
import { compareInference, type LayerComparison, type Mismatch } from './compare.ts';
import { firstMiscount, type Miscount } from './count-check.ts';
import { createDevice } from './create-device.ts';
import type { Device, DeviceLevel, Inference, RunCounters } from './device.ts';
import { createKernelDevice } from './kernel-device.ts';
import { createReferenceDevice } from './reference-device.ts';
import type { RtlDevice } from './rtl-device.ts';

/** Level that says what codes should be. */
export type Checker = 'reference' | 'kernel';

/**
 * How closely a run is checked. `layer`: every code of every layer, when a part has run; `tile`: every word as it is
 * written, and the first wrong one ends the run; `cycle`: the clock of each word, too.
 */
export type VerifyMode = 'layer' | 'tile' | 'cycle';

/** What parts are run with. */
export interface PartOptions {
  readonly network: QuantizedNetwork;
  readonly configuration: Configuration;
  /** What stays in the cells. @defaultValue output */
  readonly schedule?: Schedule | undefined;
  readonly level: DeviceLevel;
  readonly checker: Checker;
  readonly verify: VerifyMode;
  /** Whether it is told where maps are 0, batch by batch of `rows` images. @defaultValue false */
  readonly zeros?: boolean;
  /** Folder of other RTL than the package's. */
  readonly rtl?: string | undefined;
  /** Of a board: the path of its serial port, or what stands for one; and bits a second. */
  readonly port?: string | ByteChannel | undefined;
  readonly baud?: number | undefined;
  /** Threads that the kernels use. @defaultValue one a processor */
  readonly kernelThreads?: number;
  readonly onProgress?: ((text: string) => void) | undefined;
}

/** Images of a part. */
export interface Part {
  readonly first: number;
  readonly count: number;
}

/** What a part came to. Images are numbered in the whole set. */
export interface PartRun extends Part {
  /** Codes of the last layer, [image][class]. */
  readonly scores: Codes;
  readonly layers: readonly LayerComparison[];
  readonly counters?: RunCounters;
  /** The first counter that is not the closed form's. */
  readonly miscount?: Miscount;
  /** Where maps are 0, of each batch, if that was asked for. */
  readonly occupied?: readonly Occupancy[];
  readonly simulated?: NonNullable<Inference['simulated']>;
  /** What a link did, from the first part to this one. */
  readonly link?: LinkCounts;
}

/** A part that ended at a wrong word. */
export interface PartStop extends Part {
  readonly wrong: Mismatch;
}

/** Runs parts of a data set. */
export interface PartRunner extends Disposable {
  /** @param images codes of all images of the set */
  run(images: Codes, part: Part): PartRun | PartStop;
}

/** Makes the devices that parts are run and checked with. */
export async function createPartRunner(options: PartOptions): Promise<PartRunner> {
  const { network, level, checker, configuration, schedule, rtl, port, baud, onProgress } = options;
  const check = level === checker ? undefined : await createChecker(options);
  const device = await createDevice(level, network, { configuration, schedule, rtl, port, baud, onProgress });
  return {
    run: (images, part) => runPart(options, device, check, images, part),
    [Symbol.dispose]: () => {
      device[Symbol.dispose]();
      check?.[Symbol.dispose]();
    },
  };
}

/** The device that says what codes should be. */
export function createChecker({ network, checker, kernelThreads, onProgress }: PartOptions): Promise<Device> {
  return checker === 'kernel'
    ? createKernelDevice(network, onProgress, kernelThreads)
    : Promise.resolve(createReferenceDevice(network));
}

function runPart(
  { network, configuration, schedule, level, verify, zeros = false }: PartOptions,
  device: Device,
  check: Device | undefined,
  images: Codes,
  { first, count }: Part,
): PartRun | PartStop {
  const size = mapSize(pictureShape(network.network));
  // Memory that threads share is copied: native code takes none of it.
  const pictures = images.slice(first * size, (first + count) * size);
  const numbered = <T extends Mismatch>(mismatch: T): T => ({ ...mismatch, image: mismatch.image + first });
  let expected = check?.infer(pictures, count).maps;
  let found: Inference;
  if (verify === 'layer') {
    found = device.infer(pictures, count);
  } else {
    const wanted = { maps: expected!, count, clocks: verify === 'cycle' };
    const verified = (device as RtlDevice).verify(pictures, wanted);
    if ('got' in verified) return { first, count, wrong: numbered(verified) };
    found = verified;
  }
  expected ??= found.maps;
  const layers = compareInference(network.network, found, expected);
  const { counters, simulated, link, maps } = found;
  // What is counted may depend on codes, and is compared where they are right.
  const exact = layers.every(({ mismatches }) => mismatches === 0);
  const known = { pictures, maps: expected, count };
  const asked = { network, configuration, schedule, images: known, isHostSlow: level === 'board' };
  const miscount = counters && exact && firstMiscount(asked, counters);
  return {
    first,
    count,
    scores: maps.at(-1)!,
    layers: layers.map((layer) => (layer.first ? { ...layer, first: numbered(layer.first) } : layer)),
    ...(counters && { counters }),
    ...(miscount && { miscount }),
    ...(zeros && { occupied: occupanciesOf(network.network, configuration, pictures, expected, count) }),
    ...(simulated && { simulated }),
    ...(link && { link }),
  };
}

/** Codes of zero for the scores of images. */
export function newScores({ layers }: QuantizedNetwork, count: number): Codes {
  const last = layers.at(-1)!;
  return newCodes(outputBits(last), count * mapSize(layerGeometry(last.layer).output));
}
