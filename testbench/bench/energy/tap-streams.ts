// SPDX-License-Identifier: Apache-2.0
// Operands of real networks for cells: taps of LeNet-5 and of ResNet-20, and for multipliers those of their twins.

import { loadData, loadMnist } from '../../../src/data/index.ts';
import type { ArrayOperands } from '../../../src/energy/array-events.ts';
import { addingLayers, realOperands } from '../../../src/energy/measure/index.ts';
import {
  type Codes,
  type FloatModel,
  type QuantizedNetwork,
  readQuantized,
  shippedWeights,
} from '../../../src/network/index.ts';
import { pixelCodes } from '../../../src/quantize/index.ts';
import { inferredBy } from '../../support/inferred.ts';
import type { TriedCell } from '../../support/tried-cells.ts';
import { quantizedResnet20 } from '../support/official.ts';

/** Taps of one network that adds, and what a multiplier may take in their place. */
export interface Stream {
  readonly name: string;
  readonly operands: ArrayOperands;
  readonly multiplied: readonly (readonly [what: string, operands: ArrayOperands])[];
}

/** What is taken of a network: images, taps of each layer, and cells of a row and of a column. */
export interface Sample {
  readonly count: number;
  readonly taps: number;
  readonly side: number;
}

/** Float models of ResNet-20 where they are at hand: the official one, and of its twin one that `berus train` made. */
export interface FloatModels {
  readonly official?: FloatModel | undefined;
  readonly twin?: FloatModel | undefined;
}

/** Taps of a network, and of its twin those of the same places; the codes of images are the same for both. */
function streamOf(
  name: string,
  net: QuantizedNetwork,
  twin: QuantizedNetwork | undefined,
  images: Codes,
  { count, taps, side }: Sample,
  float?: FloatModel,
): Stream {
  const grid = { rows: side, columns: side };
  const operands = realOperands(net, inferredBy(net, images, count), taps, { ...grid, float });
  const { x, w, first, floatWeights } = operands;
  const recentred = w.map((codes) => codes.map((code) => code ^ (2 ** (net.bits - 1))));
  const multiplied: [string, ArrayOperands][] = [['weights recentred', { x, w: recentred, first }]];
  if (floatWeights) multiplied.push(['float weights by a scale', { x, w: floatWeights, first }]);
  if (twin) {
    const layers = addingLayers(net);
    const own = realOperands(twin, inferredBy(twin, images, count), taps, { ...grid, layers });
    multiplied.push([twin.network.name, own]);
  }
  return { name, operands, multiplied };
}

/** Real operands of so many bits: of LeNet-5 as it is shipped, and of ResNet-20 where the official one is at hand. */
export async function streams(dataBits: number, { official, twin }: FloatModels, sample: Sample): Promise<Stream[]> {
  const { count, taps } = sample;
  const found: Stream[] = [];
  if (dataBits === 8) {
    const [net, cnn] = ['lenet5', 'lenet5-cnn'].map((name) => readQuantized(shippedWeights(name)));
    const more = { ...sample, taps: 4 * taps }; // of its fewer layers
    found.push(streamOf('LeNet-5', net!, cnn, loadMnist('test').images.subarray(0, count * 784), more));
  }
  if (official) {
    const net = await quantizedResnet20(official, dataBits);
    const cnn =
      dataBits === 8
        ? readQuantized(shippedWeights('resnet20-cnn'))
        : twin && (await quantizedResnet20(twin, dataBits));
    const images = pixelCodes(loadData('cifar10', 'test').images.subarray(0, count * 3072), net.imageBits);
    found.push(streamOf('ResNet-20', net, cnn, images, sample, official));
  }
  return found;
}

/** What a cell is measured with: a multiplier's operands, by name, or those of the network. */
export function operandsOf(
  { kind, taps }: TriedCell,
  { operands, multiplied }: Stream,
  own: boolean,
): Stream['multiplied'] {
  if (kind !== 'multiply') return [['', operands]];
  // Several taps a clock, or shared registers: by the operands of the twin alone.
  return own || taps > 1 ? multiplied.slice(-1) : multiplied;
}
