// SPDX-License-Identifier: Apache-2.0
// Turns a quantized network into what the core's buffers hold: program words, weight words, fold words and padding
// codes; and says where its maps are.

import {
  checkNetwork,
  inputBits,
  mapSize,
  pictureShape,
  type QuantizedLayer,
  type QuantizedNetwork,
} from '../network/index.ts';
import { checkSchedule } from './check-schedule.ts';
import { checkConfiguration, type Configuration } from './configuration.ts';
import { bases, joined } from './joined.ts';
import { layNetwork, resultWords } from './laying.ts';
import { commonPads, foldWords, laneFoldWords, sizeNeeds } from './needs.ts';
import { packFolds, packTurnFold } from './pack-folds.ts';
import { packPads, type Pads } from './pack-pads.ts';
import {
  type LaneFolds,
  packLaneFolds,
  packPadWords,
  type PadWords,
  packStationaryWeights,
} from './pack-stationary.ts';
import { packRecords, packWeights, weightParts } from './pack-weights.ts';
import type { LayerMaps } from './place-maps.ts';
import { type LayerPlan, weightPlanes } from './plan.ts';
import { inputBlocks, inputWords, isHeld, unsupportedImages, unsupportedStationary } from './plan-stationary.ts';
import { isTurn } from './plan-turn.ts';
import { encodeRecord, type LayerPlacement, type ProgramPlace } from './program.ts';
import { encodeStationary } from './program-stationary.ts';
import { encodeTurn } from './program-turn.ts';
import { type LayerRecord, PROGRAM_LAYERS, programRecords, runsOf } from './records.ts';
import { type Schedule, staysOf } from './schedule.ts';
import type { Strips } from './strips.ts';
import { padsEach } from './tiling-stationary.ts';
import {
  unsupported,
  unsupportedAverage,
  unsupportedCells,
  unsupportedIntegers,
  unsupportedPlanes,
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
  /** What stays in the cells. */
  readonly schedule: Schedule;
  /** Of each layer: a `StationaryPlan` where its weights are held, a `TurnPlan` where its map is turned. */
  readonly plans: readonly LayerPlan[];
  /** Leading layers that run in strips of rows; null where every map is whole. */
  readonly strips: Strips | null;
  readonly placements: readonly LayerPlacement[];
  readonly images: PicturePlaces;
  /**
   * What the program runs one after the other: one a layer, or more where it runs in strips or its weights in segments.
   * The program has words of those that are not the one before run again, see {@link programRecords}.
   */
  readonly records: readonly LayerRecord[];
  /** PROGRAM_WORDS words for each record that it has words of. */
  readonly program: Uint32Array;
  /** Weight words that are loaded once, `weightParts` 32-bit parts each. */
  readonly weights: Uint32Array;
  /** Weight words that are loaded for each batch, in this order; where two are held, an even number of segments, or none. */
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
  const stays = staysOf(schedule, layers.length);
  for (const [index, quantized] of layers.entries()) {
    const { layer } = quantized;
    const missing =
      unsupported(layer) ??
      unsupportedCells(layer, configuration) ??
      unsupportedPlanes(weightPlanes(quantized, configuration), configuration) ??
      unsupportedShortcut(layer, configuration) ??
      unsupportedAverage(layer, configuration) ??
      unsupportedSides(layer, configuration) ??
      unsupportedIntegers(quantized, configuration) ??
      (stays[index] === 'weight' ? unsupportedStationary(layer, configuration) : null) ??
      (stays[index] === 'weight' && schedule !== 'weight' ? unsupportedImages(layer) : null);
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
  for (const { name, unit, needed, what } of sizeNeeds(network, configuration, layers, schedule)) {
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
  checkSchedule(network.network, configuration, schedule);
  checkSupport(network, configuration, schedule);
  checkFit(network, configuration, schedule);
  const { layers } = network.network;
  const { plans, tiling } = layNetwork(layers, configuration, schedule, network.layers);
  const {
    strips,
    maps: { pictures, banks, places },
    weights: { records },
  } = tiling;
  const runs = runsOf(records);
  const padPlaces = placePads(network.layers, plans, places, configuration);
  const foldBases = bases(plans.map(foldWords));
  const laneFoldBases = bases(plans.map(laneFoldWords));
  const placements = places.map((maps, index) => ({
    ...maps,
    ...padPlaces.places[index]!,
    foldBase: (isHeld(plans[index]!) ? laneFoldBases : foldBases)[index]!,
  }));
  const packed = network.layers.map((layer, index) =>
    packLayer(layer, plans[index]!, inputBits(network, index), laneFoldBases[index]!, configuration),
  );
  const [first] = plans as [LayerPlan];
  const words = isHeld(first) ? first.images * inputWords(first) : mapSize(pictureShape(network.network));
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
      rowsOf: isHeld(first) && first.reads.byRows ? network.layers[0]! : null,
    },
    records,
    program: joined(
      programRecords(records).map((record, index) =>
        encode(network.layers[record.layer]!, record, plans, placements, configuration, {
          last: index === runs.length - 1,
          runs: runs[index]!,
        }),
      ),
    ),
    ...packRecords(
      packed.map(({ weights }) => weights),
      plans,
      records,
      configuration,
    ),
    weightParts: weightParts(configuration),
    folds: joined(packed.map(({ folds }) => folds)),
    laneFolds: {
      addresses: joined(packed.map(({ laneFolds }) => laneFolds.addresses)),
      words: joined(packed.map(({ laneFolds }) => laneFolds.words)),
    },
    pads: padPlaces.codes,
    padWords: padPlaces.words,
    resultWords: resultWords(network.network, configuration, schedule),
  };
}

/** The words of one layer. */
interface PackedLayer {
  readonly weights: Uint32Array;
  readonly folds: Uint32Array;
  readonly laneFolds: LaneFolds;
}

const NO_WORDS = new Uint32Array(0);
const NO_LANE_FOLDS: LaneFolds = { addresses: NO_WORDS, words: NO_WORDS };

function packLayer(
  layer: QuantizedLayer,
  plan: LayerPlan,
  readBits: number,
  laneFoldBase: number,
  configuration: Configuration,
): PackedLayer {
  // All columns of a map that is turned take the fold of one.
  if (isTurn(plan)) return { weights: NO_WORDS, folds: packTurnFold(), laneFolds: NO_LANE_FOLDS };
  if (isHeld(plan)) {
    return {
      weights: packStationaryWeights(layer, plan, readBits, configuration),
      folds: NO_WORDS,
      laneFolds: packLaneFolds(layer, plan, readBits, laneFoldBase, configuration),
    };
  }
  return {
    weights: packWeights(layer, plan, readBits, configuration),
    folds: packFolds(layer, readBits, configuration),
    laneFolds: NO_LANE_FOLDS,
  };
}

/** The program words of a record. */
function encode(
  layer: QuantizedLayer,
  record: LayerRecord,
  plans: readonly LayerPlan[],
  placements: readonly LayerPlacement[],
  configuration: Configuration,
  at: ProgramPlace,
): Uint32Array {
  const { plan } = record;
  const placement = placements[record.layer]!;
  if (isTurn(plan)) return encodeTurn(layer, { ...record, plan }, placement, at.last);
  const whole = plans[record.layer]!;
  return isHeld(plan) && isHeld(whole)
    ? encodeStationary(layer, { ...record, plan }, whole, placement, configuration, at.last)
    : encodeRecord(layer, record, placement, configuration, at);
}

/** Padding codes, and where layers find theirs. */
interface PlacedPads extends Pads {
  readonly words: readonly PadWords[];
}

/** Places padding codes: those of channels, where weights are held, at the end of the buffer that the layer reads. */
function placePads(
  integers: readonly QuantizedLayer[],
  plans: readonly LayerPlan[],
  places: readonly LayerMaps[],
  configuration: Configuration,
): PlacedPads {
  const common = packPads(commonPads(integers, plans));
  const words: PadWords[] = [];
  const tops: [number, number] = [configuration.activationDepth, configuration.activationDepth];
  const at = integers.map((layer, index) => {
    const plan = plans[index]!;
    if (!isHeld(plan) || !padsEach(layer)) return common.places[index]!;
    const { buffer } = places[index]!.source;
    tops[buffer] -= inputBlocks(plan);
    words.push({ buffer, base: tops[buffer], words: packPadWords(layer, plan, configuration) });
    return { padBase: tops[buffer], padEach: true };
  });
  return { codes: common.codes, places: at, words };
}
