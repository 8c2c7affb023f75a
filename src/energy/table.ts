// SPDX-License-Identifier: Apache-2.0
// What an energy table says, and where it comes from: the published ones, and one measured in gates.

import type { ArrayEvents, ArrayTaps } from './array-events.ts';
import type { Cell } from './operation.ts';

/** Where figures come from; shown beside every estimate. */
export interface EnergySource {
  /** Short name used in reports. */
  readonly id: string;
  /** Publication and the place of its figures. */
  readonly source: string;
  /** Process node, for example `45 nm`. */
  readonly process: string;
  /** Supply voltage, or `not stated`. */
  readonly voltage: string;
  /** Year of the figures. */
  readonly date: string;
  /** How figures between and beyond the published points are made. */
  readonly rule: string;
}

/** A published figure: the energy in pJ at a size. */
export interface Point {
  /** Width in bits (arithmetic) or capacity in bytes (memory). */
  readonly at: number;
  readonly picojoules: number;
}

/** Energy of integer arithmetic by operand width in bits. */
export interface ArithmeticTable extends EnergySource {
  /** One addition; a line through the points, or through one point and the origin. */
  readonly add: readonly Point[];
  /** One square multiplication; a power of the width through the points, the square where there is one point. */
  readonly multiply: readonly Point[];
}

/** Energy of one register bit taking a value. */
export interface RegisterTable extends EnergySource {
  readonly picojoulesPerBit: number;
}

/** Energy of one bit of an on-chip memory access, by capacity in bytes; a power law between the points. */
export interface MemoryTable extends EnergySource {
  readonly readBit: readonly Point[];
  readonly writeBit: readonly Point[];
}

/** Energy of one bit moved to or from off-chip memory. */
export interface OffChipTable extends EnergySource {
  readonly picojoulesPerBit: number;
}

/** What a kind of cells costs, measured. */
export interface MeasuredCell {
  /** Energy in pJ of each event. */
  readonly picojoules: ArrayEvents;
  /** How often each event happens in a tap, over the layers that were measured. */
  readonly perTap: ArrayEvents;
}

/** A lane that folds sums into codes, measured. */
export interface MeasuredLane {
  /** Bits of the sums that it takes. */
  readonly sumBits: number;
  /** Energy in pJ of a fold, without the clock. */
  readonly picojoules: number;
  /** Bits of its registers, which are clocked whether it folds or not. */
  readonly registerBits: number;
  /** What was folded. */
  readonly source: string;
}

/**
 * Energies fitted to arrays of gates, in blocks and with taps a clock as said; of another process than the published
 * tables, and never mixed with them.
 */
export interface MeasuredTable extends EnergySource, ArrayTaps {
  /** A register bit being clocked, whatever it holds, in pJ. */
  readonly clockBit: number;
  readonly cells: Readonly<Record<Cell['kind'], MeasuredCell>>;
  /** Lanes, at least one, whatever the cells; undefined: none was measured. */
  readonly lanes?: readonly MeasuredLane[] | undefined;
}
