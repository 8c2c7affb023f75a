// SPDX-License-Identifier: Apache-2.0
// What the core counts while it runs one layer for one batch. The closed form
// gives the same record; the two are asserted equal.

/** Clock cycles of one layer by what they were spent on; `total` is their sum. */
export interface LayerCycles {
  /** Reading the layer's fields from the program buffer. */
  readonly setup: number;
  /** Taps issued: every cell in use does one absolute difference in each. */
  readonly stream: number;
  /** Waiting, because a tile has fewer taps than the array has columns to shift out. */
  readonly drain: number;
  /** Held by the host. */
  readonly stall: number;
  /** Filling and emptying the pipeline, once a layer. */
  readonly flush: number;
  readonly total: number;
}

/** Events of one layer for one batch, each priced by the energy model. */
export interface LayerEvents {
  /** Absolute differences added by cells in use (active rows x used columns x taps). */
  readonly sads: number;
  /** Words read from the source activation buffer; a padded tap reads none. */
  readonly activationReads: number;
  /** Words read from the weight buffer. */
  readonly weightReads: number;
  /** Words read back from the destination buffer for max-pooling. */
  readonly poolReads: number;
  /** Words written to the destination activation buffer. */
  readonly activationWrites: number;
  /** Words read from the fold buffer. */
  readonly foldReads: number;
}

/** The counters of one layer. */
export interface LayerCounters {
  readonly cycles: LayerCycles;
  readonly events: LayerEvents;
}
