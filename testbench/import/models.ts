// SPDX-License-Identifier: Apache-2.0
// Small layers, models and names of files to try readers and writers on.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { FloatModel } from '../../src/network/index.ts';
import { layerOf } from '../support/layer-of.ts';

/** A model of two layers whose numbers are their positions. */
export function smallModel(): FloatModel {
  const layers = [
    layerOf({
      name: 'conv1',
      input: { height: 3, width: 3, channels: 2 },
      kernelHeight: 2,
      kernelWidth: 3,
      filters: 4,
    }),
    layerOf({
      name: 'fc',
      cell: 'multiply',
      source: 'conv1',
      input: { height: 2, width: 1, channels: 4 },
      kernelHeight: 2,
      filters: 3,
    }),
  ];
  const upTo = (count: number, start: number): Float32Array =>
    Float32Array.from({ length: count }, (_, i) => start + i / 8);
  return {
    network: { name: 'small', layers },
    input: { mean: [0.5, 0.25], deviation: [0.2, 0.1], padding: 'zero' },
    layers: layers.map((layer) => ({
      layer,
      weights: upTo(layer.filters * layer.kernelHeight * layer.kernelWidth * layer.input.channels, -3),
      gamma: upTo(layer.filters, -1),
      beta: upTo(layer.filters, 2),
      mean: upTo(layer.filters, -40),
      variance: upTo(layer.filters, 0),
    })),
  };
}

/** A folder for the files of a test file, gone with its last test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'berus-import-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Message of the error that a call ends with, `path` as FILE; `none` where it ends well. */
export function refusalOf(path: string, call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return refusalText(path, error);
  }
  return 'none';
}

/** The message of an error of bad input, after a check of its form; any other error is thrown again. */
export function refusalText(path: string, error: unknown): string {
  const { message } = error as Error;
  if (!message.startsWith('Expected ')) throw error;
  expect(message).toMatch(/^Expected [^\n]* received [^\n]*\.$/);
  return message.replaceAll(path, 'FILE');
}
