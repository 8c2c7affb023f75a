// SPDX-License-Identifier: Apache-2.0
// Bytes that cross the accelerator's boundary in a run.

import type { CompiledNetwork } from '../compile/index.ts';
import type { HostTraffic } from './device.ts';

/** Bytes of the words that are moved, without headers and classes. */
export function trafficBytes(
  { configuration, images, program, weights, segments, folds, laneFolds, pads, padWords, resultWords }: CompiledNetwork,
  batches: number,
): Pick<HostTraffic, 'networkBytes' | 'segmentBytes' | 'imageBytes' | 'resultBytes'> {
  const { rows, dataBits } = configuration;
  const word = (rows * dataBits) / 8;
  return {
    networkBytes:
      4 * (program.length + weights.length + folds.length + laneFolds.words.length) +
      4 * padWords.reduce((sum, { words }) => sum + words.length, 0) +
      Math.ceil((pads.length * dataBits) / 8),
    segmentBytes: batches * 4 * segments.reduce((sum, segment) => sum + segment.weights.length, 0),
    imageBytes: batches * images.words * word,
    resultBytes: batches * resultWords * word,
  };
}
