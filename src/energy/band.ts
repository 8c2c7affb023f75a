// SPDX-License-Identifier: Apache-2.0
// An estimate as a band over several published tables: never one bare number.

/** The lowest, middle and highest of the tables' figures. */
export interface Band {
  readonly low: number;
  readonly typical: number;
  readonly high: number;
}

/** What an energy is spent on; `total` is the sum of the others, end by end. */
export interface EnergySplit {
  /** Arithmetic: cells and the multiply-add after the array. */
  readonly compute: Band;
  /** Pipeline registers. */
  readonly registers: Band;
  /** On-chip buffers. */
  readonly buffers: Band;
  /** Bytes moved between the chip and its memory. */
  readonly offChip: Band;
  readonly total: Band;
}

/** The band over the figures of several tables; `typical` is their median. */
export function bandOver(figures: readonly number[]): Band {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    low: sorted[0]!,
    typical: (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2,
    high: sorted.at(-1)!,
  };
}

/** The band of a sum whose parts come from independent tables. */
export function addBands(bands: readonly Band[]): Band {
  const sum = { low: 0, typical: 0, high: 0 };
  for (const band of bands) {
    sum.low += band.low;
    sum.typical += band.typical;
    sum.high += band.high;
  }
  return sum;
}

/** A band times a factor that is not negative. */
export function scaleBand(band: Band, factor: number): Band {
  return { low: band.low * factor, typical: band.typical * factor, high: band.high * factor };
}

/** Completes a split with its total. */
export function withTotal(parts: Omit<EnergySplit, 'total'>): EnergySplit {
  return { ...parts, total: addBands([parts.compute, parts.registers, parts.buffers, parts.offChip]) };
}

/** Adds splits part by part. */
export function addSplits(splits: readonly EnergySplit[]): EnergySplit {
  return withTotal({
    compute: addBands(splits.map((split) => split.compute)),
    registers: addBands(splits.map((split) => split.registers)),
    buffers: addBands(splits.map((split) => split.buffers)),
    offChip: addBands(splits.map((split) => split.offChip)),
  });
}

/** A split times a factor that is not negative. */
export function scaleSplit(split: EnergySplit, factor: number): EnergySplit {
  return {
    compute: scaleBand(split.compute, factor),
    registers: scaleBand(split.registers, factor),
    buffers: scaleBand(split.buffers, factor),
    offChip: scaleBand(split.offChip, factor),
    total: scaleBand(split.total, factor),
  };
}
