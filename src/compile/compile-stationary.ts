// SPDX-License-Identifier: Apache-2.0
// Compiles a network for cells that hold weights: one image at a time, a word a block of its channels.

import { inputBits, type Layer, layerGeometry, type Network, pictureShape } from '../network/index.ts';
import type { QuantizedLayer, QuantizedNetwork } from '../network/index.ts';
import type { CompiledNetwork } from './compile.ts';
import type { Configuration } from './configuration.ts';
import { bases, joined } from './joined.ts';
import { type Need, passBits, totalBits } from './needs.ts';
import { packPads } from './pack-pads.ts';
import { packLaneFolds, packPadWords, type PadWords, packStationaryWeights } from './pack-stationary.ts';
import { packRecords, weightParts } from './pack-weights.ts';
import { type MapPlaces, placeMaps } from './place-maps.ts';
import { assumedPlanes, weightPlanes } from './plan.ts';
import {
  blockedSize,
  channelLanes,
  inputBlocks,
  outputBlocks,
  planStationary,
  type StationaryPlan,
} from './plan-stationary.ts';
import { encodeStationary } from './program-stationary.ts';
import { planRecords, PROGRAM_LAYERS, PROGRAM_WORDS } from './records.ts';

/** Fold words of a lane beyond those that `foldDepth` words give each: a layer's last tile may have few filters. */
const MORE_FOLDS: number = PROGRAM_LAYERS;

/** Whether channels read different codes outside the map, which are words of the buffer that is read. */
function padsEach({ layer, padCodes }: QuantizedLayer): boolean {
  return layer.padding > 0 && padCodes.some((code) => code !== padCodes[0]);
}

/** A layer whose channels read different codes outside the map as one whose codes are all the same: another one. */
function uniform(quantized: QuantizedLayer): QuantizedLayer {
  if (!padsEach(quantized)) return quantized;
  return { ...quantized, layer: { ...quantized.layer, padding: 0 } };
}

/** Plans of a network's layers. */
function planStationaryLayers(
  layers: readonly Layer[],
  configuration: Configuration,
  integers?: readonly QuantizedLayer[],
): StationaryPlan[] {
  return layers.map((layer, index) => {
    const known = integers?.[index];
    const planes = known === undefined ? assumedPlanes(layer, configuration) : weightPlanes(known, configuration);
    return planStationary(layer, configuration, planes);
  });
}

/** Words of padding codes that layers read from the buffers, of each layer that does. */
export function padWordCounts(
  layers: readonly Layer[],
  configuration: Configuration,
  integers?: readonly QuantizedLayer[],
): number[] {
  const plans = planStationaryLayers(layers, configuration, integers);
  return (integers ?? []).flatMap((layer, index) => (padsEach(layer) ? [inputBlocks(plans[index]!)] : []));
}

function padWordCount(...asked: Parameters<typeof padWordCounts>): number {
  return padWordCounts(...asked).reduce((sum, words) => sum + words, 0);
}

/** Where maps of blocks are, with room for words of padding codes above them. */
export function placeBlocks(
  layers: readonly Layer[],
  configuration: Configuration,
  integers?: readonly QuantizedLayer[],
): MapPlaces {
  const lanes = channelLanes(configuration);
  const words = padWordCount(layers, configuration, integers);
  return placeMaps(layers, configuration.activationDepth - words, (map) => blockedSize(map, lanes));
}

/** Everything that a network needs of a configuration whose cells hold its weights, in the order in which it is checked. */
export function stationaryNeeds(
  { name: network, layers }: Network,
  configuration: Configuration,
  integers?: readonly QuantizedLayer[],
): Need[] {
  const { dataBits } = configuration;
  const lanes = channelLanes(configuration);
  const plans = planStationaryLayers(layers, configuration, integers);
  const { depth, deepest } = placeBlocks(layers, configuration, integers);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const words = (name: Need['name'], needed: number, what: string): Need => ({ name, unit: 'words', needed, what });
  const bits = (name: Need['name'], needed: number, what: string): Need => ({ name, unit: 'bits', needed, what });
  const longest = plans.reduce((most, plan) => (plan.pixels > most.pixels ? plan : most));
  const tiles = sum(plans.map(outputBlocks));
  const weights = planRecords(plans, configuration);
  const last = layers.at(-1)!;
  return [
    words('partialDepth', longest.pixels, `the partial sums of layer ${longest.layer.name}`),
    ...plans.flatMap(({ layer, planes }): Need[] => {
      const { taps } = layerGeometry(layer);
      const what = `layer ${layer.name} (${taps} taps`;
      return [
        bits('accBits', passBits(dataBits, Math.min(lanes, layer.input.channels / layer.groups)), `${what})`),
        bits(
          'sumBits',
          totalBits(dataBits, taps, planes),
          layer.cell === 'adder' ? `${what})` : `${what}, ${planes} planes)`,
        ),
      ];
    }),
    words(
      'activationDepth',
      depth + padWordCount(layers, configuration, integers),
      `the maps at the time of layer ${deepest.name}, and padding codes`,
    ),
    words('weightDepth', weights.depth, `the weights of ${network}${weights.segmentWords > 0 ? ' in segments' : ''}`),
    words('foldDepth', Math.max(1, (tiles - MORE_FOLDS) * lanes), `the folds of ${network}`),
    ...(integers === undefined
      ? []
      : [
          {
            name: 'padDepth',
            unit: 'codes',
            needed: packPads(integers.map(uniform)).codes.length,
            what: `the padding of ${network}`,
          } as const,
        ]),
    words('resultDepth', blockedSize(layerGeometry(last).output, lanes), `the output of layer ${last.name}`),
    words('programDepth', weights.records.length * PROGRAM_WORDS, `the program of ${network}`),
  ];
}

/** Compiles a network that the configuration has room for. */
export function compileStationary(network: QuantizedNetwork, configuration: Configuration): CompiledNetwork {
  const { layers } = network.network;
  const lanes = channelLanes(configuration);
  const plans = planStationaryLayers(layers, configuration, network.layers);
  const { pictures, banks, places } = placeBlocks(layers, configuration, network.layers);
  const pads = packPads(network.layers.map(uniform));
  const { records } = planRecords(plans, configuration);
  const foldBases = bases(plans.map(outputBlocks));

  // Words of padding codes, from the buffers' ends down.
  const padWords: PadWords[] = [];
  const tops = [configuration.activationDepth, configuration.activationDepth];
  const padPlaces = network.layers.map((layer, index) => {
    if (!padsEach(layer)) return pads.places[index]!;
    const { buffer } = places[index]!.source;
    const words = packPadWords(layer, lanes, configuration);
    tops[buffer]! -= inputBlocks(plans[index]!);
    padWords.push({ buffer, base: tops[buffer]!, words });
    return { padBase: tops[buffer]!, padEach: true };
  });
  const placements = places.map((maps, index) => ({
    ...maps,
    ...padPlaces[index]!,
    foldBase: foldBases[index]!,
  }));

  const layerWeights = network.layers.map((layer, index) =>
    packStationaryWeights(layer, plans[index]!, inputBits(network, index), configuration),
  );
  const laneFolds = network.layers.map((layer, index) =>
    packLaneFolds(layer, plans[index]!, inputBits(network, index), foldBases[index]!),
  );
  const words = blockedSize(pictureShape(network.network), lanes);
  return {
    configuration,
    network,
    schedule: 'weight',
    plans,
    strips: null,
    placements,
    images: {
      buffer: pictures.buffer,
      addresses: Array.from({ length: banks }, (_, bank) => pictures.base + bank * words),
      words,
    },
    records,
    program: joined(
      records.map((record, index) => {
        const { layer } = record;
        const last = index === records.length - 1;
        return encodeStationary(network.layers[layer]!, record, plans[layer]!, placements[layer]!, last);
      }),
    ),
    ...packRecords(layerWeights, plans, records, configuration),
    weightParts: weightParts(configuration),
    folds: new Uint32Array(0),
    laneFolds: {
      addresses: joined(laneFolds.map(({ addresses }) => addresses)),
      words: joined(laneFolds.map((folds) => folds.words)),
    },
    pads: pads.codes,
    padWords,
    resultWords: blockedSize(layerGeometry(layers.at(-1)!).output, lanes),
  };
}
