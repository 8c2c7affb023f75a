// SPDX-License-Identifier: Apache-2.0

import { beforeAll, describe, expect, it } from 'vitest';
import { build, type Model, type Simulation } from '../../sim/index.ts';
import { fixture } from './support.ts';

let Pulses: Model;

beforeAll(async () => {
  Pulses = await build({ top: 'pulses', sources: [fixture('pulses.v')] });
});

function createReset(): Simulation {
  const sim = Pulses.create();
  sim.dut.rst = 1;
  sim.tick();
  sim.dut.rst = 0;
  return sim;
}

describe('capture', () => {
  // After reset in cycle 0, the phase is 2 in cycles 3, 6, 9 …, where count is 2, 5, 8 …
  it('should collect signals of the cycles in which the condition holds before the edge', () => {
    using sim = createReset();
    const capture = sim.capture({ when: 'valid', signals: { number: 'count', square: 'square', wide: 'wide' } });
    sim.run(9);
    const { count, cycles, number, square, wide } = capture.take();
    expect(count).toBe(3);
    expect(cycles).toEqual(Float64Array.of(3, 6, 9));
    expect(number).toEqual(Uint32Array.of(2, 5, 8));
    expect(square).toEqual(Uint32Array.of(4, 25, 64));
    expect(wide).toEqual(Uint32Array.of(2, 2, 5, 5, 8, 8));
  });

  it('should forget what was taken, and go on across step, runUntil and batch', () => {
    using sim = createReset();
    const capture = sim.capture({ when: 'valid', signals: ['square'] });
    sim.run(3);
    expect(capture.take().cycles).toEqual(Float64Array.of(3));
    expect(capture.take().count).toBe(0);
    // Stops with the clock low in cycle 6, which is not yet a cycle that happened.
    expect(sim.runUntil('valid', { max: 10 })).toBe(2);
    expect(capture.take().count).toBe(0);
    sim.batch({ rst: new Uint8Array(4) });
    expect(capture.take()).toEqual({ count: 2, cycles: Float64Array.of(6, 9), square: Uint32Array.of(25, 64) });
  });

  it('should stop when closed, and keep captures apart', () => {
    using sim = createReset();
    const first = sim.capture({ when: 'valid', signals: ['square'] });
    const second = sim.capture({ when: 'valid', signals: [] });
    sim.run(3);
    first.close();
    first.close();
    sim.run(3);
    expect(second.take().count).toBe(2);
    expect(() => first.take()).toThrow('Expected an open capture, but received a closed one.');
  });

  it('should refuse unknown ports, taken names, and use after dispose', () => {
    const sim = createReset();
    expect(() => sim.capture({ when: 'ready', signals: [] })).toThrow('but received "ready".');
    expect(() => sim.capture({ when: 'valid', signals: ['datum'] })).toThrow('but received "datum".');
    expect(() => sim.capture({ when: 'valid', signals: ['count'] })).toThrow(
      'Expected signals to leave the names count and cycles free, but received "count"; give it another name: { tally: "count" }.',
    );
    const capture = sim.capture({ when: 'valid', signals: ['square'] });
    sim.dispose();
    expect(() => capture.take()).toThrow('Expected a simulation that is not disposed');
    expect(() => capture.close()).not.toThrow();
  });

  it('should hold many cycles', () => {
    using sim = createReset();
    const capture = sim.capture({ when: 'valid', signals: ['square'] });
    sim.run(300_000);
    const { count, square } = capture.take();
    expect(count).toBe(100_000);
    expect(square[99_999]).toBe(((2 + 3 * 99_999) % 256) ** 2);
  });
});
