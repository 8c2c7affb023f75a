// SPDX-License-Identifier: Apache-2.0

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { build, SimulationError } from '../../sim/index.ts';
import { errorOf, fixture, temporaryFolder } from './support.ts';

const options = { top: 'counter', sources: [fixture('counter.v')] };

describe('waveforms', () => {
  it('should hold every change with the clock 10 units a cycle', async () => {
    const Counter = await build({ ...options, trace: true });
    const file = join(temporaryFolder(), 'wave.vcd');
    using sim = Counter.create();
    sim.dut.rst = 1;
    sim.step();
    sim.dut.rst = 0;
    sim.dut.en = 1;
    sim.openTrace(file);
    sim.step(3);
    expect(sim.runUntil('count', { max: 9, value: 5 })).toBe(2);
    sim.closeTrace();
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('$scope module counter $end');
    const id = /\$var wire +8 (\S+) count \[7:0\] \$end/.exec(text)?.[1];
    const changes = [...text.matchAll(/^#(\d+)\n((?:[^#].*\n)*)/gm)].flatMap(([, time, body = '']) => {
      const value = body.split('\n').find((line) => line.startsWith('b') && line.endsWith(` ${id}`));
      return value === undefined ? [] : [[Number(time), Number.parseInt(value.slice(1), 2)]];
    });
    expect(changes).toEqual([
      [10, 0],
      [15, 1],
      [25, 2],
      [35, 3],
      [45, 4],
      [55, 5],
    ]);
  });

  it('should be written twice by one instance, and completed by dispose', async () => {
    const Counter = await build({ ...options, trace: true });
    const folder = temporaryFolder();
    const sim = Counter.create();
    for (const name of ['one.vcd', 'two.vcd']) {
      sim.openTrace(join(folder, name));
      sim.step(2);
      if (name === 'one.vcd') sim.closeTrace();
    }
    sim.dispose();
    expect(readFileSync(join(folder, 'one.vcd'), 'utf8')).toContain('#15');
    expect(readFileSync(join(folder, 'two.vcd'), 'utf8')).toContain('#35');
  });

  it('should refuse what cannot be written', async () => {
    const Traced = await build({ ...options, trace: true });
    const Plain = await build(options);
    const folder = temporaryFolder();
    using plain = Plain.create();
    using traced = Traced.create();
    const untraced = await errorOf(SimulationError, () => plain.openTrace(join(folder, 'a.vcd')));
    expect(untraced.kind).toBe('trace');
    expect(untraced.message).toBe('Expected a model built with { trace: true }, but received one without.');
    expect(existsSync(join(folder, 'a.vcd'))).toBe(false);
    expect(() => traced.openTrace('/dev/null/a.vcd')).toThrow(
      'Expected a waveform file that can be written, but received /dev/null/a.vcd.',
    );
    traced.openTrace(join(folder, 'b.vcd'));
    expect(() => traced.openTrace(join(folder, 'c.vcd'))).toThrow('Expected no open waveform');
    plain.closeTrace();
  });

  it('should show settling between cycles, without a clock too', async () => {
    const Idle = await build({ top: 'idle', sources: [fixture('idle.v')], trace: true });
    const file = join(temporaryFolder(), 'idle.vcd');
    using sim = Idle.create();
    sim.openTrace(file);
    for (const a of [1, 2, 3]) {
      sim.dut.a = a;
      sim.eval();
    }
    sim.closeTrace();
    expect(readFileSync(file, 'utf8').match(/^#\d+$/gm)).toEqual(['#0', '#1', '#2']);
  });
});
