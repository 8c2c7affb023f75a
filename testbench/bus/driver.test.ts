// SPDX-License-Identifier: Apache-2.0
// What the driver of the accelerator's buses relies on: batches that are dropped, resets between runs, batches back to
// back, and what it says when something is wrong.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileNetwork, type Configuration, packImages } from '../../src/compile/index.ts';
import { PACKET_CLOCKS } from '../../src/cycles/index.ts';
import { DeviceFault } from '../../src/device/index.ts';
import { streamParts } from '../../src/device/packets.ts';
import { loadCore, verify } from '../../src/device/rtl-device.ts';
import { readCounters, resetTop, sendPacket } from '../../src/device/top-driver.ts';
import { readRegister, writeRegister } from '../../src/device/top-registers.ts';
import { inferReference } from '../../src/reference/index.ts';
import { type Case, cases } from '../support/arbitraries.ts';
import { MINIMUM_CONFIGURATIONS, SMALL_CONFIGURATIONS } from '../support/configurations.ts';
import { coreLimits } from '../support/core-property.ts';

const CORES: Readonly<Record<string, Configuration>> = {
  '3x5': SMALL_CONFIGURATIONS['3x5']!,
  '1x4 of 16 bits': SMALL_CONFIGURATIONS['1x4 of 16 bits']!,
  '5x3 of 5 bits and minima': MINIMUM_CONFIGURATIONS['5x3 of 5 bits of minima']!,
  // Little room for weights: most networks load some for each batch.
  '4x4 with segments': { ...SMALL_CONFIGURATIONS['4x4']!, weightDepth: 80, programDepth: 1000 },
};

const anySeed = fc.integer({ min: 1, max: 2 ** 31 - 1 });
const someHolds = fc.oneof(
  fc.constant(new Uint8Array(0)),
  fc.uint8Array({ min: 0, max: 1, minLength: 1, maxLength: 400 }),
);
const noHolds = new Uint8Array(0);

/** A case of a core, compiled. */
function sample(configuration: Configuration, where: (chosen: Case) => boolean = () => true): Case {
  return fc.sample(cases(coreLimits(configuration)), { numRuns: 200, seed: 1 }).find(where)!;
}

describe.each(Object.entries(CORES))('%s', (name, configuration) => {
  it('should count its batches, and run again after a soft reset', async () => {
    let segmented = 0;
    await fc.assert(
      fc.asyncProperty(cases(coreLimits(configuration)), someHolds, anySeed, async (chosen, holds, seed) => {
        const { network, images, count } = chosen;
        const core = await loadCore(network, { configuration, seed });
        using sim = core.sim;
        segmented += Number(core.compiled.segments.length > 0);
        const { maps } = inferReference(network, images, count);
        const found = verify(core, images, { maps, count, clocks: holds.length === 0 }, holds);
        if ('got' in found) throw new Error(JSON.stringify(found));
        expect(readRegister(sim, 'BATCHES')).toBe(Math.ceil(count / configuration.rows));
        expect(readRegister(sim, 'DROPPED')).toBe(0);
        writeRegister(sim, 'CONTROL', 1);
        const again = verify(core, images, { maps, count, clocks: true }, noHolds);
        if ('got' in again) throw new Error(JSON.stringify(again));
      }),
      { numRuns: 20 },
    );
    if (name.endsWith('segments')) expect(segmented).toBeGreaterThan(3);
  });

  it('should run batches back to back, two clocks apart', async () => {
    const { network, images: codes } = sample(configuration, (chosen) => {
      const { images, segments } = compileNetwork(chosen.network, configuration);
      return images.addresses.length === 2 && segments.length === 0;
    });
    const { sim: top, compiled } = await loadCore(network, { configuration });
    using sim = top;
    using capture = sim.capture({ when: 'm_axis_tlast', signals: ['m_axis_tvalid'] });
    const parts = streamParts(configuration);
    const { buffer, addresses, words: size } = compiled.images;
    const words = packImages(codes.subarray(0, size), 1, size, configuration.dataBits, parts);
    for (let batch = 0; batch < 6; batch++) {
      sendPacket(sim, { target: buffer, address: addresses[batch % 2]!, words, images: 1 }, parts);
    }
    sim.run(20_000);
    const clocks = compiled.records.reduce((sum, _, record) => sum + readCounters(sim, record).cycles.total, 0);
    const { cycles } = capture.take();
    const apart = [...cycles.subarray(1)].map((cycle, batch) => cycle - cycles[batch]!);
    // The clock in which the end of a batch is seen, and that of the next one's start; longer where pictures are more
    // than the clocks of a batch.
    const expected = Math.max(clocks + 2, size + PACKET_CLOCKS);
    expect(cycles).toHaveLength(6);
    expect(apart.slice(1)).toEqual(apart.slice(1).map(() => expected));
  });

  it('should name what the accelerator says is wrong', async () => {
    const { network, images, count } = sample(configuration);
    const bus = await loadCore(network, { configuration });
    using sim = bus.sim;
    const run = (): unknown => verify(bus, images, { maps: [], count, clocks: false }, noHolds);
    const parts = streamParts(configuration);
    sendPacket(sim, { target: 5, address: 0, words: new Uint32Array(parts) }, parts);
    expect(run).toThrow(DeviceFault);
    resetTop(sim);
    expect(run).toThrow(/but it reports a malformed command/);
  });
});
