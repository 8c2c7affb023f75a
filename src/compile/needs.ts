// SPDX-License-Identifier: Apache-2.0
// What a network needs of a configuration, by name and size.

import { type Layer, layerGeometry, mapSize, type Network, type QuantizedLayer } from '../network/index.ts';
import type { ArrayCell, Configuration } from './configuration.ts';
import { packPads } from './pack-pads.ts';
import { assumedPlanes, type LayerPlan, planLayer, weightPlanes } from './plan.ts';
import { PROGRAM_WORDS, type RecordPlan } from './records.ts';
import { type DepthNeed, planTiling } from './tiling.ts';

/** A size that layers need of a configuration. */
export interface Need {
  readonly name: Exclude<keyof Configuration, 'rows' | 'columns' | 'dataBits' | 'cell'>;
  readonly unit: 'bits' | 'words' | 'codes';
  readonly needed: number;
  /** What needs it, for example `layer conv1 (25 taps)`. */
  readonly what: string;
  /** Of activation buffers or partial sums that are too few: what whole maps need, where strips of them need less. */
  readonly whole?: number;
}

/** Which layers run in strips, after what then needs a size; nothing where all run whole. */
export function inStrips({ strips }: DepthNeed, layers: readonly Layer[]): string {
  if (strips === null) return '';
  const [first, last] = [layers[0]!.name, layers[strips.layers - 1]!.name];
  return `, with ${strips.layers === 1 ? first : `${first} to ${last}`} in ${strips.strips} strips`;
}

/** Bits of a tap's value, and of a sign where sums have one: a product is as long as both codes. */
const tapBits: Readonly<Record<ArrayCell, (dataBits: number) => number>> = {
  distance: (dataBits) => dataBits,
  minimum: (dataBits) => dataBits + 1,
  product: (dataBits) => 2 * dataBits,
};

/** Bits of the sum of so many taps in one pass: those of a tap + ceil(log2 taps). */
export function passBits(dataBits: number, taps: number, cell: ArrayCell = 'distance'): number {
  return tapBits[cell](dataBits) + Math.ceil(Math.log2(taps));
}

/** Bits of a total of so many taps over all planes, with the sign that distances never have. */
export function totalBits(dataBits: number, taps: number, planes: number, cell?: ArrayCell): number {
  // The sign of two's complement counts 2^(bits - 1), and the other bits less: of planes, or of a weight as it is.
  const most = cell === 'product' ? 2 ** (dataBits - 1) : cell === 'minimum' ? 2 ** (planes - 1) : 2 ** planes - 1;
  return 1 + (taps * (2 ** dataBits - 1) * most).toString(2).length;
}

/** Words of the weight buffer that a network needs. */
export function weightsNeed(
  network: string,
  { depth, segmentWords }: Pick<RecordPlan, 'depth' | 'segmentWords'>,
  { weightPorts = 2 }: Pick<Configuration, 'weightPorts'>,
): Need {
  const how =
    weightPorts === 1
      ? ', all at once, as the buffer has one port (weightPorts)'
      : segmentWords > 0
        ? ' in segments'
        : '';
  return { name: 'weightDepth', unit: 'words', needed: depth, what: `the weights of ${network}${how}` };
}

/**
 * Everything that a network needs of a configuration, in the order in which it is checked.
 * @param integers its layers' integers; without them, multiplying weights are taken to be as wide as codes, and
 *   padding codes to fit
 */
export function sizeNeeds(
  { name: network, layers }: Network,
  configuration: Configuration,
  integers?: readonly QuantizedLayer[],
): Need[] {
  const { dataBits, cell } = configuration;
  const plans = planLayers(layers, configuration, integers);
  const { need, maps, weights } = planTiling(plans, configuration);
  const last = layers.at(-1)!;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const words = (name: Need['name'], needed: number, what: string): Need => ({ name, unit: 'words', needed, what });
  const bits = (name: Need['name'], needed: number, what: string): Need => ({ name, unit: 'bits', needed, what });
  return [
    ...plans.flatMap(({ layer, planes }): Need[] => {
      const { taps } = layerGeometry(layer);
      const what = `layer ${layer.name} (${taps} taps`;
      return [
        bits('accBits', passBits(dataBits, taps, cell), `${what})`),
        bits(
          'sumBits',
          totalBits(dataBits, taps, planes, cell),
          layer.cell === 'adder' || cell === 'product' ? `${what})` : `${what}, ${planes} planes)`,
        ),
      ];
    }),
    {
      ...words(
        'activationDepth',
        need.depth,
        `the maps at the time of layer ${need.deepest.name}${inStrips(need, layers)}`,
      ),
      ...(maps.depth > need.depth && { whole: maps.depth }),
    },
    weightsNeed(network, weights, configuration),
    words('foldDepth', sum(layers.map(({ filters }) => filters)), `the folds of ${network}`),
    ...(integers === undefined
      ? []
      : [
          {
            name: 'padDepth',
            unit: 'codes',
            needed: packPads(integers).codes.length,
            what: `the padding of ${network}`,
          } as const,
        ]),
    words('resultDepth', mapSize(layerGeometry(last).output), `the output of layer ${last.name}`),
    words('programDepth', weights.records.length * PROGRAM_WORDS, `the program of ${network}`),
  ];
}

/** Plans of a network's layers. */
export function planLayers(
  layers: readonly Layer[],
  configuration: Configuration,
  integers?: readonly QuantizedLayer[],
): LayerPlan[] {
  return layers.map((layer, index) => {
    const known = integers?.[index];
    const planes = known === undefined ? assumedPlanes(layer, configuration) : weightPlanes(known, configuration);
    return planLayer(layer, configuration, planes);
  });
}
