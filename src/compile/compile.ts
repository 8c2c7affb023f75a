// SPDX-License-Identifier: Apache-2.0
// Turns a quantized network into what the core's buffers hold: program words,
// weight words (one tap of `columns` filters each) and fold words.

import { checkNetwork, FOLD_LIMITS, layerGeometry, type QuantizedNetwork } from '../network/index.ts';
import { checkConfiguration, type Configuration } from './configuration.ts';
import { partsOf, putLane } from './lanes.ts';
import { encodeLayer, filterTiles, PROGRAM_LAYERS } from './program.ts';
import { sizeNeeds, unsupported } from './support.ts';

/** A network as the words of one configuration's buffers. */
export interface CompiledNetwork {
  readonly configuration: Configuration;
  readonly network: QuantizedNetwork;
  /** PROGRAM_WORDS words a layer. */
  readonly program: Uint32Array;
  /** Weight words, `weightParts` 32-bit parts each. */
  readonly weights: Uint32Array;
  readonly weightParts: number;
  /** Fold words, two 32-bit parts each. */
  readonly folds: Uint32Array;
}

/**
 * Checks that the core can do what a layer asks for.
 * @throws {RangeError} naming the layer and what it would need.
 */
function checkSupport({ network, layers }: QuantizedNetwork): void {
  layers.forEach(({ layer, padCodes }, index) => {
    const refuse = (expected: string, received: string): never => {
      throw new RangeError(
        `Expected layer ${layer.name} of ${network.name} ${expected} on the array, but received ${received}.`,
      );
    };
    const missing = unsupported(layer, layers[index - 1]?.layer.name);
    if (missing) refuse(missing.expected, missing.received);
    if (new Set(padCodes).size !== 1) {
      refuse('to have one code outside its map', [...new Set(padCodes)].join(', '));
    }
  });
}

function checkFit({ network, imageBits, layers }: QuantizedNetwork, configuration: Configuration): void {
  const { dataBits } = configuration;
  const other = layers.find(({ bits }) => bits !== dataBits);
  if (other) {
    throw new RangeError(
      `Expected dataBits to be ${other.bits}, the bits of ${network.name}'s codes, but received ${dataBits}.`,
    );
  }
  if (imageBits > dataBits) {
    throw new RangeError(
      `Expected dataBits to be at least ${imageBits}, the bits of the pictures, but received ${dataBits}.`,
    );
  }
  for (const { name, unit, needed, what } of sizeNeeds(network.name, network.layers, configuration)) {
    const size = configuration[name];
    if (needed > size) {
      throw new RangeError(`Expected ${name} to be at least ${needed} ${unit} for ${what}, but received ${size}.`);
    }
  }
  if (layers.length > PROGRAM_LAYERS) {
    throw new RangeError(
      `Expected ${network.name} to have at most ${PROGRAM_LAYERS} layers, but received ${layers.length}.`,
    );
  }
}

/** Weight words of all layers: for each tile of filters its taps in turn, lanes without a filter zero. */
function packWeights({ layers }: QuantizedNetwork, { columns, dataBits }: Configuration): Uint32Array {
  const stride = partsOf(columns * dataBits);
  const words = layers.map(({ layer }) => layerGeometry(layer).taps * filterTiles(layer.filters, columns));
  const parts = new Uint32Array(words.reduce((total, count) => total + count, 0) * stride);
  let word = 0;
  layers.forEach(({ layer, weights }, index) => {
    const { taps } = layerGeometry(layer);
    for (let filter = 0; filter < layer.filters; filter++) {
      const tile = Math.floor(filter / columns);
      for (let tap = 0; tap < taps; tap++) {
        const at = (word + tile * taps + tap) * stride;
        putLane(parts, at, filter % columns, dataBits, weights[filter * taps + tap]!);
      }
    }
    word += words[index]!;
  });
  return parts;
}

/** Fold words of all layers: {shift, add, mul} from high to low bits. */
function packFolds({ layers }: QuantizedNetwork): Uint32Array {
  const { mulBits, addBits } = FOLD_LIMITS;
  const words = layers.flatMap(({ mul, add, shift }) =>
    Array.from(mul, (slope, filter) => {
      const low = BigInt.asUintN(mulBits, BigInt(slope));
      const middle = BigInt.asUintN(addBits, BigInt(add[filter]!)) << BigInt(mulBits);
      return low | middle | (BigInt(shift[filter]!) << BigInt(mulBits + addBits));
    }),
  );
  return Uint32Array.from(words.flatMap((word) => [Number(word & 0xffffffffn), Number(word >> 32n)]));
}

/**
 * Compiles a network for a configuration.
 * @throws {RangeError} naming the layer or buffer that does not fit and the size needed.
 */
export function compileNetwork(network: QuantizedNetwork, configuration: Configuration): CompiledNetwork {
  checkConfiguration(configuration);
  checkNetwork(network.network);
  checkSupport(network);
  checkFit(network, configuration);
  let weightBase = 0;
  let foldBase = 0;
  const program = network.layers.flatMap(({ layer, low, padCodes }) => {
    const words = encodeLayer(layer, configuration, { weightBase, foldBase, low, padCode: padCodes[0]! });
    weightBase += layerGeometry(layer).taps * filterTiles(layer.filters, configuration.columns);
    foldBase += layer.filters;
    return [...words];
  });
  return {
    configuration,
    network,
    program: Uint32Array.from(program),
    weights: packWeights(network, configuration),
    weightParts: partsOf(configuration.columns * configuration.dataBits),
    folds: packFolds(network),
  };
}
