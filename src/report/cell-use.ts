// SPDX-License-Identifier: Apache-2.0
// How much of its time each cell of the array adds, from the words that its column reads.

import { type CompiledNetwork, getLane } from '../compile/index.ts';
import { layerGeometry } from '../network/index.ts';

/**
 * Absolute differences of each column of a row with an image, for one image of a batch. Sums must stay in the cells.
 * @returns one figure a column
 */
export function columnOperations({
  configuration,
  records,
  weights,
  weightParts,
  segments,
}: CompiledNetwork): number[] {
  const { columns, dataBits } = configuration;
  const used = 2 ** dataBits;
  const sums = Array.from({ length: columns }, () => 0);
  let segment = 0;
  for (const { plan, weightBase, segment: loaded } of records) {
    const { layer, windowColumns, filterTiles, planes, taps } = plan;
    const { output } = layerGeometry(layer);
    // Each word is read once for each tile of pixels.
    const uses = windowColumns * output.height * layer.pool ** 2;
    const words = loaded ? segments[segment++]!.weights : weights;
    const first = loaded ? 0 : weightBase;
    for (let word = first; word < first + layer.groups * filterTiles * planes * taps; word++) {
      for (let lane = 0; lane < columns; lane++) {
        // Above its code a lane says whether it takes the tap.
        if (getLane(words, word * weightParts, lane, dataBits + 1) >= used) sums[lane]! += uses;
      }
    }
  }
  return sums;
}

/**
 * The share of its clocks in which each cell adds, over a run; where a cell takes several taps in a clock, of the taps that
 * it could take.
 * @param images in all batches
 * @param batches each fills its rows from the first on
 * @param cycles of the layers, over all batches
 * @returns [row][column], from 0 to 1
 */
export function cellUse(compiled: CompiledNetwork, images: number, batches: number, cycles: number): number[][] {
  const columns = columnOperations(compiled);
  const { rows, tapsPerClock = 1 } = compiled.configuration;
  return Array.from({ length: rows }, (_, row) => {
    const inRow = images <= (batches - 1) * rows + row ? batches - 1 : batches;
    return columns.map((operations) => (operations * inRow) / (cycles * tapsPerClock));
  });
}
