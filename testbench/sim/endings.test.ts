// SPDX-License-Identifier: Apache-2.0

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, SimulationError, type Model, type Simulation, type Snapshot } from '../../sim/index.ts';
import type { NativeAddon } from '../../sim/native.ts';
import { errorOf, fixture, temporaryFolder } from './support.ts';

interface EndingPorts {
  clk: number;
  mode: number;
  count: number;
}

const source = fixture('ending.v');
let Ending: Model<{ ports: EndingPorts }>;

beforeAll(async () => {
  Ending = await build<{ ports: EndingPorts }>({ top: 'ending', sources: [source] });
});

/** Runs three quiet cycles, then one in `mode`. */
async function endIn(mode: number, sim: Simulation<{ ports: EndingPorts }>): Promise<SimulationError> {
  sim.run(3);
  sim.dut.mode = mode;
  return errorOf(SimulationError, () => sim.run(10));
}

describe('RTL that ends a simulation', () => {
  it.each([
    [1, 'finish', '$finish', 17],
    [2, 'stop', '$stop', 18],
    [3, 'fatal', '$fatal', 19],
    [4, 'error', '$error or a failed assertion', 20],
  ])('should become an error in mode %i: %s', async (mode, kind, statement, line) => {
    using sim = Ending.create();
    const error = await endIn(mode, sim);
    expect(error).toMatchObject({ kind, file: source, line, cycle: 4, scope: 'ending' });
    expect(error.message).toContain(`Expected ending to run on, but in cycle 4 came ${statement} at ${source}:${line}`);
    expect(error.message).not.toContain('\n');
    expect(sim.cycle).toBe(4);
    expect(sim.dut.count).toBe(4);
  });

  it('should quote what the RTL said', async () => {
    using fatal = Ending.create();
    expect((await endIn(3, fatal)).text).toContain('broken beyond repair');
    using error = Ending.create();
    expect((await endIn(4, error)).message).toContain('count is 3');
  });

  it('should be told apart on one line by what is said, over as many lines as that takes', async () => {
    const path = join(temporaryFolder(), 'line.sv');
    const lines = [
      'module line (input wire clk, input wire [3:0] mode);',
      '  always @(posedge clk) if (mode == 1) $error("at %0d", mode); else if (mode == 2) $fatal(1, "lost \\"%0d\\" (%%)", mode);',
      '  always @(posedge clk) if (mode == 3) $error; else if (mode == 4) $fatal(1, "first\\nsecond");',
      '  always @(posedge clk) assert (mode != 5); always @(posedge clk) assert (mode != 6) else $fatal(2,',
      '    "as [%0d]", mode);',
      '  always @(posedge clk) if (mode == 7) $error("%0d", mode); else if (mode == 8) $fatal;',
      '  always @(posedge clk) if (mode == 9) $error("two\\nlines");',
      'endmodule',
    ];
    writeFileSync(path, lines.join('\n'));
    const Line = await build({ top: 'line', sources: [path], verilatorFlags: ['-Wno-fatal'] });
    const kinds = [];
    for (let mode = 1; mode <= 9; mode++) {
      using sim = Line.create();
      sim.dut.mode = mode;
      const error = await errorOf(SimulationError, () => sim.tick());
      expect(error.message).not.toContain('\n');
      expect(error.text).toMatch(/^\[\d+\] %Error: /);
      kinds.push(`${mode} ${error.kind}`);
    }
    expect(kinds).toEqual([
      ...['1 error', '2 fatal', '3 error', '4 fatal', '5 error', '6 fatal', '7 error', '8 fatal', '9 error'],
    ]);
  });

  it('should be quoted from the last line that was printed', async () => {
    const path = join(temporaryFolder(), 'said.sv');
    writeFileSync(
      path,
      'module said (input wire clk); always @(posedge clk) begin ' +
        '$display("an early line"); $write("sum "); $write("is\\nseven\\n\\n"); $stop; end endmodule\n',
    );
    const Said = await build({ top: 'said', sources: [path] });
    using sim = Said.create();
    expect((await errorOf(SimulationError, () => sim.tick())).text).toBe('seven');
    using listened = Said.create({ onDisplay: () => undefined });
    expect((await errorOf(SimulationError, () => listened.tick())).text).toBe('seven');
  });

  it.each([1, 3])('should stay ended in mode %i', async (mode) => {
    using sim = Ending.create();
    const error = await endIn(mode, sim);
    sim.dut.mode = 0;
    for (const use of [() => sim.tick(), () => sim.eval(), () => sim.runUntil('count', { max: 1 })]) {
      expect(await errorOf(SimulationError, use)).toBe(error);
    }
    expect(sim.dut.count).toBe(4);
  });

  it.each([2, 4])('should run on after mode %i', async (mode) => {
    using sim = Ending.create();
    await endIn(mode, sim);
    sim.dut.mode = 0;
    sim.run(5);
    expect(sim.dut.count).toBe(9);
    sim.dut.mode = mode;
    expect((await errorOf(SimulationError, () => sim.run(9))).cycle).toBe(10);
  });

  it('should end batch and runUntil too', async () => {
    using batch = Ending.create();
    const error = await errorOf(SimulationError, () => batch.batch({ mode: Uint8Array.of(0, 0, 1, 0) }, ['count']));
    expect([error.kind, error.cycle]).toEqual(['finish', 3]);
    using until = Ending.create();
    until.dut.mode = 2;
    const stop = await errorOf(SimulationError, () => until.runUntil('count', { max: 50, value: 40 }));
    expect([stop.kind, stop.cycle]).toEqual(['stop', 1]);
  });

  it('should survive logic that never settles, in the instance that holds it and in others', async () => {
    const dead = Ending.create();
    using other = Ending.create();
    other.run(7);
    const error = await endIn(6, dead);
    expect(error).toMatchObject({ kind: 'fatal', cycle: 3 });
    expect(error.message).toMatch(
      /^Expected ending to run on, but in cycle 3 came .*did not converge.* at .*ending\.v:\d+\.$/,
    );
    expect(await errorOf(SimulationError, () => dead.tick())).toBe(error);
    other.run(2);
    expect(other.dut.count).toBe(9);
    dead.dispose();
    other.tick();
    expect(other.dut.count).toBe(10);
    expect(() => dead.tick()).toThrow('not disposed');
  });

  it('should not reach an instance that runs beside it', async () => {
    using one = Ending.create();
    using two = Ending.create();
    for (const mode of [2, 4, 1]) {
      one.dut.mode = mode;
      await errorOf(SimulationError, () => one.tick());
      two.tick();
    }
    expect(two.dut.count).toBe(3);
  });
});

describe('the scope of an end', () => {
  it('should be the instance, or those of which it is one', async () => {
    const Pair = await build<{ ports: { clk: number; which: number } }>({
      top: 'pair',
      sources: [fixture('pair.v')],
      verilatorFlags: ['-Wno-DECLFILENAME'],
    });
    using sim = Pair.create();
    sim.dut.which = 1;
    const shared = await errorOf(SimulationError, () => sim.tick());
    expect(shared.scope).toBeUndefined();
    expect(shared.scopes?.toSorted()).toEqual(['pair.gen_leaf[0].leaf_u', 'pair.gen_leaf[1].leaf_u']);
    sim.dut.which = 2;
    expect(await errorOf(SimulationError, () => sim.tick())).toMatchObject({ kind: 'stop', scope: 'pair.single_u' });
  });
});

describe('lines that a comment moved', () => {
  it('should be found, without the model being compiled again', async () => {
    const path = join(temporaryFolder(), 'quiet.v');
    const lines = ['module leaf (input wire clk);', 'wire unused = clk;', 'endmodule', ''];
    const top = ['module quiet (input wire clk);', 'leaf leaf_u (.clk(clk));', 'endmodule', ''];
    const options = { top: 'quiet', sources: [path], verilatorFlags: ['-Wno-DECLFILENAME', '-Wno-UNUSED'] };
    writeFileSync(path, [...top, ...lines].join('\n'));
    const first = await build(options);
    const steps: string[] = [];
    writeFileSync(path, [...top.slice(0, 2), '// a comment', ...top.slice(2), ...lines].join('\n'));
    const second = await build({ ...options, onProgress: (text) => steps.push(text) });
    expect(steps).toEqual(['translating quiet']);
    expect(second.code.folder).toBe(first.code.folder);
  });
});

describe('a model that was loaded twice', () => {
  it('should keep the instances of both loadings apart', async () => {
    const path = join(Ending.code.folder, '../model.node');
    const load = (): NativeAddon => {
      const module = { exports: {} as NativeAddon };
      process.dlopen(module, path);
      return module.exports;
    };
    const addons = [load(), load()] as const;
    const clock = Object.keys(Ending.ports).indexOf('clk');
    const instances = addons.map((addon) => addon.create(1, clock, false, []));
    addons.forEach((addon, i) => {
      addon.turn[0] = instances[i]!.number;
      for (let cycle = 0; cycle < 3 + i; cycle++) addon.tick();
    });
    expect(instances.map(({ status }) => status[0])).toEqual([3, 4]);
    addons.forEach((addon, i) => addon.dispose(instances[i]!.handle, instances[i]!.memory));
    addons[0].turn[0] = 7;
    expect(() => addons[0].tick()).toThrow('not disposed');
  });
});

describe('what RTL prints', () => {
  it('should be handed over as it comes, in order, and the run go on', () => {
    const seen: [string, number][] = [];
    const sim = Ending.create({ onDisplay: (text) => seen.push([text, sim.cycle]) });
    sim.dut.mode = 5;
    sim.run(2);
    sim.batch({ mode: Uint8Array.of(5, 0, 5) });
    expect(sim.runUntil('count', { max: 9, value: 7 })).toBe(2);
    expect(seen).toEqual([
      ['count is 0\n', 1],
      ['count is 1\n', 2],
      ['count is 2\n', 3],
      ['count is 4\n', 5],
      ['count is 5\n', 6],
      ['count is 6\n', 7],
    ]);
    sim.dispose();
    expect(seen.at(-1)?.[0]).toBe('7 cycles\n');
  });

  it('should not pile up when nobody listens', () => {
    using sim = Ending.create();
    sim.dut.mode = 5;
    sim.run(100_000);
    expect(sim.cycle).toBe(100_000);
  });

  it('should not be a moment to run in: the run that printed is not over', () => {
    const refused: string[] = [];
    const snapshots: Snapshot[] = [];
    using sim = Ending.create({
      onDisplay: (text) => {
        if (!text.startsWith('count')) return;
        for (const use of [
          () => sim.tick(),
          () => sim.run(1),
          () => sim.eval(),
          () => sim.step(),
          () => sim.batch({ mode: Uint8Array.of(0) }),
          () => sim.runUntil('count', { max: 1 }),
          () => sim.runUntil(() => true, { max: 1 }),
          () => sim.snapshot(),
          () => sim.restore(snapshots[0]!),
        ]) {
          expect(use).toThrow('Expected runs to come one after the other, but received one within onDisplay.');
          refused.push(String(sim.dut.count));
        }
      },
    });
    snapshots.push(sim.snapshot());
    const { count } = sim.batch({ mode: Uint8Array.of(0, 5, 5, 0, 5) }, ['count']);
    expect([...count]).toEqual([0, 1, 2, 3, 4]);
    expect(refused).toHaveLength(27);
    sim.restore(snapshots[0]!);
    sim.tick();
    expect(sim.dut.count).toBe(1);
  });

  it('should let a listener throw, or dispose of the instance', async () => {
    const sim = Ending.create({
      onDisplay: () => {
        throw new Error('enough');
      },
    });
    sim.dut.mode = 5;
    expect(() => sim.run(3)).toThrow('enough');
    expect(sim.cycle).toBe(1);
    // What RTL said is not lost with it.
    sim.dut.mode = 4;
    const error = await errorOf(SimulationError, () => sim.run(3));
    expect([error.kind, (error.cause as Error).message]).toEqual(['error', 'enough']);
    const other = Ending.create({ onDisplay: () => other.dispose() });
    other.dut.mode = 5;
    expect(() => other.run(3)).toThrow('Expected a simulation that is not disposed');
  });
});

describe('instances', () => {
  it('should come and go by the thousand', () => {
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 5000; i++) {
      const sim = Ending.create({ seed: i + 1 });
      sim.run(2);
      sim.dispose();
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(60e6);
  });

  it('should run two different models in one process', async () => {
    const Counter = await build({ top: 'counter', sources: [fixture('counter.v')] });
    using counter = Counter.create();
    using ending = Ending.create();
    counter.dut.rst = 1;
    counter.tick();
    counter.dut.rst = 0;
    counter.dut.en = 1;
    for (let i = 0; i < 10; i++) {
      counter.tick();
      ending.tick();
    }
    ending.dut.mode = 1;
    expect((await errorOf(SimulationError, () => ending.tick())).kind).toBe('finish');
    counter.tick();
    expect([counter.dut.count, ending.dut.count]).toEqual([11, 11]);
  });

  it('should be freed by the garbage collector, but not while a view of it is alive', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const rss: number[] = [];
    let last: EndingPorts | undefined;
    for (let round = 0; round < 6; round++) {
      for (let i = 0; i < 500; i++) {
        const sim = Ending.create();
        sim.run(3);
        last = sim.dut;
      }
      collect();
      await new Promise((resolve) => setTimeout(resolve, 5));
      rss.push(process.memoryUsage().rss);
      expect(last?.count).toBe(3);
    }
    expect(rss.at(-1)! - rss[1]!).toBeLessThan(20e6);
  });
});
