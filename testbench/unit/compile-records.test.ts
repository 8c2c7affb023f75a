// SPDX-License-Identifier: Apache-2.0
// How networks whose weights do not fit are cut into records with segments.

import { describe, expect, it } from 'vitest';
import {
  compileNetwork,
  type Configuration,
  loadConfiguration,
  planLayer,
  type LayerPlan,
  planRecords,
  planStationary,
  planTurn,
  PROGRAM_WORDS,
  type StationaryPlan,
} from '../../src/compile/index.ts';
import { type Layer, layerGeometry, type QuantizedLayer } from '../../src/network/index.ts';
import { layerOf, networkOf, quantizedOf } from '../support/layer-of.ts';
import { readFields } from '../support/program-fields.ts';

const oneColumn: Configuration = { ...loadConfiguration('default'), columns: 1 };

/** A layer of one pixel, and so of a tile of `channels` words for each filter on one column. */
function dense(name: string, source: string, channels: number, filters: number, change: Partial<Layer> = {}): Layer {
  return layerOf({ name, source, input: { height: 1, width: 1, channels }, filters, ...change });
}

function plansOf(...layers: Layer[]): LayerPlan[] {
  return layers.map((layer) => planLayer(layer, oneColumn, 1));
}

/** Records as text: the layer, its first group and tile and how many, and where its weights are. */
function cut(plans: readonly LayerPlan[], weightDepth: number, records = 64, weightSegments = 2): string[] {
  const { depth, ...rest } = planRecords(plans, {
    ...{ weightDepth, weightSegments, programDepth: PROGRAM_WORDS * records },
  });
  return [
    `${depth}: ${rest.residentWords} + ${rest.segmentWords}`,
    ...rest.records.map(
      ({ layer, firstGroup, firstTile, plan, weightBase, segment, again }) =>
        `${layer} ${firstGroup}/${plan.layer.groups} ${firstTile}/${plan.filterTiles} at ${weightBase}${segment ? ' each batch' : ''}${again ? ' again' : ''}`,
    ),
  ];
}

describe('records', () => {
  // 4 tiles of 10 words, and 6 of 4.
  const two = plansOf(dense('a', 'image', 10, 4), dense('b', 'a', 4, 6));

  it('should be one a layer where all weights fit', () => {
    expect(cut(two, 64)).toEqual(['64: 64 + 0', '0 0/1 0/4 at 0', '1 0/1 0/6 at 40']);
  });

  it('should keep what fits beside two segments', () => {
    // Two of 10 words beside all of b.
    expect(cut(two, 44)).toEqual([
      '44: 24 + 40',
      '0 0/1 0/1 at 24 each batch',
      '0 0/1 1/1 at 34 each batch',
      '0 0/1 2/1 at 24 each batch',
      '0 0/1 3/1 at 34 each batch',
      '1 0/1 0/6 at 0',
    ]);
    // Two of 10 words are the least, and all there is.
    expect(cut(two, 20)).toEqual([
      '20: 0 + 64',
      ...[0, 1, 2, 3].map((tile) => `0 0/1 ${tile}/1 at ${10 * (tile % 2)} each batch`),
      '1 0/1 0/1 at 0 each batch',
      '1 0/1 1/2 at 10 each batch',
      '1 0/1 3/1 at 0 each batch',
      '1 0/1 4/2 at 10 each batch',
    ]);
  });

  it('should keep weights that are used for few pixels', () => {
    // 8 tiles of 8 words each; the first layer uses its own for four pixels.
    const pooled = layerOf({ name: 'a', input: { height: 2, width: 2, channels: 8 }, filters: 8, pool: 2 });
    expect(cut(plansOf(pooled, dense('b', 'a', 8, 8)), 80)).toEqual([
      '80: 64 + 64',
      ...[0, 1, 2, 3, 4, 5, 6, 7].map((tile) => `0 0/1 ${tile}/1 at ${64 + 8 * (tile % 2)} each batch`),
      '1 0/1 0/8 at 0',
    ]);
  });

  it('should be as few as a program may have', () => {
    expect(cut(two, 44, 4)).toEqual([
      '40: 0 + 64',
      '0 0/1 0/2 at 0 each batch',
      '0 0/1 2/2 at 20 each batch',
      '1 0/1 0/3 at 0 each batch',
      '1 0/1 3/3 at 20 each batch',
    ]);
    // Three would need no less than all.
    expect(cut(two, 63, 3)).toEqual(['64: 64 + 0', '0 0/1 0/4 at 0', '1 0/1 0/6 at 40']);
  });

  it('should be so with maps that are turned among them, which take two where their last blocks are not full', () => {
    // Three channels of a's four, and one.
    const turn = planTurn(two[0]!.layer, 'to-channels', 3, 2);
    expect(cut([two[0]!, turn, two[1]!], 64)).toEqual([
      '64: 64 + 0',
      '0 0/1 0/4 at 0',
      // They read no weights, wherever these would be.
      '1 0/1 0/1 at 40',
      '1 0/1 1/1 at 40',
      '2 0/1 0/6 at 40',
    ]);
    expect(cut([two[0]!, turn, two[1]!], 44, 6)).toEqual([
      '40: 0 + 64',
      '0 0/1 0/2 at 0 each batch',
      '0 0/1 2/2 at 20 each batch',
      '1 0/1 0/1 at 0',
      '1 0/1 1/1 at 0',
      '2 0/1 0/3 at 0 each batch',
      '2 0/1 3/3 at 20 each batch',
    ]);
  });

  it('should be one for all alike where one segment is held, which lies where the others did', () => {
    const one = (depth: number, records?: number): string[] => cut(two, depth, records, 1);
    // A tile of a at a time beside all of b, and all are one record.
    expect(one(34, 2)).toEqual([
      '34: 24 + 40',
      '0 0/1 0/1 at 24 each batch',
      ...[1, 2, 3].map((tile) => `0 0/1 ${tile}/1 at 24 each batch again`),
      '1 0/1 0/6 at 0',
    ]);
    // Those of b of two tiles, as no more than the ten words of a are needed.
    expect(one(10, 2)).toEqual([
      '10: 0 + 64',
      '0 0/1 0/1 at 0 each batch',
      ...[1, 2, 3].map((tile) => `0 0/1 ${tile}/1 at 0 each batch again`),
      '1 0/1 0/2 at 0 each batch',
      '1 0/1 2/2 at 0 each batch again',
      '1 0/1 4/2 at 0 each batch again',
    ]);
  });

  it('should be another where one segment is held for the last, if it has fewer tiles or filters', () => {
    // Five tiles of three columns, the last of two filters, 4 words each.
    const layer = planLayer(dense('a', 'image', 4, 14), { ...oneColumn, columns: 3 }, 1);
    expect(cut([layer, ...plansOf(dense('b', 'a', 8, 1))], 8, 3, 1)).toEqual([
      '8: 0 + 28',
      '0 0/1 0/2 at 0 each batch',
      '0 0/1 2/2 at 0 each batch again',
      '0 0/1 4/1 at 0 each batch',
      '1 0/1 0/1 at 0 each batch',
    ]);
    expect(cut([layer], 4, 2, 1).slice(1)).toEqual([
      '0 0/1 0/1 at 0 each batch',
      ...[1, 2, 3].map((tile) => `0 0/1 ${tile}/1 at 0 each batch again`),
      '0 0/1 4/1 at 0 each batch',
    ]);
  });

  it('should be run 64 times at most', () => {
    const again = cut(plansOf(dense('a', 'image', 4, 130)), 4, 3, 1).map((line) => line.endsWith('again'));
    expect(again.flatMap((is, index) => (is ? [] : [index - 1]))).toEqual([-1, 0, 64, 128]);
    // With fewer records a buffer of one tile is too small.
    expect(cut(plansOf(dense('a', 'image', 4, 130)), 4, 2, 1)[0]).toBe('8: 0 + 520');
  });

  it('should each be a record of the program where parts are groups, or hold weights', () => {
    const held = planStationary(dense('b', 'a', 4, 8), { rows: 2, columns: 3 }, 1);
    const grouped = plansOf(dense('a', 'image', 12, 3, { groups: 3 }));
    for (const plans of [grouped, [held]]) {
      expect(cut(plans, 4, 4, 1).filter((line) => line.endsWith('again'))).toEqual([]);
    }
  });

  it('should name the least depth that there is records for', () => {
    expect(cut(two, 19)).toEqual(cut(two, 20));
  });

  it('should be of groups where a group is one tile', () => {
    const groups = plansOf(dense('a', 'image', 12, 3, { groups: 3 }), dense('b', 'a', 3, 1));
    // Three groups of 4 words, 3 words of b; b is a segment as well, for an even number.
    expect(cut(groups, 8)).toEqual([
      '8: 0 + 15',
      '0 0/1 0/1 at 0 each batch',
      '0 1/1 0/1 at 4 each batch',
      '0 2/1 0/1 at 0 each batch',
      '1 0/1 0/1 at 4 each batch',
    ]);
  });

  it('should be of tiles, or of whole groups, where weights are held', () => {
    // Two lanes: 4 groups of two tiles of 2 words, and 4 tiles of 4 words.
    const held = (layer: Layer): StationaryPlan => planStationary(layer, { rows: 2, columns: 3 }, 1);
    const grouped = dense('a', 'image', 8, 16, { groups: 4 });
    expect(cut([held(grouped), held(dense('b', 'a', 4, 8))], 22)).toEqual([
      '8: 0 + 32',
      ...[0, 1, 2, 3].map((group) => `0 ${group}/1 0/2 at ${4 * (group % 2)} each batch`),
      ...[0, 1, 2, 3].map((tile) => `1 0/1 ${tile}/1 at ${4 * (tile % 2)} each batch`),
    ]);
  });

  it('should begin at their filters, channels, folds and padding codes', () => {
    const input = { height: 2, width: 2, channels: 6 };
    const layer = layerOf({ name: 'a', input, filters: 9, groups: 3, kernelHeight: 3, kernelWidth: 3, padding: 1 });
    const weights = new Uint8Array(layerGeometry(layer).taps * 9);
    const padded: QuantizedLayer = quantizedOf(layer, { weights, padCodes: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    // A tile of three filters: 18 words a group.
    const configuration = { ...oneColumn, columns: 3, resultDepth: 40 };
    const whole = compileNetwork(networkOf('n', [padded]), configuration);
    expect(whole.segments).toEqual([]);
    const layers = [padded, quantizedOf(dense('b', 'image', 24, 1, { input, kernelHeight: 2, kernelWidth: 2 }))].map(
      (one) => ({ ...one, weights: new Uint8Array(layerGeometry(one.layer).taps * one.layer.filters) }),
    );
    const {
      program,
      segments,
      weights: resident,
      weightParts,
      records,
    } = compileNetwork(networkOf('n', layers), {
      ...configuration,
      weightDepth: 60,
    });
    expect(records.map(({ layer: of, segment }) => [of, segment])).toEqual([
      [0, true],
      [0, true],
      [0, true],
      [1, true],
    ]);
    expect([resident.length, ...segments.map(({ weights: words }) => words.length / weightParts)]).toEqual([
      0, 18, 18, 18, 24,
    ]);
    const fields = records.map((_, record) =>
      readFields(program.subarray(record * PROGRAM_WORDS, (record + 1) * PROGRAM_WORDS)),
    );
    expect(
      fields.map(({ segment, last, origin, weightBase, foldBase, padBase, out, loops }) => [
        segment,
        last,
        origin.address,
        weightBase,
        foldBase,
        padBase,
        out.base,
        loops[9]!.count,
      ]),
    ).toEqual([
      [true, false, -18, 0, 0, 0, 0, 1],
      [true, false, -16, 18, 3, 2, 3, 1],
      [true, false, -14, 0, 6, 4, 6, 1],
      [true, true, 0, 18, 9, 0, 0, 1],
    ]);
  });
});
