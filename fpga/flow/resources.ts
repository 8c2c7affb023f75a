// SPDX-License-Identifier: Apache-2.0
// Counts of what a design takes of an FPGA.

/** Counts of an FPGA's parts. */
export interface Resources {
  /** Look-up tables, of 4 inputs; of Xilinx 7, of 6. */
  readonly luts: number;
  readonly flipFlops: number;
  /** Bits of carry chains; of Xilinx 7, chains of 4 bits, of ECP5, of 2. */
  readonly carries: number;
  /** Of 4 Kbit on iCE40, 18 on ECP5 and Gowin, 18 on Xilinx 7 (one of 36 counts as two). */
  readonly blockRams: number;
  /** Single-port memories of 256 Kbit; iCE40 UP alone has them. */
  readonly sprams: number;
  /** Multipliers. */
  readonly dsps: number;
}

/** {@link Resources} as readers know them, in the order in which they are shown. */
export const RESOURCE_TITLES: Readonly<Record<keyof Resources, string>> = {
  luts: 'LUTs',
  flipFlops: 'flip-flops',
  carries: 'carries',
  blockRams: 'block RAMs',
  sprams: 'SPRAMs',
  dsps: 'DSPs',
};

/** The names of {@link Resources}, in that order. */
export const RESOURCE_NAMES: readonly (keyof Resources)[] = Object.keys(RESOURCE_TITLES) as (keyof Resources)[];

/** Nothing of anything. */
export const NO_RESOURCES: Resources = { luts: 0, flipFlops: 0, carries: 0, blockRams: 0, sprams: 0, dsps: 0 };

/** Sums counts. */
export function addResources(a: Resources, b: Resources): Resources {
  return Object.fromEntries(RESOURCE_NAMES.map((name) => [name, a[name] + b[name]])) as unknown as Resources;
}
