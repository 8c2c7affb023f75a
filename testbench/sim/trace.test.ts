// SPDX-License-Identifier: Apache-2.0

import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { build, findCompiler, SimulationError, ToolchainError } from '../../sim/index.ts';
import { compiledPackage, errorOf, fixture, setEnvironment, temporaryFolder, writeScript } from './support.ts';

const options = { top: 'counter', sources: [fixture('counter.v')] };

describe('waveforms', () => {
  it('should hold every change with the clock 10 units a cycle', async () => {
    const Counter = await build({ ...options, trace: 'vcd' });
    const file = join(temporaryFolder(), 'wave.vcd');
    using sim = Counter.create();
    sim.dut.rst = 1;
    sim.tick();
    sim.dut.rst = 0;
    sim.dut.en = 1;
    sim.openTrace(file);
    sim.run(3);
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
    const Counter = await build({ ...options, trace: 'vcd' });
    const folder = temporaryFolder();
    const sim = Counter.create();
    for (const name of ['one.vcd', 'two.vcd']) {
      sim.openTrace(join(folder, name));
      sim.run(2);
      if (name === 'one.vcd') sim.closeTrace();
    }
    sim.dispose();
    expect(readFileSync(join(folder, 'one.vcd'), 'utf8')).toContain('#15');
    expect(readFileSync(join(folder, 'two.vcd'), 'utf8')).toContain('#35');
  });

  it('should refuse what cannot be written', async () => {
    const Traced = await build({ ...options, trace: 'vcd' });
    const Plain = await build(options);
    const folder = temporaryFolder();
    using plain = Plain.create();
    using traced = Traced.create();
    const untraced = await errorOf(SimulationError, () => plain.openTrace(join(folder, 'a.vcd')));
    expect(untraced.kind).toBe('trace');
    expect(untraced.message).toBe("Expected a model built with { trace: 'vcd' }, but received one without.");
    expect(existsSync(join(folder, 'a.vcd'))).toBe(false);
    expect(() => traced.openTrace('/dev/null/a.vcd')).toThrow(
      'Expected a waveform file that can be written, but received /dev/null/a.vcd.',
    );
    traced.openTrace(join(folder, 'b.vcd'));
    expect(() => traced.openTrace(join(folder, 'c.vcd'))).toThrow('Expected no open waveform');
    plain.closeTrace();
  });

  it('should show settling between cycles, without a clock too', async () => {
    const Idle = await build({ top: 'idle', sources: [fixture('idle.v')], trace: 'vcd' });
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

describe('FST', () => {
  it('should be written, smaller than VCD, and read back the same', async () => {
    const Counter = await build({ ...options, trace: 'fst' });
    const Vcd = await build({ ...options, trace: 'vcd' });
    const folder = temporaryFolder();
    for (const [name, Model] of [
      ['wave.fst', Counter],
      ['wave.vcd', Vcd],
    ] as const) {
      using sim = Model.create();
      sim.openTrace(join(folder, name));
      sim.reset();
      sim.dut.en = 1;
      sim.run(2000);
    }
    const fst = readFileSync(join(folder, 'wave.fst'));
    const vcd = readFileSync(join(folder, 'wave.vcd'));
    // A header block of 329 bytes comes first (fstapi.h, FST_BL_HDR).
    expect([fst[0], fst.readBigUInt64BE(1)]).toEqual([0, 329n]);
    expect(fst.length).toBeGreaterThan(329);
    expect(fst.length).toBeLessThan(vcd.length / 4);
    // Start and end time follow the block's length.
    expect([fst.readBigUInt64BE(9), fst.readBigUInt64BE(17)]).toEqual([0n, 20015n]);
  });
});

describe.each(['vcd', 'fst'] as const)('a waveform that the disk has no room for: %s', (trace) => {
  // A limit on the size of files is as a full disk to the one who writes them.
  async function withoutRoom(script: string): Promise<unknown> {
    await build({ ...options, trace });
    const folder = temporaryFolder();
    const module = pathToFileURL(join(await compiledPackage(), 'sim/index.js')).href;
    const file = join(folder, 'script.mjs');
    const lines = [
      `import { build } from ${JSON.stringify(module)};`,
      `const Counter = await build(${JSON.stringify({ ...options, trace })});`,
      `const file = ${JSON.stringify(join(folder, 'wave'))};`,
      'const said = [];',
      'const note = (use) => { try { said.push(use()); } catch (error) { said.push(`${error.kind}: ${error.message}`); } };',
      script,
      'console.log(JSON.stringify(said));',
    ];
    writeFileSync(file, lines.join('\n'));
    const limit = 'trap "" XFSZ; ulimit -f 0; exec "$0" "$@"';
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', limit, process.execPath, file]);
    return JSON.parse(stdout);
  }

  const said: unknown = expect.stringMatching(
    /^fatal: Expected counter to run on, but in cycle \d+ came .*(?:File too large|No space left)/,
  );

  it('should end the instance that writes it, and no other', async () => {
    const results = await withoutRoom(`
      const sim = Counter.create();
      const other = Counter.create();
      note(() => { sim.openTrace(file); sim.run(200_000); sim.closeTrace(); });
      note(() => sim.tick());
      note(() => sim.dispose());
      note(() => { other.run(5); return other.cycle; });
    `);
    expect(results).toEqual([said, said, null, 5]);
  });

  it('should be told at the latest by dispose, which frees the instance', async () => {
    const results = await withoutRoom(`
      const sim = Counter.create();
      sim.openTrace(file);
      note(() => sim.run(3));
      note(() => sim.dispose());
      note(() => sim.tick());
    `);
    const disposed = 'disposed: Expected a simulation that is not disposed, but counter is.';
    // VCD is written at the end, FST from the first moment on.
    expect(results).toEqual(trace === 'vcd' ? [null, said, disposed] : [said, null, disposed]);
  });
});

it.each(['vcd', 'fst'] as const)('should be whole where the logic did not settle: %s', async (trace) => {
  const Ending = await build({ top: 'ending', sources: [fixture('ending.v')], trace });
  const file = join(temporaryFolder(), 'wave');
  const sim = Ending.create();
  sim.openTrace(file);
  sim.run(50);
  sim.dut.mode = 6;
  expect(() => sim.run(50)).toThrow('did not converge');
  sim.dispose();
  if (trace === 'vcd') expect(readFileSync(file, 'utf8')).toMatch(/^#495\n/m);
  // The end's time, in the header.
  else expect(readFileSync(file).readBigUInt64BE(17)).toBe(495n);
  expect(existsSync(`${file}.hier`)).toBe(false);
});

describe('FST without zlib', () => {
  it('should be refused with the command that installs it', async () => {
    const folder = temporaryFolder();
    const real = (await findCompiler()).command;
    const hidden =
      'case "$*" in *verilated_fst_c.cpp*) echo "f.h:1:10: fatal error: zlib.h: No such file or directory" >&2; exit 1;; esac';
    setEnvironment({
      CXX: `'${writeScript(join(folder, 'cxx'), [hidden, `exec '${real}' "$@"`]).replaceAll("'", `'\\''`)}'`,
      BERUS_CACHE_DIR: join(folder, 'cache'),
    });
    const error = await errorOf(ToolchainError, build({ ...options, trace: 'fst' }));
    expect(error.message).toMatch(/^Expected z's header zlib\.h for \{ trace: 'fst' \}, but .*install it with: \S/);
  });
});

describe('the variant without waveforms', () => {
  it('should be the same code with and without a traced one beside it', async () => {
    const before = (await build(options)).code.folder;
    await (await build(options)).traced();
    expect((await build(options)).code.folder).toBe(before);
    const text = readFileSync(join(before, 'Vdut__Syms.h'), 'utf8');
    expect(text).not.toMatch(/trace|coverage/i);
  });
});
