// SPDX-License-Identifier: Apache-2.0
// What goes into and comes out of the array while the accelerator infers images: every clock of a batch, recorded in
// the RTL.

import { build } from '../../../sim/index.ts';
import { compileNetwork, type Configuration, coreParameters, rtlSources } from '../../../src/compile/index.ts';
import { runWatched } from '../../../src/device/rtl-device.ts';
import { sendNetwork } from '../../../src/device/run-batches.ts';
import { resetTop } from '../../../src/device/top-driver.ts';
import type { Codes, QuantizedNetwork } from '../../../src/network/index.ts';

const INPUTS = ['valid', 'first', 'last', 'plain', 'row_used', 'column_used', 'x', 'w'] as const;
const OUTPUTS = ['sums_valid', 'sums_column', 'sums'] as const;

/** A record of the array's ports; a column of 32-bit words for each, least significant first in a clock. */
export interface ArrayRecord {
  readonly clocks: number;
  readonly inputs: Readonly<Record<(typeof INPUTS)[number], Uint32Array>>;
  readonly outputs: Readonly<Record<(typeof OUTPUTS)[number], Uint32Array>>;
}

/** Runs one batch and records it from its start to its end. */
export async function recordArray(
  network: QuantizedNetwork,
  configuration: Configuration,
  images: Codes,
  count: number,
): Promise<ArrayRecord> {
  const path = (port: string): string => `core_u.gen_moving.array_u.${port}`;
  const ports = [...INPUTS, ...OUTPUTS];
  const model = await build({
    top: 'adder_top',
    sources: rtlSources(),
    params: coreParameters(configuration),
    expose: ['core_busy', ...ports.map(path)],
  });
  const compiled = compileNetwork(network, configuration, { schedule: 'output' });
  using sim = model.create({ clock: 'clk', seed: 1 });
  resetTop(sim);
  sendNetwork(sim, compiled);
  const signals = Object.fromEntries(ports.map((port) => [port, path(port)])) as Record<(typeof ports)[number], string>;
  using capture = sim.capture({ when: 'core_busy', signals });
  runWatched({ sim, compiled, networkLoadCycles: 0 }, images, count, new Uint8Array(0), {
    step: (ahead) => ahead,
    onWords: () => false,
  });
  const taken = capture.take();
  const columns = <Port extends (typeof ports)[number]>(of: readonly Port[]): Record<Port, Uint32Array> =>
    Object.fromEntries(of.map((port) => [port, taken[port]])) as Record<Port, Uint32Array>;
  return { clocks: taken.count, inputs: columns(INPUTS), outputs: columns(OUTPUTS) };
}
