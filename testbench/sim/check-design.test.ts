// SPDX-License-Identifier: Apache-2.0
// What checkDesign does with designs that cannot go back, runs that never end, and replays that go wrong; on a
// stand-in for a simulation, which counts and can refuse.

import { readdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SimulationError, type SimulationErrorKind } from '../../sim/errors.ts';
import { checkDesign, DesignCheckError, type CheckedModel } from '../../sim/fast-check/index.ts';
import { errorOf, temporaryFolder } from './support.ts';

function refuse(kind: SimulationErrorKind, message: string = kind): never {
  throw new SimulationError(message, { kind, cycle: 0, time: 0 });
}

/** A counter whose cycles are counted by hand. */
class Counter {
  readonly dut = { count: 0 };
  readonly exposed = {};
  cycle = 0;
  disposed = false;
  /** Why it cannot go back. */
  broken: SimulationErrorKind | undefined;
  readonly #samples: number[] = [];
  readonly #canSnapshot: boolean;

  constructor(canSnapshot: boolean) {
    this.#canSnapshot = canSnapshot;
  }

  tick(): void {
    if (this.disposed) refuse('disposed');
    this.#samples.push(this.dut.count);
    this.dut.count++;
    this.cycle++;
  }

  snapshot(): number {
    return this.#canSnapshot ? this.cycle : refuse('snapshot');
  }

  restore(cycle: number): void {
    if (this.disposed) refuse('disposed');
    if (this.broken !== undefined) refuse(this.broken);
    this.cycle = cycle;
    this.dut.count = cycle;
  }

  openTrace(file: string): void {
    writeFileSync(file, '$enddefinitions');
  }

  capture(): { take(): unknown } {
    const start = this.#samples.length;
    return {
      take: () => {
        const values = this.#samples.slice(start);
        return { cycles: values.map((_, i) => start + i), count: values.length, s0: Uint32Array.from(values) };
      },
    };
  }

  dispose(): void {
    this.disposed = true;
  }
}

interface Bench {
  readonly model: CheckedModel<Counter>;
  readonly made: Counter[];
}

function benchOf(options: { canSnapshot?: boolean; traced?: () => Promise<CheckedModel<Counter>> } = {}): Bench {
  const made: Counter[] = [];
  const model: CheckedModel<Counter> = {
    top: 'counter',
    ports: { count: { direction: 'output', width: 8, signed: false, dims: [] } },
    exposed: {},
    code: { variant: { trace: 'fst' } },
    create: () => {
      made.push(new Counter(options.canSnapshot ?? true));
      return made.at(-1)!;
    },
    traced: options.traced ?? (async () => model),
  };
  return { model, made };
}

function failBelow(limit: number): (sim: Counter, cycles: number) => void {
  return (sim, cycles) => {
    for (let i = 0; i < cycles; i++) sim.tick();
    expect(sim.dut.count).toBeLessThan(limit);
  };
}

describe('checkDesign', () => {
  it('should make an instance for each run of a design whose state cannot be taken', async () => {
    const { model, made } = benchOf({ canSnapshot: false });
    const run = (sim: Counter): void => {
      expect(sim.cycle).toBe(0);
      sim.tick();
    };
    await checkDesign(model, fc.nat(), run, { numRuns: 20 });
    expect(made).toHaveLength(20);
    expect(made.every(({ disposed }) => disposed)).toBe(true);
  });

  it('should make another instance after a run that left one that cannot go back', async () => {
    const { model, made } = benchOf();
    let runs = 0;
    const run = (sim: Counter): void => {
      expect(sim.cycle).toBe(0);
      sim.tick();
      if (++runs === 3) sim.broken = 'snapshot';
      if (runs === 5) sim.dispose();
    };
    await checkDesign(model, fc.nat(), run, { numRuns: 10 });
    expect(made).toHaveLength(3);
    expect(made.every(({ disposed }) => disposed)).toBe(true);
  });

  it('should write a waveform named by the failure, so that the next time it has the same name', async () => {
    const { model } = benchOf();
    const folder = temporaryFolder();
    const first = await errorOf(DesignCheckError, checkDesign(model, fc.nat(50), failBelow(9), { folder }));
    const again = await errorOf(DesignCheckError, checkDesign(model, fc.nat(50), failBelow(9), { folder }));
    expect(first.counterexample).toBe(9);
    expect(first.waveform).toMatch(/counter-[0-9a-f]{12}\.fst$/);
    expect([again.waveform, again.svgFile]).toEqual([first.waveform, first.svgFile]);
    expect(readdirSync(folder)).toHaveLength(2);
  });

  it('should draw the last cycles, 32 or as many as told', async () => {
    const { model } = benchOf();
    const labels = async (lastCycles?: number): Promise<string[]> => {
      const options = { folder: temporaryFolder(), ...(lastCycles === undefined ? {} : { lastCycles }) };
      const error = await errorOf(DesignCheckError, checkDesign(model, fc.nat(100), failBelow(50), options));
      return [...error.svg!.matchAll(/<tspan>([0-9a-f]+)<\/tspan>/g)].map((match) => match[1]!);
    };
    expect(await labels(3)).toEqual(['30', '31', '32']);
    expect(await labels()).toHaveLength(32);
  });

  it('should end a run that takes too long, and shield the next one from it', async () => {
    const { model, made } = benchOf();
    let runs = 0;
    const late: unknown[] = [];
    const run = async (sim: Counter): Promise<void> => {
      expect(sim.cycle).toBe(0);
      if (++runs !== 1) return sim.tick();
      await delay(60);
      try {
        sim.tick();
      } catch (error) {
        late.push(error);
      }
    };
    const failing = checkDesign(model, fc.nat(), run, { timeout: 20, folder: temporaryFolder() });
    const error = await errorOf(DesignCheckError, failing);
    expect(error.message).toContain('timeout');
    expect(error.message).toContain('remark:         the run passed when it was repeated for the waveform');
    await delay(80);
    expect(late).toMatchObject([{ kind: 'disposed' }]);
    expect(made.every(({ disposed }) => disposed)).toBe(true);
  });

  it('should tell the failure where no waveform can be made', async () => {
    const { model } = benchOf({ traced: () => Promise.reject(new Error('no compiler')) });
    const error = await errorOf(
      DesignCheckError,
      checkDesign(model, fc.nat(50), failBelow(9), { folder: temporaryFolder() }),
    );
    expect(error.counterexample).toBe(9);
    expect(error.message).toContain('\n  remark:         not all could be drawn: no compiler');
    expect([error.waveform, error.svg, error.svgFile]).toEqual([undefined, undefined, undefined]);
  });

  it('should tell the failure where no folder can be made', async () => {
    const { model } = benchOf();
    const folder = `${temporaryFolder()}/file`;
    writeFileSync(folder, '');
    const error = await errorOf(DesignCheckError, checkDesign(model, fc.nat(50), failBelow(9), { folder }));
    expect(error.counterexample).toBe(9);
    expect(error.message).toMatch(/remark: {9}not all could be drawn: EEXIST/);
  });

  it('should say that a check failed for too many skipped values', async () => {
    const { model } = benchOf();
    const skipping = checkDesign(model, fc.nat(), () => fc.pre(false), { numRuns: 5 });
    await expect(skipping).rejects.toThrow(/too many pre-condition failures/);
  });

  it('should list all failures when verbose', async () => {
    const { model } = benchOf();
    const options = { folder: temporaryFolder(), verbose: true };
    const error = await errorOf(DesignCheckError, checkDesign(model, fc.nat(50), failBelow(9), options));
    expect(error.message).toContain('Encountered failures were:');
  });
});
