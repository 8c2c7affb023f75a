// SPDX-License-Identifier: Apache-2.0
// The toolchain: programs that are missing, that fail, that take too long; and npm's, with a package made here.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { chooseToolchain, ToolError } from '../../fpga/index.ts';
import { runProgram } from '../../fpga/toolchain/run-program.ts';
import { root, textOf } from '../house/source-files.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berus tools '));
  vi.stubEnv('BERUS_CACHE_DIR', join(folder, 'cache'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a program on the PATH, and leaves the rest of it away. */
function onPath(name: string, script: string): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!${process.execPath}\n${script}`, { mode: 0o755 });
  vi.stubEnv('PATH', [bin].join(delimiter));
}

describe("the system's toolchain", () => {
  it('should give the versions of its programs', async () => {
    onPath('yosys', "console.log('Yosys 0.99 (git sha1 abc)');");
    onPath('nextpnr-ice40', "console.error('nextpnr-ice40 -- Next Generation Place and Route (Version 0.9-x)');");
    const { kind, versions } = await chooseToolchain(['yosys', 'nextpnr-ice40']);
    expect(kind).toBe('system');
    expect(versions).toEqual({ yosys: 'Yosys 0.99 (git sha1 abc)', 'nextpnr-ice40': '0.9-x' });
  });

  it('should be refused with what it lacks', async () => {
    onPath('yosys', '');
    await expect(chooseToolchain(['yosys', 'nextpnr-ice40', 'icepack'], { kind: 'system' })).rejects.toThrow(
      'Expected yosys, nextpnr-ice40, icepack to be on the PATH with --toolchain system, ' +
        'but received no nextpnr-ice40, icepack',
    );
  });
});

describe('icebox_vlog, which is not on npm', () => {
  it('should be asked for in one line where it is missing, and nothing fetched', async () => {
    onPath('yosys', '');
    await expect(chooseToolchain(['yosys', 'icebox_vlog'])).rejects.toThrow(
      /^Expected yosys, icebox_vlog to be on the PATH, but received no icebox_vlog \(Debian packages .*fpga-icestorm\)\.$/,
    );
  });
});

describe('a program', () => {
  const node = (script: string): readonly [string, ...string[]] => [process.execPath, '-e', script];

  it('should run in its folder, with each of its lines told', async () => {
    const lines: string[] = [];
    const script =
      "require('fs').writeFileSync('made', 'x'); process.stdout.write('a\\nb'); process.stdout.write('c\\n');";
    await runProgram('yosys', node(script), folder, { onLine: (line) => lines.push(line) });
    expect(lines).toEqual(['a', 'bc']);
    expect(existsSync(join(folder, 'made'))).toBe(true);
  });

  it('should be told by the line that says what is wrong', async () => {
    const script = "console.log('1. Reading.\\nERROR: syntax error in a.v:3\\nmore'); process.exitCode = 1;";
    const error = await runProgram('yosys', node(script), folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ToolError);
    expect((error as ToolError).message).toBe(
      'Expected yosys to succeed, but it ended with 1: ERROR: syntax error in a.v:3',
    );
    expect((error as ToolError).output).toContain('1. Reading.');
  });

  it('should be ended when it takes too long', async () => {
    const run = runProgram('nextpnr-ice40', node('setInterval(() => {}, 1000);'), folder, { seconds: 0.5 });
    await expect(run).rejects.toThrow('Expected nextpnr-ice40 to succeed, but a signal ended it (its limit is 0.5 s)');
  });
});

describe("npm's toolchain", () => {
  it("should be fetched by fixed versions and checksums, and be nobody's dependency", () => {
    const { packages } = JSON.parse(textOf('fpga/toolchain/npm-lock.json')) as {
      packages: Record<string, { version?: string; integrity?: string; resolved?: string }>;
    };
    const names = Object.keys(packages).filter((name) => name !== '');
    expect(names).toEqual(['node_modules/@yowasp/nextpnr-ice40', 'node_modules/@yowasp/yosys']);
    for (const name of names) {
      expect(packages[name]).toMatchObject({
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        integrity: expect.stringMatching(/^sha512-/),
      });
      expect(packages[name]!.resolved).toBeUndefined();
    }
    expect(textOf('package.json')).not.toContain('yowasp');
  });

  it('should be told in one line where it cannot be fetched, and leave nothing', async () => {
    onPath('npm', "console.error('npm error code EAI_AGAIN\\nnpm error request failed'); process.exitCode = 1;");
    vi.stubEnv('npm_execpath', '');
    const notes: string[] = [];
    const chosen = chooseToolchain(['yosys'], { kind: 'npm', onNote: (text) => notes.push(text) });
    await expect(chosen).rejects.toThrow(
      'Expected npm to fetch @yowasp/nextpnr-ice40 and @yowasp/yosys, but npm error request failed (--toolchain system needs no download).',
    );
    expect(notes).toEqual(['fetching Yosys and nextpnr from npm, 260 MB, once']);
    const again = chooseToolchain(['nextpnr-ecp5'], { kind: 'npm' });
    await expect(again).rejects.toThrow('Expected --toolchain to be system for nextpnr-ecp5, but received npm.');
  });

  it('should be what is chosen where the system lacks a program', async () => {
    onPath('npm', 'process.exitCode = 1;');
    vi.stubEnv('npm_execpath', '');
    await expect(chooseToolchain(['yosys'])).rejects.toThrow(/^Expected npm to fetch/);
  });

  const bundle = (command: string): string => {
    const path = join(folder, 'bundle.mjs');
    writeFileSync(path, `export const commands = { tool: ${command} };`);
    return path;
  };
  const tool = (path: string, ...args: string[]): Promise<string> => {
    const work = join(folder, 'work');
    mkdirSync(work);
    writeFileSync(join(work, 'in.txt'), 'in');
    const script = join(root, 'fpga', 'toolchain', 'npm-tool.mjs');
    return runProgram('yosys', [process.execPath, script, path, 'tool', ...args], work);
  };

  it('should give a program the files of its folder, and write what it wrote', async () => {
    const path = bundle(`async ([name], files, { stdout }) => {
      stdout(new TextEncoder().encode('said ' + name));
      return { ...files, out: new TextEncoder().encode(new TextDecoder().decode(files['in.txt']) + name), tmp: {} };
    }`);
    expect(await tool(path, 'A')).toBe('said A');
    expect(readFileSync(join(folder, 'work', 'out'), 'utf8')).toBe('inA');
  });

  it('should end as the program does', async () => {
    const path = bundle(`async (args, files, { stderr }) => {
      stderr(new TextEncoder().encode('ERROR: no'));
      throw Object.assign(new Error('exit'), { code: 3, files });
    }`);
    await expect(tool(path)).rejects.toThrow('Expected yosys to succeed, but it ended with 3: ERROR: no');
  });
});
