// SPDX-License-Identifier: Apache-2.0
// The law of the whole core: on random networks, data and holds its values are
// the reference's bit for bit, and its counters the closed form's. A failure is
// shrunk on the fast build and replayed on one that traces, so that there is a
// waveform of the smallest case only.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Configuration, Schedule } from '../../src/compile/index.ts';
import type { RunCounters } from '../../src/device/index.ts';
import { type Case, type CaseLimits, cases } from './arbitraries.ts';
import { closedForm } from './closed-form.ts';
import { deviceOfCore, SOON_COMPILED } from './rtl-device.ts';
import { shouldMatchReference } from './should-match.ts';

const WAVEFORMS = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'berus', 'waveforms');

/** What is held against the law. */
export interface CoreUnderTest {
  /** Says what the core is, in messages and the waveform's name. */
  readonly name: string;
  readonly configuration: Configuration;
  /** @defaultValue output */
  readonly schedule?: Schedule;
  /** Folder of other RTL than the package's. */
  readonly rtl?: string;
  /** @defaultValue fast-check's */
  readonly numRuns?: number;
}

/** Random cases that a small core has room for. */
export function coreLimits(configuration: Configuration, schedule?: Schedule): CaseLimits {
  const { rows, columns, dataBits, cell } = configuration;
  return {
    configuration,
    schedule,
    bits: dataBits,
    maxImages: 2 * rows + 1,
    maxMap: 500,
    maxTaps: 80,
    maxFilters: 2 * columns + 1,
    maxLayers: 5,
    zeros: cell === 'minimum',
    multiplies: cell === 'product',
  };
}

/** Whether taps are held back, clock by clock from the start of each batch on. */
export const holdPatterns: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constant(new Uint8Array(0)),
  fc.uint8Array({ min: 0, max: 1, minLength: 1, maxLength: 400 }),
);

function shouldCountLikeTheClosedForm(
  example: Case,
  { layers, batches }: RunCounters,
  configuration: Configuration,
  schedule: Schedule | undefined,
  held: boolean,
): void {
  expect(batches).toBe(schedule === 'weight' ? example.count : Math.ceil(example.count / configuration.rows));
  for (const [index, form] of closedForm(example, configuration, schedule).entries()) {
    const { cycles, events } = layers[index]!;
    const { setup, load, stream, drain, scan, stall, flush, total } = cycles;
    expect(total).toBe(setup + load + stream + drain + scan + stall + flush);
    expect(events).toEqual(form.events);
    if (held) {
      // A hold while sums are shifted out hides in the drain, one before a tap is found in the scan.
      expect({ setup, stream, flush }).toEqual({
        setup: form.cycles.setup,
        stream: form.cycles.stream,
        flush: form.cycles.flush,
      });
      expect(drain + stall).toBeGreaterThanOrEqual(form.cycles.drain);
    } else {
      expect(cycles).toEqual(form.cycles);
    }
  }
}

/**
 * Tries random cases on a core.
 * @throws {Error} with layer, element, cell, cycle, values, configuration, seeds, the smallest case and its waveform
 */
export async function shouldObeyTheReference(core: CoreUnderTest): Promise<void> {
  const { name, configuration, schedule, rtl } = core;
  const check = async (chosen: Case, holds: Uint8Array, seed: number, waveform?: string): Promise<void> => {
    using device = await deviceOfCore(chosen.network, {
      configuration,
      schedule,
      seed,
      holds,
      waveform,
      rtl,
      flags: waveform === undefined ? undefined : SOON_COMPILED,
    });
    const got = device.infer(chosen.images, chosen.count);
    shouldMatchReference(chosen, got, `configuration ${name}, power-up seed ${seed}`);
    shouldCountLikeTheClosedForm(chosen, got.counters!, configuration, schedule, holds.length > 0);
  };
  const outcome = await fc.check(
    fc.asyncProperty(
      cases(coreLimits(configuration, schedule)),
      holdPatterns,
      fc.integer({ min: 1, max: 2 ** 31 - 1 }),
      (chosen, holds, seed) => check(chosen, holds, seed),
    ),
    core.numRuns === undefined ? {} : { numRuns: core.numRuns },
  );
  if (!outcome.failed) return;
  const [chosen, holds, seed] = outcome.counterexample!;
  mkdirSync(WAVEFORMS, { recursive: true });
  const waveform = join(WAVEFORMS, `${name.replaceAll(/\W+/g, '-')}.vcd`);
  await check(chosen, holds, seed, waveform).catch(() => {});
  const { message } = outcome.errorInstance as Error;
  throw new Error(`${message}\n${fc.defaultReportMessage(outcome)}\nWaveform of this case: ${waveform}`);
}
