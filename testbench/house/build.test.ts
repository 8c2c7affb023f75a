// SPDX-License-Identifier: Apache-2.0
// The build step on a small project in a folder with a space in its name: done once, done again after a change,
// an error or an interruption, and never left half done.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ensureBuild } from '../../scripts/setup/build.mjs';
import { root } from './source-files.ts';

let folder = '';

function write(path: string, text: string): void {
  writeFileSync(join(folder, path), text);
}

function built(path: string): string {
  return readFileSync(join(folder, 'dist', path), 'utf8');
}

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  folder = mkdtempSync(join(tmpdir(), 'berus build '));
  mkdirSync(join(folder, 'fpga'));
  mkdirSync(join(folder, 'sim'));
  mkdirSync(join(folder, 'src'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  write('package.json', '{ "type": "module" }');
  write('package-lock.json', '{}');
  write(
    'tsconfig.json',
    JSON.stringify({
      compilerOptions: { module: 'NodeNext', types: [], strict: true, rootDir: '.', outDir: 'dist' },
      include: ['sim/**/*.ts', 'src/**/*.ts'],
    }),
  );
  write('src/one.ts', 'export const one: number = 1;\n');
  write('sim/two.ts', 'export const two: number = 2;\n');
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

it('should build once', async () => {
  await ensureBuild(folder);
  expect(built('src/one.js')).toContain('one = 1');
  const { mtimeMs } = statSync(join(folder, 'dist/src/one.js'));
  await ensureBuild(folder);
  expect(statSync(join(folder, 'dist/src/one.js')).mtimeMs).toBe(mtimeMs);
});

it('should build again when a source changed or went away', async () => {
  await ensureBuild(folder);
  write('src/one.ts', 'export const one: number = 11;\n');
  rmSync(join(folder, 'sim/two.ts'));
  await ensureBuild(folder);
  expect(built('src/one.js')).toContain('one = 11');
  expect(existsSync(join(folder, 'dist/sim/two.js'))).toBe(false);
});

it('should build again after an interruption', async () => {
  await ensureBuild(folder);
  rmSync(join(folder, 'dist/.stamp'));
  write('dist/src/one.js', 'half a fi');
  await ensureBuild(folder);
  expect(built('src/one.js')).toContain('one = 1');
});

it('should fail with the message of the compiler, and work once the source is right', async () => {
  write('src/one.ts', "export const one: number = 'one';\n");
  await expect(ensureBuild(folder)).rejects.toThrow("Type 'string' is not assignable to type 'number'");
  await expect(ensureBuild(folder)).rejects.toThrow('tsc ended with exit code');
  write('src/one.ts', 'export const one: number = 1;\n');
  await ensureBuild(folder);
  expect(built('src/one.js')).toContain('one = 1');
});
