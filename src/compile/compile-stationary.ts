// SPDX-License-Identifier: Apache-2.0
// Compiles a network for cells that hold weights: one image at a time, a word a block of its channels.

import { inputBits, layerGeometry, type Network } from '../network/index.ts';
import type { QuantizedLayer, QuantizedNetwork } from '../network/index.ts';
import type { CompiledNetwork } from './compile.ts';
import type { Configuration } from './configuration.ts';
import { bases, joined } from './joined.ts';
import { inStrips, type Need, passBits, totalBits, weightsNeed } from './needs.ts';
import { packPads } from './pack-pads.ts';
import { packLaneFolds, packPadWords, type PadWords, packStationaryWeights } from './pack-stationary.ts';
import { packRecords, weightParts } from './pack-weights.ts';
import {
  blockedSize,
  channelLanes,
  inputBlocks,
  inputWords,
  outputBlocks,
  type StationaryPlan,
} from './plan-stationary.ts';
import { encodeStationary } from './program-stationary.ts';
import { PROGRAM_LAYERS, PROGRAM_WORDS } from './records.ts';
import { padsEach, padWordCount, planHeld } from './tiling-stationary.ts';

/** Fold words of a lane beyond those that `foldDepth` words give each: a layer's last tile may have few filters. */
const MORE_FOLDS: number = PROGRAM_LAYERS;

/** A layer whose channels read different codes outside the map as one whose codes are all the same: another one. */
function uniform(quantized: QuantizedLayer): QuantizedLayer {
  if (!padsEach(quantized)) return quantized;
  return { ...quantized, layer: { ...quantized.layer, padding: 0 } };
}

/** Everything that a network needs of a configuration whose cells hold its weights, in the order in which it is checked. */
export function stationaryNeeds(
  { name: network, layers }: Network,
  configuration: Configuration,
  integers?: readonly QuantizedLayer[],
): Need[] {
  const { dataBits, cell } = configuration;
  const lanes = channelLanes(configuration);
  const { plans, tiling } = planHeld(layers, configuration, integers);
  const { need, maps, weights } = tiling;
  const pads = padWordCount(plans, integers);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const words = (name: Need['name'], needed: number, what: string): Need => ({ name, unit: 'words', needed, what });
  const bits = (name: Need['name'], needed: number, what: string): Need => ({ name, unit: 'bits', needed, what });
  const { partials } = need;
  const longest = plans.reduce((most, { pixels }) => Math.max(most, pixels), 0);
  const tiles = sum(plans.map(outputBlocks));
  const last = layers.at(-1)!;
  return [
    {
      ...words(
        'partialDepth',
        partials.words,
        `the partial sums of layer ${partials.layer.name}${inStrips(need, layers)}`,
      ),
      ...(longest > partials.words && { whole: longest }),
    },
    ...plans.flatMap(({ layer, planes, reads }): Need[] => {
      const { taps } = layerGeometry(layer);
      const what = `layer ${layer.name} (${taps} taps`;
      return [
        bits('accBits', passBits(dataBits, Math.min(lanes, reads.depth), cell), `${what})`),
        bits(
          'sumBits',
          totalBits(dataBits, taps, planes, cell),
          layer.cell === 'adder' ? `${what})` : `${what}, ${planes} planes)`,
        ),
      ];
    }),
    {
      ...words(
        'activationDepth',
        need.depth + pads,
        `the maps at the time of layer ${need.deepest.name}${inStrips(need, layers)}, and padding codes`,
      ),
      ...(maps.depth > need.depth && { whole: maps.depth + pads }),
    },
    weightsNeed(network, weights, configuration),
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
  const { plans, tiling } = planHeld(layers, configuration, network.layers);
  const {
    strips,
    maps: { pictures, banks, places },
    weights: { records },
  } = tiling;
  const pads = packPads(network.layers.map(uniform));
  const foldBases = bases(plans.map(outputBlocks));

  // Words of padding codes, from the buffers' ends down.
  const padWords: PadWords[] = [];
  const tops = [configuration.activationDepth, configuration.activationDepth];
  const padPlaces = network.layers.map((layer, index) => {
    if (!padsEach(layer)) return pads.places[index]!;
    const { buffer } = places[index]!.source;
    const words = packPadWords(layer, plans[index]!, configuration);
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
    packLaneFolds(layer, plans[index]!, inputBits(network, index), foldBases[index]!, configuration),
  );
  const [first] = plans as [StationaryPlan];
  const words = inputWords(first);
  return {
    configuration,
    network,
    schedule: 'weight',
    plans,
    strips,
    placements,
    images: {
      buffer: pictures.buffer,
      addresses: Array.from({ length: banks }, (_, bank) => pictures.base + bank * words),
      words,
      rowsOf: first.reads.byRows ? network.layers[0]! : null,
    },
    records,
    program: joined(
      records.map((record, index) => {
        const { layer } = record;
        const last = index === records.length - 1;
        return encodeStationary(network.layers[layer]!, record, plans[layer]!, placements[layer]!, configuration, last);
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
