// SPDX-License-Identifier: Apache-2.0
// What a network needs of a configuration, by name and size.

import { type Layer, layerGeometry, type Network, type QuantizedLayer } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { layNetwork, resultWords } from './laying.ts';
import { packPads } from './pack-pads.ts';
import { type LayerPlan, weightWords } from './plan.ts';
import { channelLanes, isHeld, outputBlocks } from './plan-stationary.ts';
import { isTurn } from './plan-turn.ts';
import { PROGRAM_WORDS } from './program-words.ts';
import { PROGRAM_LAYERS, programRecords, type RecordPlan } from './records.ts';
import type { Schedule } from './schedule.ts';
import { passBits, totalBits } from './sum-bits.ts';
import type { DepthNeed } from './tiling.ts';
import { padsEach, padWordCount } from './tiling-stationary.ts';

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

/** Words of the weight buffer that a network needs; of layers it names the one that takes the most of them at once. */
export function weightsNeed(
  network: string,
  { depth, segmentWords, records }: Pick<RecordPlan, 'depth' | 'segmentWords' | 'records'>,
  { weightPorts = 2 }: Pick<Configuration, 'weightPorts'>,
): Need {
  const most = records.reduce((a, b) => (weightWords(b.plan) > weightWords(a.plan) ? b : a));
  const how =
    weightPorts === 1
      ? ', all at once, as the buffer has one port (weightPorts)'
      : segmentWords > 0
        ? ' in segments'
        : '';
  return {
    name: 'weightDepth',
    unit: 'words',
    needed: depth,
    what: `the weights of ${network}${how}, most of them of layer ${most.plan.layer.name}`,
  };
}

/** Fold words of a lane beyond those that `foldDepth` words give each: a layer's last tile may have few filters. */
const MORE_FOLDS: number = PROGRAM_LAYERS;

/** Fold words of a layer whose sums stay, or whose map is turned. */
export function foldWords(plan: LayerPlan): number {
  return isTurn(plan) ? 1 : isHeld(plan) ? 0 : plan.layer.filters;
}

/** Fold words of each lane of a layer whose weights are held. */
export function laneFoldWords(plan: LayerPlan): number {
  return isHeld(plan) ? outputBlocks(plan) : 0;
}

/** Where weights are held, a layer whose channels read different codes outside the map reads none of the common ones. */
export function commonPads(integers: readonly QuantizedLayer[], plans: readonly LayerPlan[]): QuantizedLayer[] {
  return integers.map((quantized, index) =>
    isHeld(plans[index]!) && padsEach(quantized)
      ? { ...quantized, layer: { ...quantized.layer, padding: 0 } }
      : quantized,
  );
}

function sumOf(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Bits of a layer's sums; those of a map that is turned are codes. */
function sumNeeds(plan: LayerPlan, { rows, columns, dataBits, cell }: Configuration): Need[] {
  const { layer, planes } = plan;
  const { taps } = layerGeometry(layer);
  const pass = isHeld(plan) ? Math.min(channelLanes({ rows, columns }), plan.reads.depth) : taps;
  const what = `layer ${layer.name} (${taps} taps`;
  const bits = (name: Need['name'], needed: number, end: string): Need => ({
    name,
    unit: 'bits',
    needed,
    what: `${what}${end}`,
  });
  const once = layer.cell === 'adder' || cell === 'product';
  return [
    bits('accBits', passBits(dataBits, pass, cell), ')'),
    bits('sumBits', totalBits(dataBits, taps, planes, cell), once ? ')' : `, ${planes} planes)`),
  ];
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
  schedule: Schedule = 'output',
): Need[] {
  const { plans, tiling } = layNetwork(layers, configuration, schedule, integers);
  const { need, maps, weights } = tiling;
  const { partials } = need;
  const lanes = channelLanes(configuration);
  const held = plans.filter(isHeld);
  const pads = padWordCount(plans, integers);
  const last = layers.at(-1)!;
  const longest = held.reduce((most, { pixels }) => Math.max(most, pixels), 0);
  const folds = sumOf(plans.map(foldWords));
  const laneFolds = (sumOf(plans.map(laneFoldWords)) - MORE_FOLDS) * lanes;
  const words = (name: Need['name'], needed: number, what: string): Need => ({ name, unit: 'words', needed, what });
  const partialSums = words(
    'partialDepth',
    partials.words,
    `the partial sums of layer ${partials.layer.name}${inStrips(need, layers)}`,
  );
  return [
    ...(held.length === 0 ? [] : [{ ...partialSums, ...(longest > partials.words && { whole: longest }) }]),
    ...plans.flatMap((plan) => sumNeeds(plan, configuration)),
    {
      ...words(
        'activationDepth',
        need.depth + pads,
        `the maps at the time of layer ${need.deepest.name}${inStrips(need, layers)}${held.length === 0 ? '' : ', and padding codes'}`,
      ),
      ...(maps.depth > need.depth && { whole: maps.depth + pads }),
    },
    weightsNeed(network, weights, configuration),
    words('foldDepth', Math.max(folds, held.length === 0 ? 0 : 1, laneFolds), `the folds of ${network}`),
    ...(integers === undefined
      ? []
      : [
          {
            name: 'padDepth',
            unit: 'codes',
            needed: packPads(commonPads(integers, plans)).codes.length,
            what: `the padding of ${network}`,
          } as const,
        ]),
    words(
      'resultDepth',
      resultWords({ name: network, layers }, configuration, schedule),
      `the output of layer ${last.name}`,
    ),
    words('programDepth', programRecords(weights.records).length * PROGRAM_WORDS, `the program of ${network}`),
  ];
}
