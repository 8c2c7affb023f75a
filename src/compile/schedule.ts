// SPDX-License-Identifier: Apache-2.0
// Which of the array's operands stays in its cells: for a whole network, or for each of its layers.
//
// What stays says how maps are laid. Where sums stay, a word is one value of all images of a batch; where weights stay,
// it is a block of channels of one image. Between two such layers a map is turned: a layer by itself, whose map is the
// one that it reads, in words of the other layout (turns.ts).

import type { Configuration } from './configuration.ts';

/** What stays in the cells while a layer runs; or the layout that it turns a map to. */
export type Stay = 'output' | 'weight' | 'to-images' | 'to-channels';

/** A schedule for each layer. */
export interface LayerSchedule {
  /** Images of a batch, at most: 1 to the smaller of the array's rows and columns. */
  readonly images: number;
  /** Of each layer of a network whose maps are turned where they have to be; the last one's words are of all images. */
  readonly stays: readonly Stay[];
}

/** Sums of a batch of images, the weights of one image after the other, or what is best for each layer. */
export type Schedule = 'output' | 'weight' | LayerSchedule;

/** A schedule by name. */
export type ScheduleName = 'output' | 'weight' | 'layers';

/** Name of a schedule. */
export function scheduleName(schedule: Schedule): ScheduleName {
  return typeof schedule === 'string' ? schedule : 'layers';
}

/** What stays, of each of so many layers. */
export function staysOf(schedule: Schedule, layers: number): readonly Stay[] {
  return typeof schedule === 'string' ? Array.from({ length: layers }, () => schedule) : schedule.stays;
}

/** Whether words of the map that a layer writes are blocks of one image's channels. */
export function writesBlocks(stay: Stay): boolean {
  return stay === 'weight' || stay === 'to-channels';
}

/** Whether words of the map that a layer reads are blocks of one image's channels. */
export function readsBlocks(stay: Stay): boolean {
  return stay === 'weight' || stay === 'to-images';
}

/** Images of a batch, at most. */
export function imagesAtOnce(schedule: Schedule, { rows }: Pick<Configuration, 'rows'>): number {
  if (typeof schedule !== 'string') return schedule.images;
  return schedule === 'weight' ? 1 : rows;
}
