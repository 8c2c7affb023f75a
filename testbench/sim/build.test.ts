// SPDX-License-Identifier: Apache-2.0

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BuildError, build, findVerilator, ToolchainError, type BuildOptions, type Model } from '../../sim/index.ts';
import { errorOf, fixture, setEnvironment, temporaryFolder, writeScript } from './support.ts';

const stepped = { top: 'stepped', sources: [fixture('stepped.v')], includeDirs: [fixture('include')] };

function countTwice(model: Model): number {
  using sim = model.create();
  sim.dut.rst = 1;
  sim.tick();
  sim.dut.rst = 0;
  sim.run(2);
  return sim.dut.count as number;
}

/** Builds and returns what was done for it. */
async function stepsOf(options: BuildOptions): Promise<{ model: Model; steps: string[] }> {
  const steps: string[] = [];
  const model = await build({ ...options, onProgress: (text) => steps.push(text) });
  return { model, steps };
}

describe('build', () => {
  it('should find includes and modules in include folders', async () => {
    expect(countTwice(await build(stepped))).toBe(6);
  });

  it('should pass parameters of every kind', async () => {
    const params = { SCALE: -2, WIDE: 2n ** 39n + 5n, LABEL: "it's $x" };
    const Model = await build({ ...stepped, params });
    expect(countTwice(Model)).toBe(2 ** 32 - 12);
    using sim = Model.create();
    expect(sim.dut.wide).toBe(2 ** 39 + 5);
    const text = Buffer.from((sim.dut.label as bigint).toString(16).padStart(16, '0'), 'hex')
      .toString()
      .replace(/\0/g, '');
    expect(text).toBe("it's $x");
  });

  it('should pass macros', async () => {
    const source = join(temporaryFolder(), 'macros.v');
    writeFileSync(
      source,
      "module macros(output wire [7:0] y);\nassign y = `VALUE\n`ifdef PLUS\n+ 8'd1\n`endif\n;\nendmodule\n",
    );
    const Model = await build({ top: 'macros', sources: [source], defines: { VALUE: "8'd41", PLUS: true } });
    expect(Model.create().dut.y).toBe(42);
  });

  it('should answer a known request in little time, without running a tool', async () => {
    await build(stepped);
    const start = performance.now();
    const { steps } = await stepsOf(stepped);
    expect(steps).toEqual([]);
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('should build again for a changed source, include, parameter or new file that hides another', async () => {
    const folder = temporaryFolder();
    cpSync(fixture('include'), join(folder, 'include'), { recursive: true });
    cpSync(fixture('stepped.v'), join(folder, 'stepped.v'));
    mkdirSync(join(folder, 'first'));
    const options = {
      top: 'stepped',
      sources: [join(folder, 'stepped.v')],
      includeDirs: [join(folder, 'first'), join(folder, 'include')],
    };
    const change = (name: string, from: string, to: string): void => {
      const path = join(folder, name);
      writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
    };
    expect(countTwice(await build(options))).toBe(6);
    change('include/step.vh', "32'd3", "32'd5");
    expect(countTwice(await build(options))).toBe(10);
    change('stepped.v', 'count + scaled', 'count - scaled');
    expect(countTwice(await build(options))).toBe(2 ** 32 - 10);
    expect(countTwice(await build({ ...options, params: { SCALE: 3 } }))).toBe(2 ** 32 - 30);
    writeFileSync(join(folder, 'first/step.vh'), "`define STEP 32'd1\n");
    expect(countTwice(await build(options))).toBe(2 ** 32 - 2);
    change('stepped.v', 'count - scaled', 'count + scaled');
    change('first/step.vh', "32'd1", "32'd3");
    expect(countTwice(await build(options))).toBe(6);
  });

  it('should compile nothing when the generated code is the same', async () => {
    const source = join(temporaryFolder(), 'counter.v');
    cpSync(fixture('counter.v'), source);
    await build({ top: 'counter', sources: [source] });
    writeFileSync(source, readFileSync(source, 'utf8').replace('clears the count', 'back to zero'));
    const { steps } = await stepsOf({ top: 'counter', sources: [source] });
    expect(steps).toEqual(['translating counter']);
  });

  it('should build once for requests at the same time', async () => {
    const source = join(temporaryFolder(), 'once.v');
    writeFileSync(source, `module once(output wire [31:0] y);\nassign y = 32'd${Date.now() % 2 ** 31};\nendmodule\n`);
    const builds = await Promise.all([1, 2, 3].map(() => stepsOf({ top: 'once', sources: [source] })));
    const steps = builds.flatMap((one) => one.steps);
    expect(steps.filter((step) => step === 'translating once')).toHaveLength(1);
    // Runtime and glue are compiled apart, and only where this machine has not done so yet.
    expect(steps.filter((step) => /^compiling \d+ generated files$/.test(step))).toHaveLength(1);
  });

  it('should work in folders with any name', async () => {
    const folder = temporaryFolder();
    const source = join(folder, 'counter.v');
    cpSync(fixture('counter.v'), source);
    setEnvironment({ BERUS_CACHE_DIR: join(folder, "ca che's") });
    const error = await errorOf(BuildError, build({ top: 'nothing', sources: [source] }));
    expect(error.message).toContain("Specified --top-module 'nothing' was not found in design");
  });
});

describe('Verilog that cannot be built', () => {
  it('should give the name that an illegal parameter instantiates, on one line', async () => {
    const source = fixture('counter.v');
    const error = await errorOf(BuildError, build({ top: 'counter', sources: [source], params: { WIDTH: 1 } }));
    expect(error.message).toBe(
      `Expected Verilog top counter to build, but ${source}:18:5: ` +
        "Cannot find file containing module: 'error_WIDTH_must_exceed_1'",
    );
  });

  it('should give diagnostics with places', async () => {
    const source = join(temporaryFolder(), 'bad.v');
    writeFileSync(source, 'module bad(input wire [3:0] a, output wire y);\nassign y = a;\nassign y = ;\nendmodule\n');
    const syntax = await errorOf(BuildError, build({ top: 'bad', sources: [source] }));
    expect(syntax.diagnostics[0]).toMatchObject({ severity: 'error', file: source, line: 3, column: 12 });
    expect(syntax.message).toBe(
      `Expected Verilog top bad to build, but ${source}:3:12: ${syntax.diagnostics[0]?.message}`,
    );
    writeFileSync(source, 'module bad(input wire [3:0] a, output wire y);\nassign y = a;\nendmodule\n');
    const lint = await errorOf(BuildError, build({ top: 'bad', sources: [source] }));
    expect(lint.diagnostics[0]).toMatchObject({
      severity: 'warning',
      code: 'WIDTH',
      file: source,
      line: 2,
      snippet: 'assign y = a;\n         ^',
    });
    expect(lint.message).toBe(
      `Expected Verilog top bad to build, but ${source}:2:10: ${lint.diagnostics[0]?.message} ` +
        "(WIDTH; verilatorFlags: ['-Wno-WIDTH'] lets it pass) (and 1 more in diagnostics)",
    );
    expect(lint.command[0]).toContain('verilator');
    const Model = await build({ top: 'bad', sources: [source], verilatorFlags: ['-Wno-fatal'] });
    expect(Model.ports['y']).toMatchObject({ direction: 'output', width: 1 });
  });

  it('should call a file by its own name where that is no module name', async () => {
    const source = join(temporaryFolder(), 'my counter.v');
    cpSync(fixture('counter.v'), source);
    const error = await errorOf(BuildError, build({ top: 'counter', sources: [source] }));
    expect(error.diagnostics[0]).toMatchObject({ code: 'DECLFILENAME', file: source });
    expect(error.message).toContain("Filename 'my counter' does not match MODULE name: 'counter' (DECLFILENAME; ");
    const Model = await build({ top: 'counter', sources: [source], verilatorFlags: ['-Wno-DECLFILENAME'] });
    expect(Model.ports['count']).toBeDefined();
  });

  it.each<[string, Partial<BuildOptions>, string]>([
    ['no top', { top: '' }, 'Expected top to be the name of a module'],
    ['no source', { sources: [] }, 'Expected sources to name at least one Verilog file'],
    [
      'a relative source',
      { sources: ['counter.v'] },
      'Expected sources to hold absolute paths of files, but received "counter.v".',
    ],
    ['a missing source', { sources: ['/missing.v'] }, 'but received /missing.v, which is no file.'],
    ['a file as folder', { includeDirs: [fixture('counter.v')] }, 'which is no folder.'],
    ['an unknown option', { nope: 1 } as object, 'Expected options of build to be some of top, sources, '],
    [
      'a fraction as parameter',
      { params: { WIDTH: 0.5 } },
      'Expected params.WIDTH to be an integer, but received 0.5.',
    ],
    ['a fraction beside what is not there', { params: { WIDTH: 0.5, MISSING: 1 } }, 'MISSING'],
    ['a parameter with a bad name', { params: { 'A=1 -G': 2 } }, 'but received "A=1 -G".'],
    ['a quote in a parameter', { params: { WIDTH: 'a"b' } }, 'Expected params.WIDTH to be a string without quotes'],
    ['a parameter that is not there', { params: { MISSING: 2 } }, 'MISSING'],
    ['delays', { verilatorFlags: ['--timing'] }, 'without delays, but received --timing.'],
    ['an option as top', { top: '--help' }, 'Expected top to be the name of a module, but received "--help".'],
    ['an object as parameter', { params: { WIDTH: {} } } as object, 'Expected params.WIDTH to be a number, a bigint,'],
    ['one path for sources', { sources: '/a.v' } as object, 'Expected sources to be an array, but received "/a.v".'],
    ['one path for expose', { expose: 'mem' } as object, 'Expected expose to be an array, but received "mem".'],
    ['no function', { onProgress: 3 } as object, 'Expected onProgress to be a function, but received 3.'],
    ['no params', { params: 5 } as object, 'Expected params to be an object of values by name, but received 5.'],
    ['a list of params', { params: [1] } as object, 'Expected params to be an object of values by name, but received'],
    ['no defines', { defines: 7 } as object, 'Expected defines to be an object of values by name, but received 7.'],
    [
      'a macro of nothing',
      { defines: { A: null } } as object,
      'Expected defines.A to be text, a number or true, but received null.',
    ],
    ['a macro that is no number', { defines: { A: NaN } }, 'Expected defines.A to be text, a number or true, but'],
    ['a number to expose', { expose: [5] } as object, 'Expected expose to hold strings, but received 5 at place 0.'],
    ['a flag that is none', { flags: ['-g', null] } as object, 'Expected flags to hold strings, but received null'],
    ['a compiler flag that is none', { flags: ['-bogus'] }, 'unrecognized command-line option'],
    ...[
      ['--binary', 'that leave to build what is made and where'],
      ['--Mdir', 'that leave to build what is made and where'],
      ['-E', 'that leave to build what is made and where'],
      ['--savable', 'that leave to build what is made and where'],
      ['--trace', 'without waveforms, which trace chooses'],
      ['--trace-fst', 'without waveforms, which trace chooses'],
      ['-coverage-line', 'without coverage, which coverage: true counts'],
      ['--top-module', 'without the top, which has an option of its own'],
    ].map(([flag, rule]): [string, object, string] => [
      `${flag} for Verilator`,
      { verilatorFlags: [flag] },
      `Expected verilatorFlags ${rule}, but received ${flag}.`,
    ]),
    [
      'threads',
      { verilatorFlags: ['--threads', '2'] },
      'Expected verilatorFlags for a model with one thread and without delays',
    ],
  ])('should refuse %s', async (_, change, message) => {
    const error = await errorOf(Error, build({ top: 'counter', sources: [fixture('counter.v')], ...change }));
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('\n');
  });

  it('should refuse numbers that their parameters would cut', async () => {
    const source = join(temporaryFolder(), 'typed.sv');
    const parameters =
      'parameter bit [7:0] BYTE = 1, parameter logic signed [3:0] SIGNED = 1, parameter string TEXT = ""';
    writeFileSync(source, `module typed #(${parameters}) (output bit [7:0] out);\nassign out = BYTE;\nendmodule\n`);
    const design = { top: 'typed', sources: [source], flags: [], verilatorFlags: ['-Wno-fatal', '-Wno-lint'] };
    const cases: [object, string][] = [
      [{ BYTE: 256 }, 'Expected params.BYTE to fit its type, but received 256, which it takes for 0.'],
      [{ BYTE: -1 }, 'Expected params.BYTE to fit its type, but received -1, which it takes for 255.'],
      [{ SIGNED: 8n }, 'Expected params.SIGNED to fit its type, but received 8, which it takes for -8.'],
      [{ BYTE: 2.5 }, 'Expected params.BYTE to be an integer, but received 2.5.'],
      [{ TEXT: 5 }, 'Expected params.TEXT to be a string, but received 5.'],
      [{ TEXT: 2.5 }, 'Expected params.TEXT to be a string, but received 2.5.'],
    ];
    for (const [params, message] of cases) {
      const error = await errorOf(RangeError, build({ ...design, params: params as never }));
      expect(error.message).toBe(message);
    }
  });

  it('should refuse a top without ports', async () => {
    const source = join(temporaryFolder(), 'closed.v');
    writeFileSync(source, 'module closed;\nendmodule\n');
    const error = await errorOf(BuildError, build({ top: 'closed', sources: [source] }));
    expect(error.message).toBe('Expected Verilog top closed to have ports, but it has none');
  });

  it('should refuse ports that C++ cannot have', async () => {
    const source = join(temporaryFolder(), 'taken.v');
    for (const name of ['name', 'eval', 'threads', 'rootp', 'contextp', 'new']) {
      writeFileSync(source, `module taken(output wire \\${name} );\nassign \\${name} = 1'b0;\nendmodule\n`);
      await expect(build({ top: 'taken', sources: [source] })).rejects.toThrow(name);
    }
    for (const name of ['levels', 'dut', 'clock', 'int32_t', 'vlSelf', 'berus', 'ports']) {
      writeFileSync(source, `module taken(output wire \\${name} );\nassign \\${name} = 1'b1;\nendmodule\n`);
      const Model = await build({ top: 'taken', sources: [source] });
      expect(Model.create().dut[name]).toBe(1);
    }
  });

  it('should name the C++ flag that the compiler refuses', async () => {
    const options = { top: 'counter', sources: [fixture('counter.v')], flags: ['-fno-such-flag'] };
    const error = await errorOf(BuildError, build(options));
    expect(error.message).toContain('-fno-such-flag');
  });
});

describe('findVerilator', () => {
  it('should say which version it found', async () => {
    expect((await findVerilator()).version).toMatch(/^\d+\.\d{3}$/);
  });

  it('should refuse an old version', async () => {
    const script = writeScript(join(temporaryFolder(), 'verilator'), ["echo 'Verilator 5.004 2022-12-14 rev v5.004'"]);
    setEnvironment({ VERILATOR: script });
    const error = await errorOf(ToolchainError, findVerilator());
    expect(error).toMatchObject({ tool: 'verilator', found: '5.004' });
    expect(error.message).toBe(
      `Expected VERILATOR to name Verilator 5.006 or newer, but received ${script}, version 5.004.`,
    );
    expect(error.install).toMatch(/install verilator$/);
  });

  it('should refuse a missing one', async () => {
    setEnvironment({ VERILATOR: '/nonexistent/verilator' });
    const error = await errorOf(ToolchainError, build({ top: 'counter', sources: [fixture('counter.v')] }));
    expect(error.message).toBe(
      'Expected VERILATOR to name Verilator 5.006 or newer, but received /nonexistent/verilator.',
    );
  });
});
