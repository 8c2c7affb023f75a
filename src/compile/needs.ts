// SPDX-License-Identifier: Apache-2.0
// What a network needs of a configuration, by name and size.

import { type Layer, layerGeometry, mapSize, type Network, type QuantizedLayer } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { packPads } from './pack-pads.ts';
import { assumedPlanes, type LayerPlan, planLayer, weightPlanes } from './plan.ts';
import { placeMaps } from './place-maps.ts';
import { planRecords, PROGRAM_WORDS } from './records.ts';

/** A size that layers need of a configuration. */
export interface Need {
  readonly name: Exclude<keyof Configuration, 'rows' | 'columns' | 'dataBits'>;
  readonly unit: 'bits' | 'words' | 'codes';
  readonly needed: number;
  /** What needs it, for example `layer conv1 (25 taps)`. */
  readonly what: string;
}

/** Bits of the sum of so many taps in one pass: data bits + ceil(log2 taps). */
export function passBits(dataBits: number, taps: number): number {
  return dataBits + Math.ceil(Math.log2(taps));
}

/** Bits of a total of so many taps over all planes, with the sign that it never has. */
export function totalBits(dataBits: number, taps: number, planes: number): number {
  return 1 + (taps * (2 ** dataBits - 1) * (2 ** planes - 1)).toString(2).length;
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
  const { dataBits, activationDepth } = configuration;
  const plans = planLayers(layers, configuration, integers);
  const { depth, deepest } = placeMaps(layers, activationDepth);
  const weights = planRecords(plans, configuration);
  const last = layers.at(-1)!;
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const words = (name: Need['name'], needed: number, what: string): Need => ({ name, unit: 'words', needed, what });
  const bits = (name: Need['name'], needed: number, what: string): Need => ({ name, unit: 'bits', needed, what });
  return [
    ...plans.flatMap(({ layer, planes }): Need[] => {
      const { taps } = layerGeometry(layer);
      const what = `layer ${layer.name} (${taps} taps`;
      return [
        bits('accBits', passBits(dataBits, taps), `${what})`),
        bits(
          'sumBits',
          totalBits(dataBits, taps, planes),
          layer.cell === 'adder' ? `${what})` : `${what}, ${planes} planes)`,
        ),
      ];
    }),
    words('activationDepth', depth, `the maps at the time of layer ${deepest.name}`),
    words('weightDepth', weights.depth, `the weights of ${network}${weights.segmentWords > 0 ? ' in segments' : ''}`),
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
    const planes = known === undefined ? assumedPlanes(layer, configuration) : weightPlanes(known);
    return planLayer(layer, configuration, planes);
  });
}
