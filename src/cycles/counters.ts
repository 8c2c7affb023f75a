// SPDX-License-Identifier: Apache-2.0
// What the core counts while it runs one layer for one batch. The closed form
// gives the same record; the two are asserted equal.

/** Clock cycles of one layer by what they were spent on; `total` is their sum. */
export interface LayerCycles {
  /** Reading the layer's fields from the program buffer, as far as the flush of the layer before does not cover it. */
  readonly setup: number;
  /** Waiting for weights that are loaded anew for each batch. */
  readonly load: number;
  /** Clocks in which taps are issued, up to `tapsPerClock` in each: every cell in use does an absolute difference for each tap. */
  readonly stream: number;
  /** Waiting, because a tile's taps take fewer clocks than the array has columns to shift out. */
  readonly drain: number;
  /** Looking for a tap that is not 0, where cells of minima skip those that are; 0 with other cells. */
  readonly scan: number;
  /** Held by the host. */
  readonly stall: number;
  /** Filling and emptying the pipeline, once a layer. */
  readonly flush: number;
  readonly total: number;
}

/** Events of one layer for one batch, each priced by the energy model. Buffers are read and written in words. */
export interface LayerEvents {
  /** Absolute differences added by cells in use: active rows times lanes of the weight words that take their tap. */
  readonly sads: number;
  /** Words read from the source activation buffer; a padded tap reads none. */
  readonly activationReads: number;
  /** Words read from the weight buffer, one a tap. */
  readonly weightReads: number;
  /** Words of the shortcut's map, one a sum that is folded; none for a pixel outside the map. */
  readonly shortcutReads: number;
  /** Partial sums that a plane after the first is added to, `rows` of them at once: one a column in use. */
  readonly partialReads: number;
  /** Words of the pooling accumulators that a pixel after a window's first is pooled with. */
  readonly poolReads: number;
  /** Words written to an activation buffer. */
  readonly activationWrites: number;
  /** Words written to the result buffer. */
  readonly resultWrites: number;
  /** Words read from the fold buffer. */
  readonly foldReads: number;
  /** Words of 16 flags of a map read to find taps that are not 0, without those of weights besides; 0 where none are skipped. */
  readonly flagReads: number;
}

/** The counters of one layer. */
export interface LayerCounters {
  readonly cycles: LayerCycles;
  readonly events: LayerEvents;
}
