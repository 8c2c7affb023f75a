// SPDX-License-Identifier: Apache-2.0
// Random cases whose layers have a schedule each.

import fc from 'fast-check';
import { channelLanes, type Configuration, type LayerSchedule, turnMaps } from '../../src/compile/index.ts';
import { createRtlDevice, type Device, type RtlDeviceOptions } from '../../src/device/index.ts';
import { layerGeometry, picture, type QuantizedNetwork } from '../../src/network/index.ts';
import { type Case, cases, fits } from './arbitraries.ts';
import { coreLimits } from './core-property.ts';

/** A case whose maps are turned where they have to be. */
export interface LaidCase extends Case {
  readonly schedule: LayerSchedule;
}

/** Buffers with room for maps of both layouts. */
export function roomy(configuration: Configuration): Configuration {
  return {
    ...configuration,
    activationDepth: 9000,
    weightDepth: 20_000,
    foldDepth: 512,
    resultDepth: 1024,
    programDepth: 64 * 40,
    partialDepth: 2500,
  };
}

/** What stays of a layer: weights where that is asked for, and they can be held for several images. */
function stayOf({ layers }: QuantizedNetwork['network'], index: number, held: boolean, lanes: number) {
  const layer = layers[index]!;
  const { groups, filters, input } = layer;
  const holds =
    groups === 1 ||
    (layerGeometry(layer).output.height === 1 &&
      (input.channels / groups) % lanes === 0 &&
      (filters / groups) % lanes === 0);
  return held && holds ? 'weight' : 'output';
}

/** Gives a case's layers schedules. Those that read the pictures have the same. */
export function laidCase(
  chosen: Case,
  configuration: Configuration,
  held: readonly boolean[],
  images: number,
): LaidCase {
  const { network } = chosen.network;
  const lanes = channelLanes(configuration);
  const stays = network.layers.map((_, index) => stayOf(network, index, held[index % held.length]!, lanes));
  const readers = network.layers.flatMap(({ source }, index) => (source === picture ? [index] : []));
  const common = readers.every((index) => stays[index] === 'weight') ? 'weight' : 'output';
  for (const index of readers) stays[index] = common;
  const turned = turnMaps(chosen.network, stays, Math.min(images, lanes));
  return { ...chosen, network: turned.network, schedule: turned.schedule };
}

/**
 * A device whose layers hold weights and sums by turns, two images at once. It shows the given layers, not those between
 * them that turn maps.
 */
export async function createLaidDevice(given: QuantizedNetwork, options: RtlDeviceOptions): Promise<Device> {
  const { configuration } = options;
  const chosen = { network: given, images: new Uint8Array(0), count: 0 };
  const { network, schedule } = laidCase(chosen, configuration, [true, false, true], 2);
  const device = await createRtlDevice(network, { ...options, schedule });
  const isGiven = schedule.stays.map((stay) => !stay.startsWith('to-'));
  return {
    level: 'rtl',
    infer: (images, count) => ({ count, maps: device.infer(images, count).maps.filter((_, layer) => isGiven[layer]) }),
    [Symbol.dispose]: () => device[Symbol.dispose](),
  };
}

/** Random cases of a core that fit it; turning maps makes most of them longer than they were. */
export function laidCases(configuration: Configuration): fc.Arbitrary<LaidCase> {
  return fc
    .tuple(
      cases(coreLimits(configuration, 'output')),
      fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
      fc.integer({ min: 1, max: channelLanes(configuration) }),
    )
    .map(([chosen, held, images]) => laidCase(chosen, configuration, held, images))
    .filter((chosen) => fits(chosen, configuration, chosen.schedule));
}
