// SPDX-License-Identifier: Apache-2.0
// A schedule for each layer, by the closed form: that with the fewest clocks, those of maps that are turned between layers
// of two kinds among them.
//
// Before each layer all maps that live are counted as words of one layout, so that the fewest clocks up to a layer follow
// from those up to the one before it, of either kind. A map is turned only where it is read, so that the program may take
// fewer clocks than were counted, and another schedule rarely fewer still.

import {
  channelLanes,
  columnParts,
  type Configuration,
  laidByRows,
  mayLieByRows,
  planStationary,
  planTurn,
  setupCycles,
  type Stay,
  type Turned,
  turnLayer,
  turnMaps,
  turnParts,
  unsupported,
  unsupportedImages,
  unsupportedStationary,
} from '../compile/index.ts';
import { type Layer, type Network, picture, type QuantizedNetwork } from '../network/index.ts';
import { layerCounters } from './layer-cycles.ts';
import { type LayerWork, planesOf, quantizedWork, unweightedWork, workPlan } from './layer-work.ts';
import { fits } from './scheduled.ts';
import { stationaryCounters } from './stationary-cycles.ts';
import { turnCounters } from './turn-schedule.ts';

type Kind = Extract<Stay, 'output' | 'weight'>;

/** Clocks of a layer for so many images at once; Infinity where its weights cannot be held so, or its partial sums, all of them. */
function layerClocks(
  work: LayerWork,
  configuration: Configuration,
  images: number,
  kind: Kind,
  byRows: boolean,
): number {
  const { layer } = work;
  if (kind === 'output') {
    return columnParts(workPlan(work, configuration)).reduce(
      (sum, part) => sum + layerCounters(part, configuration, images).cycles.total,
      0,
    );
  }
  if ((unsupportedImages(layer) ?? unsupportedStationary(layer, configuration)) !== null) return Infinity;
  const plan = planStationary(layer, configuration, planesOf(work, configuration), { images });
  // Maps are whole where each layer has a schedule of its own.
  if (plan.pixels > (configuration.partialDepth ?? 0)) return Infinity;
  const laid = byRows ? (laidByRows(plan, configuration) ?? plan) : plan;
  return stationaryCounters(laid, configuration).cycles.total;
}

/** Clocks in which a layer's map is turned. */
function turnClocks(layer: Layer, configuration: Configuration, images: number, to: Kind): number {
  const turn = to === 'weight' ? 'to-channels' : 'to-images';
  const setup = setupCycles(false, configuration);
  const plan = planTurn(turnLayer(layer, layer.name), turn, channelLanes(configuration), images);
  return turnParts(plan).reduce((sum, part) => sum + turnCounters(part.plan, configuration, { setup }).cycles.total, 0);
}

/** The fewest clocks up to a layer, and what stays of each until then. */
interface Best {
  readonly clocks: number;
  readonly stays: readonly Kind[];
}

/** What stays of each layer for the fewest clocks of so many images at once. */
function bestStays(
  { layers }: Network,
  works: readonly LayerWork[],
  configuration: Configuration,
  images: number,
): readonly Kind[] {
  const byRows = mayLieByRows(layers);
  let best: Readonly<Record<Kind, Best>> = { output: { clocks: 0, stays: [] }, weight: { clocks: 0, stays: [] } };
  for (const [index, work] of works.entries()) {
    const readers = layers.slice(index);
    const living = layers
      .slice(0, index)
      .filter(({ name }) => readers.some(({ source, shortcut }) => source === name || shortcut === name));
    const turned = (to: Kind): number =>
      living.reduce((sum, layer) => sum + turnClocks(layer, configuration, images, to), 0);
    const upTo = (kind: Kind): Best => {
      const [same, other] = [best[kind], best[kind === 'weight' ? 'output' : 'weight']];
      const turning = other.clocks + turned(kind);
      const before = turning < same.clocks ? { ...other, clocks: turning } : same;
      const clocks = before.clocks + layerClocks(work, configuration, images, kind, byRows && index === 0);
      return { clocks, stays: [...before.stays, kind] };
    };
    best = { output: upTo('output'), weight: upTo('weight') };
  }
  const results = turnClocks(layers.at(-1)!, configuration, images, 'output');
  return best.weight.clocks + results < best.output.clocks ? best.weight.stays : best.output.stays;
}

/** Why layers of a network have no schedules of their own on an array; null where they do. */
export function unsupportedLayers(
  { layers }: Network,
  { cell = 'distance', partialDepth = 0 }: Configuration,
): string | null {
  if (partialDepth === 0) return 'a configuration without partialDepth';
  if (cell !== 'distance') return `cells of ${cell}`;
  const pictures = layers.filter(({ source }) => source === picture);
  if (pictures.length > 1) return `pictures that ${pictures.length} layers read`;
  return layers.some((layer) => unsupported(layer) !== null) ? 'a layer that the array does not compute' : null;
}

/**
 * Gives each layer the schedule with which so many images take the fewest clocks, and turns maps where it changes. They run
 * in as few batches as a word has lanes for, or in more where there is no room for their maps, each of as many.
 * @throws {RangeError} where the array cannot; see {@link unsupportedLayers}
 */
export function chooseLayers<Given extends Network | QuantizedNetwork>(
  given: Given,
  configuration: Configuration,
  images: number,
): Turned<Given> {
  const network: Network = 'network' in given ? given.network : given;
  const missing = unsupportedLayers(network, configuration);
  if (missing !== null) {
    throw new RangeError(
      `Expected an array of absolute differences with a partialDepth and one layer that reads the pictures, for a ` +
        `schedule of each layer's own, but received ${missing}.`,
    );
  }
  const works = 'network' in given ? given.layers.map(quantizedWork) : network.layers.map(unweightedWork);
  for (let most = channelLanes(configuration); ; most--) {
    const atOnce = Math.ceil(images / Math.ceil(images / most));
    const turned = turnMaps(given, bestStays(network, works, configuration, atOnce), atOnce);
    if (atOnce === 1 || fits(turned, configuration)) return turned;
  }
}
