// SPDX-License-Identifier: Apache-2.0
// Runs a device over many images a few batches at a time, so that progress shows, and puts the parts together
// as if it had been one run: the network is loaded once, everything else adds up.

import { addCounters, addRecords, type Device, type Inference, type RunCounters } from '../device/index.ts';
import type { Codes } from '../network/index.ts';

function joinCodes(parts: readonly Codes[]): Codes {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = parts[0] instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function addRuns(left: RunCounters, right: RunCounters): RunCounters {
  const { networkLoadCycles, networkBytes } = left.host;
  return {
    layers: left.layers.map((layer, index) => addCounters(layer, right.layers[index]!)),
    host: { ...addRecords(left.host, right.host), networkLoadCycles, networkBytes },
    batches: left.batches + right.batches,
  };
}

/** Puts the inferences of consecutive parts together; every part but the last has `size` images. */
export function joinInferences(parts: readonly Inference[], size: number): Inference {
  const counters = parts.flatMap((part) => part.counters ?? []);
  const simulated = parts.flatMap((part) => part.simulated ?? []);
  return {
    count: parts.reduce((sum, part) => sum + part.count, 0),
    maps: parts[0]!.maps.map((_, layer) => joinCodes(parts.map((part) => part.maps[layer]!))),
    ...(counters.length > 0 && { counters: counters.reduce(addRuns) }),
    ...(simulated.length > 0 && { simulated: simulated.reduce(addRecords) }),
    ...(parts[0]!.locate && {
      locate: (layer, image, element) => parts[Math.floor(image / size)]!.locate!(layer, image % size, element),
    }),
  };
}

/** How many images a part has: whole batches of `rows`, about a second of simulation. */
export function partSize(rows: number): number {
  return rows * Math.max(1, Math.floor(64 / rows));
}

/**
 * Runs images part by part.
 * @param onPart told how many images are done
 */
export async function inferInParts(
  device: Device,
  images: Codes,
  count: number,
  size: number,
  onPart: (done: number) => void,
): Promise<Inference> {
  const length = images.length / count;
  const parts: Inference[] = [];
  for (let first = 0; first < count; first += size) {
    const last = Math.min(first + size, count);
    parts.push(device.infer(images.subarray(first * length, last * length), last - first));
    onPart(last);
    // Signals get their turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return joinInferences(parts, size);
}
