// SPDX-License-Identifier: Apache-2.0
// Going back to a state: in memory, in another instance, and from a file.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, SimulationError, type Model, type Simulation, type Snapshot } from '../../sim/index.ts';
import { readState, stateInclude } from '../../sim/state.ts';
import { errorOf, fixture, temporaryFolder } from './support.ts';

interface BulkTypes {
  ports: { clk: number; readonly count: number };
  exposed: { words: Uint32Array };
}

const options = { top: 'shapes', sources: [fixture('shapes.sv'), fixture('store.v')] };
let Shapes: Model;
let Ending: Model;

beforeAll(async () => {
  Shapes = await build(options);
  Ending = await build({ top: 'ending', sources: [fixture('ending.v')] });
});

/** What a simulation does from here on. */
function runOn(sim: Simulation): unknown[] {
  return Array.from({ length: 20 }, () => {
    sim.tick();
    return [sim.cycle, sim.time, sim.dut.slow_count, sim.dut.fast_count, sim.dut.drawn];
  });
}

function create(seed: number = 1): Simulation {
  const sim = Shapes.create({ seed });
  sim.clock('clk', { period: 12 });
  sim.clock('fast', { period: 4, phase: 1 });
  sim.reset('rst_n');
  return sim;
}

function bytesOf({ buffer, byteOffset, byteLength }: Uint32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

describe('snapshot', () => {
  it('should bring back all that follows, what $random draws too', () => {
    using sim = create();
    sim.run(5);
    const state = sim.snapshot();
    expect([state.cycle, state.time]).toEqual([sim.cycle, sim.time]);
    const first = runOn(sim);
    sim.dut.s5 = 7;
    sim.restore(state);
    expect([sim.cycle, sim.time, sim.dut.s5]).toEqual([state.cycle, state.time, 0]);
    expect(runOn(sim)).toEqual(first);
    sim.restore(state);
    expect(runOn(sim)).toEqual(first);
  });

  it('should keep states apart, whatever runs and goes back in between, in which instance', async () => {
    const Bulk = await build<BulkTypes>({ top: 'bulk', sources: [fixture('bulk.v')], expose: ['words'] });
    const instance = fc.nat(1);
    const action = fc.oneof(
      fc.record({ kind: fc.constant('run' as const), instance, cycles: fc.nat(3000) }),
      fc.record({ kind: fc.constant('take' as const), instance }),
      fc.record({ kind: fc.constant('load' as const), instance, state: fc.nat() }),
    );
    const file = join(temporaryFolder(), 'bulk.state');
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        using first = Bulk.create({ seed: 1 });
        using second = Bulk.create({ seed: 2 });
        const both = [first, second];
        const taken: { state: Snapshot; words: Uint32Array; count: number }[] = [];
        for (const step of actions) {
          const sim = both[step.instance]!;
          const { words } = sim.exposed;
          if (step.kind === 'run') sim.run(step.cycles);
          else if (step.kind === 'take') {
            taken.push({ state: sim.snapshot(), words: words.slice(), count: sim.dut.count });
          } else if (taken.length > 0) {
            const { state, words: expected, count } = taken[step.state % taken.length]!;
            // Many by way of a file.
            if (step.state % 4 !== 0) sim.restore(state);
            else {
              state.write(file);
              sim.load(file);
            }
            expect(sim.dut.count).toBe(count);
            expect(Buffer.compare(bytesOf(words), bytesOf(expected))).toBe(0);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('should not grow with what is no longer kept, though nothing awaits', async () => {
    const Bulk = await build<BulkTypes>({ top: 'bulk', sources: [fixture('bulk.v')], expose: ['words'] });
    using sim = Bulk.create();
    const before = process.memoryUsage().rss;
    for (let i = 0; i < 10_000; i++) {
      sim.run(100);
      sim.snapshot();
    }
    // All of them would take 655 MB whole, and what they do not share 200.
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it('should fit another instance of the model, which then lives alone', () => {
    using sim = create();
    sim.run(5);
    const state = sim.snapshot();
    using other = create();
    other.run(50);
    other.restore(state);
    const first = runOn(sim);
    sim.dispose();
    expect(runOn(other)).toEqual(first);
  });

  it('should bring back a run that $finish or $fatal ended, and one that $stop or $error interrupted', async () => {
    using sim = Ending.create();
    sim.run(3);
    const state = sim.snapshot();
    for (const mode of [1, 2, 3, 4]) {
      sim.dut.mode = mode;
      await errorOf(SimulationError, () => sim.run(9));
      sim.restore(state);
      sim.run(2);
      expect(sim.dut.count).toBe(5);
    }
  });

  it('should show its view before the edge again', () => {
    using sim = create();
    const { before } = sim;
    sim.run(3);
    expect([before.slow_count, sim.dut.slow_count]).toEqual([2, 3]);
    const state = sim.snapshot();
    sim.run(9);
    sim.restore(state);
    expect([before.slow_count, sim.dut.slow_count]).toEqual([2, 3]);
  });

  it('should be refused where it cannot be', async () => {
    using sim = create();
    const state = sim.snapshot();
    using otherClocks = Shapes.create();
    using otherModel = Ending.create();
    using dead = Ending.create();
    const early = dead.snapshot();
    dead.dut.mode = 6;
    await errorOf(SimulationError, () => dead.tick());
    const Traced = await Shapes.traced();
    using traced = Traced.create();
    const own = traced.snapshot();
    traced.openTrace(join(temporaryFolder(), 'a.vcd'));
    const gone = create();
    gone.dispose();
    const cases: [() => unknown, string, string][] = [
      [() => otherClocks.restore(state), 'snapshot', 'but received one with other clocks (clk/12/0 fast/4/1).'],
      [
        () => otherModel.restore(state),
        'snapshot',
        'Expected a snapshot of this build of ending, but received one of shapes.',
      ],
      [() => traced.restore(own), 'snapshot', 'Expected no open waveform, whose time cannot go back.'],
      [() => dead.snapshot(), 'snapshot', 'Expected a state to be taken before an evaluation was left half done'],
      [
        () => dead.restore(early),
        'snapshot',
        'Expected a state to be restored before an evaluation was left half done',
      ],
      [() => gone.snapshot(), 'disposed', 'Expected a simulation that is not disposed'],
      [() => gone.restore(state), 'disposed', 'Expected a simulation that is not disposed'],
    ];
    for (const [use, kind, message] of cases) {
      const error = await errorOf(SimulationError, use);
      expect([error.kind, error.message]).toEqual([kind, expect.stringContaining(message)]);
    }
    traced.closeTrace();
    traced.restore(own);
    using otherBuild = (await build({ ...options, defines: { OTHER: 1 }, flags: ['-DOTHER'] })).create();
    otherBuild.clock('clk', { period: 12 });
    otherBuild.clock('fast', { period: 4, phase: 1 });
    expect(() => otherBuild.restore(state)).toThrow('but received one of another build of shapes.');
  });

  it('should be refused for a design that opens files', async () => {
    const folder = temporaryFolder();
    const source = join(folder, 'opener.v');
    const body = 'reg [31:0] file; initial file = $fopen("/dev/null"); always @(posedge clk) $fdisplay(file, "x");';
    writeFileSync(source, `module opener (input wire clk);\n${body}\nendmodule\n`);
    using sim = (await build({ top: 'opener', sources: [source] })).create();
    sim.tick();
    const error = await errorOf(SimulationError, () => sim.snapshot());
    expect(error.message).toBe('Expected a design whose state is plain data, but it opens files.');
  });

  it('should be refused for a design with strings', async () => {
    const folder = temporaryFolder();
    const source = join(folder, 'talker.sv');
    const body = 'string text; always @(posedge clk) begin text = {text, "x"}; if (n == 3) $display("%s", text); end';
    writeFileSync(source, `module talker (input wire clk, input wire [3:0] n);\n${body}\nendmodule\n`);
    using sim = (await build({ top: 'talker', sources: [source], verilatorFlags: ['-Wno-BLKSEQ'] })).create();
    sim.run(3);
    const error = await errorOf(SimulationError, () => sim.snapshot());
    expect(error.message).toMatch(/^Expected a design whose state is plain data, but .*string .*text\.$/);
  });
});

describe('save and load', () => {
  it('should go through a file', () => {
    const file = join(temporaryFolder(), 'state.bin');
    using sim = create();
    sim.run(5);
    sim.save(file);
    const first = runOn(sim);
    using other = create(3);
    other.load(file);
    expect(runOn(other)).toEqual(first);
  });

  it('should refuse files that are none, cut short or changed', () => {
    const file = join(temporaryFolder(), 'state.bin');
    using sim = create();
    sim.save(file);
    const content = readFileSync(file);
    const changed = Buffer.from(content);
    changed[changed.length - 1]! ^= 1;
    const header = Buffer.from(content);
    header[20] = 0;
    const cases: [Buffer, string][] = [
      [content.subarray(0, -1), 'received one that was cut short or changed.'],
      [content.subarray(0, 30), 'received something else.'],
      [changed, 'received one that was cut short or changed.'],
      [header, 'received one with a changed header.'],
      [Buffer.from('hello'), 'received something else.'],
    ];
    for (const [bytes, message] of cases) {
      writeFileSync(file, bytes);
      expect(() => sim.load(file)).toThrow(`Expected ${file} to be a snapshot, but ${message}`);
    }
    const none = join(temporaryFolder(), 'none');
    const message = `Expected ${none} to be a snapshot, but received none that can be read (ENOENT).`;
    expect(() => sim.load(none)).toThrow(new RangeError(message));
    sim.tick();
  });
});

describe('readState', () => {
  const syms = (members: string): string => `// MODULE INSTANCE STATE\n${members}\n    // CONSTRUCTORS\n`;
  const header = (members: string, base: string = ''): string =>
    `class X${base} {\n  public:\n${members}\n    // CONSTRUCTORS\n`;

  it('should list instances and their pointers, of old and new versions', () => {
    const files = new Map([
      ['Vdut__Syms.h', syms('    Vdut___024root   TOP;\n    Vdut_sub         TOP__top__DOT__u;')],
      [
        'Vdut___024root.h',
        header(
          '    // CELLS\n    Vdut_sub* __PVT__u;\n    struct {\n    VL_IN8(clk,0,0);\n    };\n    CData/*0:0*/ a;\n' +
            '    VlUnpacked<VlUnpacked<IData/*31:0*/, 4>, 2> m;\n    Vdut__Syms* const vlSymsp;',
          ' final : public VerilatedModule',
        ),
      ],
      [
        'Vdut_sub.h',
        header('    VlWide<4>/*99:0*/ w;\n    double r;\n    Vdut__Syms* vlSymsp;\n    const char* vlNamep;'),
      ],
    ]);
    const state = readState(files);
    expect(state).toEqual({
      instances: [
        { member: 'TOP', hasBase: true, pointers: ['__PVT__u', 'vlSymsp'] },
        { member: 'TOP__top__DOT__u', hasBase: false, pointers: ['vlSymsp', 'vlNamep'] },
      ],
    });
    expect(stateInclude(state)).toBe(
      'INSTANCE(TOP, sizeof(VerilatedModule))\nPOINTER(TOP, __PVT__u)\nPOINTER(TOP, vlSymsp)\n' +
        'INSTANCE(TOP__top__DOT__u, 0)\nPOINTER(TOP__top__DOT__u, vlSymsp)\nPOINTER(TOP__top__DOT__u, vlNamep)\n',
    );
  });

  it.each(['std::string text', 'VlQueue<CData/*7:0*/> q', 'VlUnpacked<std::string, 2> s', 'VlClassRef<Vdut_c> c'])(
    'should refuse %s',
    (member) => {
      const files = new Map([
        ['Vdut__Syms.h', syms('    Vdut___024root   TOP;')],
        ['Vdut___024root.h', header(`    ${member};`)],
      ]);
      expect(readState(files)).toMatchObject({
        instances: [],
        refusal: expect.stringContaining('Vdut___024root holds'),
      });
    },
  );

  it('should refuse code that it does not know', () => {
    expect(readState(new Map()).refusal).toBe('its generated code shows no module instances');
  });
});
