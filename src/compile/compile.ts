// SPDX-License-Identifier: Apache-2.0
// Turns a quantized network into what the core's buffers hold: program words, weight words, fold words and padding
// codes; and says where its maps are.

import {
  checkNetwork,
  inputBits,
  layerGeometry,
  mapSize,
  pictureShape,
  type QuantizedLayer,
  type QuantizedNetwork,
} from '../network/index.ts';
import { compileStationary, stationaryNeeds } from './compile-stationary.ts';
import { checkConfiguration, type Configuration } from './configuration.ts';
import { bases, joined } from './joined.ts';
import { planLayers, sizeNeeds } from './needs.ts';
import { packFolds } from './pack-folds.ts';
import { packPads } from './pack-pads.ts';
import type { LaneFolds, PadWords } from './pack-stationary.ts';
import { packRecords, packWeights, weightParts } from './pack-weights.ts';
import type { LayerPlan } from './plan.ts';
import { type Schedule, unsupportedStationary } from './plan-stationary.ts';
import { encodeRecord, type LayerPlacement } from './program.ts';
import { type LayerRecord, PROGRAM_LAYERS } from './records.ts';
import type { Strips } from './strips.ts';
import { planTiling } from './tiling.ts';
import {
  unsupported,
  unsupportedCells,
  unsupportedIntegers,
  unsupportedShortcut,
  unsupportedSides,
} from './unsupported.ts';

/** Where pictures are loaded. */
export interface PicturePlaces {
  readonly buffer: 0 | 1;
  /**
   * Where a batch may begin: two addresses that batches take in turn, so that one is loaded while another is read; or
   * one, which is free when no batch is running.
   */
  readonly addresses: readonly number[];
  /** Words of a batch. */
  readonly words: number;
  /** The layer by whose kernel's rows each picture is laid (see `kernelRows`); null where it is as it comes. */
  readonly rowsOf: QuantizedLayer | null;
}

/** Weights of one record. */
export interface Segment {
  /** Address of its first word. */
  readonly base: number;
  /** Its words, `weightParts` 32-bit parts each. */
  readonly weights: Uint32Array;
}

/** A network as the words of one configuration's buffers. */
export interface CompiledNetwork {
  readonly configuration: Configuration;
  readonly network: QuantizedNetwork;
  /** What stays in the cells. With `weight`, `plans` are `StationaryPlan`s, and one image runs at a time. */
  readonly schedule: Schedule;
  readonly plans: readonly LayerPlan[];
  /** Leading layers that run in strips of rows; null where every map is whole. */
  readonly strips: Strips | null;
  readonly placements: readonly LayerPlacement[];
  readonly images: PicturePlaces;
  /** What the program runs one after the other: one a layer, or more where it runs in strips or its weights in segments. */
  readonly records: readonly LayerRecord[];
  /** PROGRAM_WORDS words a record. */
  readonly program: Uint32Array;
  /** Weight words that are loaded once, `weightParts` 32-bit parts each. */
  readonly weights: Uint32Array;
  /** Weight words that are loaded for each batch, in this order; an even number of segments, or none. */
  readonly segments: readonly Segment[];
  readonly weightParts: number;
  /** Fold words, FOLD_PARTS 32-bit parts each. */
  readonly folds: Uint32Array;
  /** The same for each lane, where weights are held; none else. */
  readonly laneFolds: LaneFolds;
  /** Codes that taps outside maps read, one a word. */
  readonly pads: Uint32Array;
  /** Padding codes of channels, where weights are held: words of the activation buffers. */
  readonly padWords: readonly PadWords[];
  /** Words that the last layer writes to the result buffer. */
  readonly resultWords: number;
}

/**
 * Checks that the core can do what a network asks for.
 * @throws {RangeError} naming the layer and what it would need.
 */
function checkSupport(
  { network, imageBits, layers }: QuantizedNetwork,
  configuration: Configuration,
  schedule: Schedule,
): void {
  const { dataBits } = configuration;
  if (imageBits > dataBits) {
    throw new RangeError(
      `Expected dataBits to be at least ${imageBits}, the bits of the pictures, but received ${dataBits}.`,
    );
  }
  for (const quantized of layers) {
    const { layer } = quantized;
    const missing =
      unsupported(layer) ??
      unsupportedCells(layer, configuration) ??
      unsupportedShortcut(layer, configuration) ??
      unsupportedSides(layer, configuration) ??
      unsupportedIntegers(quantized, configuration) ??
      (schedule === 'weight' ? unsupportedStationary(layer, configuration) : null);
    if (missing === null) continue;
    throw new RangeError(
      `Expected layer ${layer.name} of ${network.name} ${missing.expected} on the array, but received ${missing.received}.`,
    );
  }
}

function checkFit({ network, layers }: QuantizedNetwork, configuration: Configuration, schedule: Schedule): void {
  if (layers.length > PROGRAM_LAYERS) {
    throw new RangeError(
      `Expected ${network.name} to have at most ${PROGRAM_LAYERS} layers, but received ${layers.length}.`,
    );
  }
  const needs = schedule === 'weight' ? stationaryNeeds : sizeNeeds;
  for (const { name, unit, needed, what } of needs(network, configuration, layers)) {
    const size = configuration[name] ?? 0;
    if (needed > size) {
      throw new RangeError(`Expected ${name} to be at least ${needed} ${unit} for ${what}, but received ${size}.`);
    }
  }
}

/** How a network is compiled. */
export interface CompileOptions {
  /** @defaultValue output */
  readonly schedule?: Schedule | undefined;
}

/**
 * Compiles a network for a configuration.
 * @throws {RangeError} naming the layer or buffer that does not fit and the size needed.
 */
export function compileNetwork(
  network: QuantizedNetwork,
  configuration: Configuration,
  { schedule = 'output' }: CompileOptions = {},
): CompiledNetwork {
  checkConfiguration(configuration);
  checkNetwork(network.network);
  checkSupport(network, configuration, schedule);
  checkFit(network, configuration, schedule);
  if (schedule === 'weight') return compileStationary(network, configuration);
  const { layers } = network.network;
  const plans = planLayers(layers, configuration, network.layers);
  const {
    strips,
    maps: { pictures, banks, places },
    weights: { records },
  } = planTiling(plans, configuration);
  const pads = packPads(network.layers);
  const foldBases = bases(layers.map(({ filters }) => filters));

  const placements = places.map((maps, index) => ({
    ...maps,
    ...pads.places[index]!,
    foldBase: foldBases[index]!,
  }));
  const layerWeights = network.layers.map((layer, index) =>
    packWeights(layer, plans[index]!, inputBits(network, index), configuration),
  );
  const words = mapSize(pictureShape(network.network));
  return {
    configuration,
    network,
    schedule,
    plans,
    strips,
    placements,
    images: {
      buffer: pictures.buffer,
      addresses: Array.from({ length: banks }, (_, bank) => pictures.base + bank * words),
      words,
      rowsOf: null,
    },
    records,
    program: joined(
      records.map((record, index) =>
        encodeRecord(
          network.layers[record.layer]!,
          record,
          placements[record.layer]!,
          configuration,
          index === records.length - 1,
        ),
      ),
    ),
    ...packRecords(layerWeights, plans, records, configuration),
    weightParts: weightParts(configuration),
    folds: joined(network.layers.map((layer, index) => packFolds(layer, inputBits(network, index), configuration))),
    laneFolds: { addresses: new Uint32Array(0), words: new Uint32Array(0) },
    pads: pads.codes,
    padWords: [],
    resultWords: mapSize(layerGeometry(layers.at(-1)!).output),
  };
}
