// SPDX-License-Identifier: Apache-2.0
// The whole core against the reference: random networks of one to three
// layers, random data, random holds, on cores of several shapes and widths; and
// that a planted bug is found, shrunk and explained.

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { endingOf } from '../../src/cli/failure.ts';
import { loadConfiguration } from '../../src/compile/index.ts';
import { createRtlDevice, DeviceFault, rtlSources } from '../../src/device/index.ts';
import { readQuantized, shippedWeights } from '../../src/network/index.ts';
import { SMALL_CONFIGURATIONS } from '../support/configurations.ts';
import { shouldObeyTheReference } from '../support/core-property.ts';

describe.each(Object.entries(SMALL_CONFIGURATIONS))('core %s', (name, configuration) => {
  it('should compute the reference integers and count as the closed form does', async () => {
    await shouldObeyTheReference({ name, configuration });
  });
});

/** Runs something with a copy of the RTL in which one place of one file is changed. */
async function withBug(file: string, from: string, to: string, action: (rtl: string) => Promise<void>): Promise<void> {
  const rtl = mkdtempSync(join(tmpdir(), 'berus planted '));
  try {
    for (const path of rtlSources()) cpSync(path, join(rtl, basename(path)));
    const text = readFileSync(join(rtl, file), 'utf8');
    expect(text).toContain(from);
    writeFileSync(join(rtl, file), text.replace(from, to));
    await action(rtl);
  } finally {
    rmSync(rtl, { recursive: true });
  }
}

describe('a planted bug', () => {
  it.each([
    ['adder_pe.v', 'negates without adding the sign', " + {{W_DATA-1{1'b0}}, sign}", ''],
    ['feeder.v', 'pads with another code', '{ROWS{pad_code}}', '{ROWS{~pad_code}}'],
    ['writeback.v', 'pools the smaller code', 'code > old', 'code < old'],
    ['fold_lane.v', 'shifts logically', 'total >>> shift', '$signed($unsigned(total) >> shift)'],
    ['adder_array.v', 'shifts columns that are empty', 'moving <= moving << 1', 'moving <= moving'],
  ])('should be found, shrunk and explained: %s %s', async (file, what, from, to) => {
    await withBug(file, from, to, async (rtl) => {
      const name = `3x5 that ${what}`;
      const found = await shouldObeyTheReference({ name, configuration: SMALL_CONFIGURATIONS['3x5']!, rtl }).then(
        () => 'nothing',
        (error: Error) => error.message,
      );
      expect(found).toMatch(
        /^layer layer\d, image \d+, element \d+, cell \(\d+, \d+\), cycle \d+: got \d+, expected \d+ \(configuration 3x5 that .*, power-up seed \d+\)\n/,
      );
      expect(found).toMatch(/seed: -?\d+, path: .*\nCounterexample: /);
      const waveform = /^Waveform of this case: (.*)$/m.exec(found)![1]!;
      expect(readFileSync(waveform, 'utf8')).toContain('$enddefinitions');
    });
  });

  it.each([
    [
      'sequencer.v',
      'FLUSH: if (layer_done)',
      'FLUSH: if (layer_done & layer[0])',
      /^Expected the core to finish batch 0 of lenet5 within \d+ cycles, but it is still busy with conv1\.$/,
    ],
    [
      'writeback.v',
      'pixel_addr + filters;',
      'pixel_addr + filters + 1;',
      /^Expected writes of layer 0 to be at addresses below 1176, but received \d+ in cycle \d+\.$/,
    ],
  ])('should be a fault of the device, not of its input: %s %s', async (file, from, to, message) => {
    await withBug(file, from, to, async (rtl) => {
      const configuration = loadConfiguration('tiny');
      using device = await createRtlDevice(readQuantized(shippedWeights('lenet5')), { configuration, rtl });
      const fault = ((): unknown => {
        try {
          return device.infer(new Uint8Array(784), 1);
        } catch (error) {
          return error;
        }
      })();
      expect(fault).toBeInstanceOf(DeviceFault);
      expect((fault as Error).message).toMatch(message);
      expect(endingOf(fault)).toEqual({ code: 1, text: (fault as Error).message });
    });
  });
});
