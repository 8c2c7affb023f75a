// SPDX-License-Identifier: Apache-2.0
// A made-up run of a two-layer network with round counts, for the report's tests.

import { compareInference } from '../../src/device/compare.ts';
import { NO_COUNTERS } from '../../src/cycles/counters-sum.ts';
import type { Inference } from '../../src/device/device.ts';
import type { Layer, Network } from '../../src/network/index.ts';
import type { RunResult } from '../../src/report/index.ts';
import { layerOf } from '../support/layer-of.ts';

function layer(name: string, side: number, channels: number, kernel: number, filters: number): Layer {
  const input = { height: side, width: side, channels };
  return layerOf({ name, input, kernelHeight: kernel, kernelWidth: kernel, filters, relu: true });
}

/** 3x3x1 in, 2x2x2 between, 3 classes out: 32 and 24 absolute differences an image. */
export const network: Network = { name: 'toy', layers: [layer('first', 3, 1, 2, 2), layer('second', 2, 2, 2, 3)] };

/** What every level should give for two images, whose classes are 2 and 0. */
export function expectedMaps(): Uint8Array[] {
  return [Uint8Array.from({ length: 16 }, (_, index) => index), Uint8Array.of(1, 2, 3, 9, 9, 8)];
}

function counters(total: number, sads: number): NonNullable<Inference['counters']>['layers'][number] {
  return {
    cycles: { setup: 2, load: 0, stream: total - 4, drain: 0, scan: 0, stall: 0, flush: 2, total },
    events: { ...NO_COUNTERS.events, sads, activationReads: 10, weightReads: 10, activationWrites: 4, foldReads: 4 },
  };
}

/** Maps, and where they are made. */
export function fakeInference(maps: readonly Uint8Array[]): Pick<Inference, 'maps' | 'locate'> {
  const locate: Inference['locate'] = (_, image, element) => ({
    row: image,
    column: element % 2,
    tile: 3,
    cycle: 1000 + element,
  });
  return { maps, locate };
}

/** A run of two images on a 2x2 array: 64,000 + 48,000 absolute differences in 32,000 + 24,000 layer cycles. */
export function fakeRun(maps: readonly Uint8Array[] = expectedMaps()): RunResult {
  return {
    network,
    configName: 'toy',
    configuration: {
      rows: 2,
      columns: 2,
      dataBits: 8,
      accBits: 12,
      sumBits: 13,
      activationDepth: 16,
      weightDepth: 64,
      foldDepth: 8,
      padDepth: 1,
      resultDepth: 4,
      programDepth: 80,
    },
    device: 'rtl',
    verify: 'layer',
    checker: 'reference',
    threads: 1,
    labels: Uint8Array.of(2, 1),
    run: {
      count: 2,
      scores: maps.at(-1)!,
      layers: compareInference(network, fakeInference(maps), expectedMaps()),
      counters: {
        layers: [counters(32_000, 64_000), counters(24_000, 48_000)],
        batches: 1,
        host: {
          networkLoadCycles: 30_000,
          imageLoadCycles: 9000,
          segmentLoadCycles: 0,
          readCycles: 5000,
          hiddenCycles: 2000,
          networkBytes: 60,
          segmentBytes: 0,
          imageBytes: 18,
          resultBytes: 6,
        },
      },
      simulated: { cycles: 100, seconds: 0.0004 },
    },
  };
}
