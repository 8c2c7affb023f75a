// SPDX-License-Identifier: Apache-2.0
// Builds the Verilated accelerator, the core with its buses; built once, then cached.

import { build, type Model } from '../../sim/index.ts';
import type { Configuration } from '../compile/index.ts';
import { type CoreModelOptions, coreParameters, rtlSources } from './core-model.ts';

/** Builds `adder_top` for a configuration, or takes it from the cache. */
export function buildTop(configuration: Configuration, options: CoreModelOptions = {}): Promise<Model> {
  return build({
    top: 'adder_top',
    sources: rtlSources(options.rtl),
    params: coreParameters(configuration),
    trace: options.trace === true ? 'vcd' : false,
    flags: ['-O3', '-march=native'],
    ...(options.onProgress && { onProgress: options.onProgress }),
  });
}
