// SPDX-License-Identifier: Apache-2.0
// The program words of a layer whose weights are held: the fields of program.ts, with addresses of words that are blocks
// of channels. A record with some of a layer's tiles or groups begins at their words. The array runs the pixels' loops
// (4 to 7) innermost then, and the others around them in their order.

import { layerGeometry, type QuantizedLayer } from '../network/index.ts';
import type { Configuration } from './configuration.ts';
import { weightWords } from './plan.ts';
import { inputBlocks, inputWords, outputBlocks, type StationaryPlan } from './plan-stationary.ts';
import { header, type LayerPlacement, padsAreZero, pair } from './program.ts';
import type { LayerRecord } from './records.ts';

/**
 * Encodes a record as PROGRAM_WORDS words.
 * @param whole the plan of its layer
 * @param last whether the program ends with it
 */
export function encodeStationary(
  quantized: QuantizedLayer,
  record: LayerRecord<StationaryPlan>,
  whole: StationaryPlan,
  placement: LayerPlacement,
  { cell }: Pick<Configuration, 'cell'>,
  last: boolean,
): Uint32Array {
  const { layer, low, bits } = quantized;
  const { plan, firstGroup, firstTile, weightBase, rows } = record;
  const { input, kernelHeight, stride, dilation, padding, pool, poolStride, poolPadding } = layer;
  const { groupBlocks, kernelColumns, planes, filterTiles, tileFilters, lastFilters, reads, images, imageLoop } = plan;
  const [read, written] = [inputBlocks(whole), outputBlocks(whole)];
  const firstRead = firstGroup * groupBlocks;
  const firstWritten = firstGroup * filterTiles + firstTile;
  const { convolved, output } = layerGeometry(layer);
  const depth = input.channels / layer.groups;
  const row = reads.width * read;
  const apart = poolStride * stride;
  const origin = -(reads.padding + poolPadding * reads.stride);
  /** Of the strip of the map that is read. */
  const originRow = -(padding + poolPadding * stride) + rows.output.from * apart - rows.source.from;
  const convolvedFrom = rows.output.from * poolStride - poolPadding;
  const [inFold, aroundFolds] = [imageLoop === 'fold', imageLoop === 'layer'];
  const counts = [
    groupBlocks,
    kernelColumns,
    kernelHeight,
    planes,
    pool,
    pool,
    output.width,
    inFold ? images : rows.output.to - rows.output.from,
  ];
  const limits = [...counts, filterTiles, aroundFolds ? images : plan.layer.groups].map((count) => count - 1);
  /** A step that is never taken is 0, so that none is wider than a map. */
  const step = (loop: number, size: number): number => (limits[loop] === 0 ? 0 : size);
  /** From one row of windows to the next; an image's only row is at the same place of its map as another's. */
  const down = inFold ? 0 : poolStride;
  const x = [0, step(1, dilation), 0, 0, step(4, reads.stride), 0, step(6, poolStride * reads.stride), 0];
  const y = [0, 0, step(2, dilation), 0, 0, step(5, stride), 0, step(7, down * stride)];
  const convolvedRow = convolved.width * written;
  /** From an image's map to the next one's: of the map that is read, and of that which is added. */
  const [readImage, addedImage] = [inputWords(whole), convolved.height * convolvedRow];
  const { shortcut, source, dest } = placement;
  return Uint32Array.from([
    header(quantized, placement, {
      last,
      segment: record.segment,
      multiply: layer.cell === 'multiply' && cell === 'minimum',
      held: true,
      eachImage: aroundFolds,
      allImages: inFold,
      padsZero: padsAreZero(quantized, firstGroup * depth, plan.layer.groups * depth),
    }),
    ...[0, 2, 4, 6, 8].map((loop) => pair(limits[loop + 1]!, limits[loop]!)),
    ...[1, 2, 4, 5, 6].map((loop) => y[loop]! * row + x[loop]! * read),
    inFold ? step(7, readImage) : y[7]! * row,
    step(9, aroundFolds ? readImage : groupBlocks),
    pair(y[2]!, x[1]!),
    pair(y[5]!, x[4]!),
    pair(y[7]!, x[6]!),
    source.base + originRow * row + origin * read + firstRead,
    pair(originRow, origin),
    pair(rows.source.to - rows.source.from, reads.width),
    weightBase,
    placement.foldBase + firstWritten,
    pair(2 ** bits - 1, low),
    placement.padBase + (placement.padEach ? firstRead : 0),
    (tileFilters * 2 ** 24) | (lastFilters << 16) | (lastFilters << 8) | tileFilters,
    pair(convolvedFrom, -poolPadding),
    pair(convolved.height, convolved.width),
    pair(down, poolStride),
    dest.base + (rows.output.from - rows.destFrom) * output.width * written + firstWritten,
    written,
    output.width * written,
    whole.filterTiles,
    weightBase + weightWords(plan),
    aroundFolds ? output.height * output.width * written : 0,
    ...(shortcut === undefined
      ? [0, 0, 0, 0, 0, 0, 0]
      : [
          shortcut.base + (convolvedFrom - rows.shortcutFrom) * convolvedRow - poolPadding * written + firstWritten,
          written,
          convolvedRow,
          poolStride * written,
          inFold ? addedImage : poolStride * convolvedRow,
          0,
          aroundFolds ? addedImage : 0,
        ]),
  ]);
}
