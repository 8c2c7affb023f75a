// SPDX-License-Identifier: Apache-2.0
// Devices of the RTL for many cases on few cores: a process looks for the model of each core once. Looking takes as long
// as running a small case does, since all files of the RTL are read to see whether they changed.

import type { Model } from '../../sim/index.ts';
import type { QuantizedNetwork } from '../../src/network/index.ts';
import {
  buildTop,
  createRtlDevice,
  type RtlDevice,
  type RtlDeviceOptions,
  type TopModelOptions,
} from '../../src/device/index.ts';

/** Flags for a core that runs few cases: compiling it takes a third less, running it some times as long. */
export const SOON_COMPILED: readonly string[] = ['-O0'];

const models = new Map<string, Promise<Model>>();

/** A device as `createRtlDevice` makes it, of RTL that does not change while it is tried. */
export async function deviceOfCore(
  network: QuantizedNetwork,
  options: RtlDeviceOptions & Pick<TopModelOptions, 'flags'>,
): Promise<RtlDevice> {
  const { configuration, rtl, flags, waveform } = options;
  const trace = waveform !== undefined;
  const key = JSON.stringify([configuration, rtl, flags, trace]);
  let model = models.get(key);
  if (model === undefined) models.set(key, (model = buildTop(configuration, { rtl, flags, trace })));
  return createRtlDevice(network, { ...options, model: await model });
}
