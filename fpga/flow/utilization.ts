// SPDX-License-Identifier: Apache-2.0
// What a placement uses of its FPGA, in the placer's own words.

/** How much of a part is used, in the placer's own words: `ICESTORM_LC`. */
export type Utilization = Readonly<Record<string, { readonly used: number; readonly available: number }>>;

/** nextpnr's names of what FPGAs have. */
export const PART_NAMES: Readonly<Record<string, string>> = {
  ICESTORM_LC: 'logic cells',
  ICESTORM_RAM: 'block RAMs',
  ICESTORM_SPRAM: 'SPRAMs',
  ICESTORM_DSP: 'DSPs',
  ICESTORM_PLL: 'PLLs',
  TRELLIS_SLICE: 'slices',
  TRELLIS_COMB: 'LUTs',
  TRELLIS_FF: 'flip-flops',
  DP16KD: 'block RAMs',
  MULT18X18D: 'DSPs',
  SB_IO: 'pins',
  SB_GB: 'global nets',
};

/** The table of parts in what nextpnr printed: `ICESTORM_LC:  9000/ 7680  117%`. */
export function printedUtilization(output: string): Utilization {
  const lines = [...output.matchAll(/^Info:\s+(\w+):\s*(\d+)\/\s*(\d+)\s+\d+%$/gm)];
  return Object.fromEntries(
    lines.map(([, name, used, available]) => [name!, { used: Number(used), available: Number(available) }]),
  );
}
