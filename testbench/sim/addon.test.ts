// SPDX-License-Identifier: Apache-2.0

import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BuildError, buildAddon, findCompiler, loadAddon, ToolchainError } from '../../sim/addon/index.ts';
import { parseCompilerOutput, parseDependencies } from '../../sim/addon/diagnostics.ts';
import { splitCommand } from '../../sim/addon/toolchain.ts';
import { errorOf, fixture, setEnvironment, temporaryFolder, writeScript } from './support.ts';

/** A copy of the small addon in a folder of its own, with its own cache. */
function copyAddon(): { folder: string; options: Parameters<typeof buildAddon>[0] } {
  const folder = temporaryFolder();
  cpSync(fixture('addon'), folder, { recursive: true });
  setEnvironment({ BERUS_CACHE_DIR: join(folder, 'cache') });
  return { folder, options: { name: 'answer', sources: [join(folder, 'answer.cpp')], includeDirs: [folder] } };
}

describe('buildAddon', () => {
  it('should build an addon that loads, in folders with any name', async () => {
    const { options } = copyAddon();
    const path = await buildAddon(options);
    expect(loadAddon<{ answer: number }>(path).answer).toBe(42);
    expect(await buildAddon(options)).toBe(path);
  });

  it('should name an addon that cannot be loaded, as one that is there and none', async () => {
    const path = join(temporaryFolder(), 'torn.node');
    const load = (): unknown => loadAddon(path);
    expect((await errorOf(BuildError, load)).message).toMatch(
      /^Expected the addon torn\.node to load, but .*torn\.node/,
    );
    writeFileSync(path, 'no library');
    expect((await errorOf(BuildError, load)).message).toMatch(
      /^Expected the addon torn\.node to load, but .*torn\.node/,
    );
  });

  it('should export one symbol and share none', async () => {
    if (process.platform !== 'linux') return;
    const { options } = copyAddon();
    const symbols = execFileSync('nm', ['-D', '--defined-only', await buildAddon(options)]).toString();
    expect(symbols.trim().split('\n')).toHaveLength(1);
    expect(symbols).toMatch(/ T napi_register_module_v1$/m);
  });

  it('should build again for a changed header, source, macro or flag, and only then', async () => {
    const { folder, options } = copyAddon();
    const steps: string[] = [];
    const onProgress = (text: string): void => void steps.push(text);
    const answer = async (change: object = {}): Promise<number> => {
      return loadAddon<{ answer: number }>(await buildAddon({ ...options, ...change, onProgress })).answer;
    };
    expect(await answer()).toBe(42);
    writeFileSync(join(folder, 'answer.hpp'), '#pragma once\nconstexpr int answer = 7;\n');
    expect(await answer()).toBe(7);
    const source = readFileSync(join(folder, 'answer.cpp'), 'utf8');
    writeFileSync(join(folder, 'answer.cpp'), source.replace('env, answer,', 'env, answer + EXTRA,'));
    expect(await answer({ defines: { EXTRA: 1 } })).toBe(8);
    expect(await answer({ defines: { EXTRA: 2 } })).toBe(9);
    expect(await answer({ defines: { EXTRA: 2 }, flags: ['-O3', '-march=native'] })).toBe(9);
    expect(steps).toHaveLength(10);
    expect(await answer({ defines: { EXTRA: 1 } })).toBe(8);
    writeFileSync(join(folder, 'answer.cpp'), source);
    expect(await answer()).toBe(7);
    expect(steps).toHaveLength(10);
  });

  it('should give the first compiler error on one line, and all as fields', async () => {
    const { folder, options } = copyAddon();
    const source = join(folder, 'answer.cpp');
    writeFileSync(source, 'int f() {\n  return missing;\n}\nint g() { return absent; }\n');
    const error = await errorOf(BuildError, buildAddon(options));
    expect(error.message).toBe(`Expected answer.cpp to compile, but ${source}:2:10: ${error.diagnostics[0]?.message}`);
    expect(error.diagnostics.filter((one) => one.severity === 'error')).toMatchObject([
      { file: source, line: 2, column: 10 },
      { file: source, line: 4 },
    ]);
    expect(error.command).toContain(source);
  });

  it('should report a linker error and a missing source', async () => {
    const { folder, options } = copyAddon();
    const missing = await errorOf(BuildError, buildAddon({ ...options, objects: [join(folder, 'missing.o')] }));
    expect(missing.message).toMatch(/^Expected answer to link, but cannot (find|open) .*missing\.o/);
    const none = await errorOf(BuildError, buildAddon({ ...options, sources: [join(folder, 'none.cpp')] }));
    expect(none.message).toContain('none.cpp');
  });

  it('should refuse names and paths that it cannot use', async () => {
    const { options } = copyAddon();
    expect((await errorOf(RangeError, buildAddon({ ...options, name: 'a/b' }))).message).toContain('received a/b');
    expect((await errorOf(RangeError, buildAddon({ ...options, sources: ['x.cpp'] }))).message).toContain('x.cpp');
  });
});

describe('findCompiler', () => {
  it.each(['/nonexistent', '/bin/false', '/bin/true'])('should refuse a CXX that is no compiler: %s', async (path) => {
    const { options } = copyAddon();
    setEnvironment({ CXX: path });
    const error = await errorOf(ToolchainError, buildAddon(options));
    expect(error.message).toBe(`Expected CXX to name a C++17 compiler, but received ${path}.`);
    expect(error.tried).toEqual([path]);
  });

  it('should say how to install one where none is found', async () => {
    const { options } = copyAddon();
    setEnvironment({ CXX: '', PATH: '/nonexistent' });
    const error = await errorOf(ToolchainError, buildAddon(options));
    expect(error.message).toBe(
      `Expected a C++17 compiler, but none could be started (looked for c++, g++, clang++); install it with: ${error.install}`,
    );
  });

  it('should use the words and quotes of $CXX', async () => {
    const script = writeScript(join(temporaryFolder(), 'my c++'), ['exec c++ "$@"']);
    setEnvironment({ CXX: script });
    expect(await findCompiler()).toMatchObject({ command: script, args: [] });
    setEnvironment({ CXX: 'c++ -m64' });
    expect(await findCompiler()).toMatchObject({ command: 'c++', args: ['-m64'] });
    expect(splitCommand(`ccache "a b" 'c d' e\\ f`)).toEqual(['ccache', 'a b', 'c d', 'e f']);
  });
});

describe('compiler output', () => {
  it('should be read from g++, clang++ and linkers', () => {
    const output = [
      'a b.cpp:3:5: error: one',
      'x.hpp:7: warning: two',
      'a.cpp:1:10: fatal error: y.h: No such file or directory',
      "/usr/bin/ld: a.o: in function `f': a.cpp:(.text+0x5): undefined reference to `g()'",
      'clang: error: unknown argument',
    ].join('\n');
    expect(parseCompilerOutput(output)).toEqual([
      { severity: 'error', message: 'one', file: 'a b.cpp', line: 3, column: 5 },
      { severity: 'warning', message: 'two', file: 'x.hpp', line: 7 },
      { severity: 'error', message: 'y.h: No such file or directory', file: 'a.cpp', line: 1, column: 10 },
      { severity: 'error', message: "undefined reference to `g()'" },
      { severity: 'error', message: 'unknown argument' },
    ]);
  });

  it('should have the lines that it quotes', () => {
    const output = 'a.cpp:2:3: error: no\n    2 |   return x;\n      |   ^~~~~~\nb.cpp:1:1: error: odd\n';
    expect(parseCompilerOutput(output).map(({ snippet }) => snippet)).toEqual(['  return x;\n  ^~~~~~', undefined]);
  });

  it('should give dependencies with any name', () => {
    expect(parseDependencies('out.o: a.cpp \\\n b\\ c.hpp d$$e.hpp \\\n f\\#g.hpp\n')).toEqual([
      'a.cpp',
      'b c.hpp',
      'd$e.hpp',
      'f#g.hpp',
    ]);
  });
});
