// SPDX-License-Identifier: Apache-2.0
// Builds the Verilated accelerator of a configuration, as it is written or as synthesis leaves it; built once, then cached.

import { chooseToolchain, moduleDesign, netlistVerilog } from '../../fpga/index.ts';
import { build, type BuildOptions, type Model } from '../../sim/index.ts';
import { type Configuration, coreParameters, rtlSources } from '../compile/index.ts';

/** How an accelerator is built. */
export interface TopModelOptions {
  /** With code that writes waveforms; slower. @defaultValue false */
  readonly trace?: boolean;
  /** Folder of the RTL, for one of one's own. @defaultValue the package's rtl/ */
  readonly rtl?: string | undefined;
  /** What synthesis for iCE40 makes of the RTL, in place of the RTL. @defaultValue false */
  readonly netlist?: boolean | undefined;
  /** Of the C++ compiler, for the RTL. @defaultValue fast code; of small arrays, code that is soon compiled */
  readonly flags?: readonly string[] | undefined;
  readonly onProgress?: ((text: string) => void) | undefined;
}

const TOP = 'adder_top';

/** The netlist of a configuration; its warnings are the RTL's, which has none, or speak of what synthesis does. */
async function netlistOptions(
  configuration: Configuration,
  { rtl, onProgress }: TopModelOptions,
): Promise<Pick<BuildOptions, 'sources' | 'verilatorFlags' | 'flags'>> {
  const toolchain = await chooseToolchain(['yosys'], { onNote: onProgress });
  const design = moduleDesign(TOP, rtlSources(rtl), coreParameters(configuration));
  return {
    sources: [await netlistVerilog(design, toolchain, onProgress)],
    verilatorFlags: ['-Wno-lint', '-Wno-style'],
    // Thousands of single bits: more than -O1 takes minutes to compile, and saves little.
    flags: ['-O1'],
  };
}

/** Cells up to which a third less time to compile is worth more than a simulation that is a twentieth faster. */
const QUICK_CELLS = 64;

/** Flags of the C++ compiler for the RTL. */
export function compilerFlags({ rows, columns }: Pick<Configuration, 'rows' | 'columns'>): string[] {
  return rows * columns <= QUICK_CELLS ? ['-O1'] : ['-O3', '-march=native'];
}

/** Builds `adder_top` for a configuration, or takes it from the cache. */
export async function buildTop(configuration: Configuration, options: TopModelOptions = {}): Promise<Model> {
  const { rtl, netlist, trace, flags = compilerFlags(configuration), onProgress } = options;
  return build({
    top: TOP,
    ...(netlist === true
      ? await netlistOptions(configuration, options)
      : { sources: rtlSources(rtl), params: coreParameters(configuration), flags }),
    trace: trace === true ? 'vcd' : false,
    ...(onProgress && { onProgress }),
  });
}
