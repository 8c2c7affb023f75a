// SPDX-License-Identifier: Apache-2.0
// Whether a schedule of each layer's own goes with a network: every map, and the pictures, are read in the layout in which
// they are.

import { type Network, picture } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { channelLanes } from './plan-stationary.ts';
import { readsBlocks, type Schedule, writesBlocks } from './schedule.ts';

function layoutName(inBlocks: boolean): string {
  return inBlocks ? 'blocks of channels' : 'values';
}

/**
 * Checks that a schedule goes with a network.
 * @throws {RangeError} naming the layer that reads what is not there.
 */
export function checkSchedule(
  { name, layers }: Network,
  configuration: Pick<Configuration, 'rows' | 'columns'>,
  schedule: Schedule,
): void {
  if (typeof schedule === 'string') return;
  const { images, stays } = schedule;
  const lanes = channelLanes(configuration);
  if (!Number.isInteger(images) || images < 1 || images > lanes) {
    throw new RangeError(`Expected images of a schedule to be an integer from 1 to ${lanes}, but received ${images}.`);
  }
  if (stays.length !== layers.length) {
    throw new RangeError(
      `Expected a schedule for the ${layers.length} layers of ${name}, but received one for ${stays.length}.`,
    );
  }
  const written = new Map(layers.map((layer, index) => [layer.name, writesBlocks(stays[index]!)]));
  // Pictures are laid as the first layer reads them.
  const pictures = stays[0] === 'weight';
  layers.forEach((layer, index) => {
    const blocks = readsBlocks(stays[index]!);
    for (const source of layer.shortcut === null ? [layer.source] : [layer.source, layer.shortcut]) {
      const there = source === picture ? pictures : written.get(source)!;
      if (there === blocks) continue;
      const of = source === picture ? `pictures of ${layoutName(there)}` : `a map of ${source} of ${layoutName(there)}`;
      throw new RangeError(
        `Expected layer ${layer.name} of ${name} to read ${layoutName(blocks)}, but received ${of}.`,
      );
    }
  });
  const last = layers.at(-1)!;
  if (written.get(last.name) === true) {
    throw new RangeError(
      `Expected the last layer of ${name} to write values, but received ${last.name}, which writes ${layoutName(true)}.`,
    );
  }
}
