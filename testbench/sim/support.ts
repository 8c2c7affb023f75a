// SPDX-License-Identifier: Apache-2.0
// What the simulator's tests share: fixtures, temporary folders, environment
// variables for the length of one call, and errors as values.

import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { packageRoot } from '../../sim/addon/package-root.ts';

/** Absolute path of a file in fixtures/. */
export function fixture(name: string): string {
  return join(import.meta.dirname, 'fixtures', name);
}

/** A folder that is gone after the test. Its name has characters that break careless tools. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), `berus it's a "test" $HOME `));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Sets environment variables until the test ends; undefined removes one. */
export function setEnvironment(variables: Readonly<Record<string, string | undefined>>): void {
  const set = (name: string, value: string | undefined): void => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    onTestFinished(() => set(name, before));
    set(name, value);
  }
}

/** The error that a call throws or a promise is rejected with. */
export async function errorOf<T extends Error>(
  type: abstract new (...parameters: never[]) => T,
  work: (() => unknown) | Promise<unknown>,
): Promise<T> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (error instanceof type) return error;
    throw error;
  }
  throw new Error(`Expected a ${type.name}, but received none.`);
}

/** Writes an executable shell script. */
export function writeScript(path: string, lines: readonly string[]): string {
  writeFileSync(path, `#!/bin/sh\n${lines.join('\n')}\n`);
  chmodSync(path, 0o755);
  return path;
}

let compiled: Promise<string> | undefined;

/** Folder of the package compiled to JavaScript, for processes that cannot read TypeScript. */
export function compiledPackage(): Promise<string> {
  compiled ??= (async (): Promise<string> => {
    const out = join(packageRoot(), 'node_modules/.cache/berus', `sim-test-${process.pid}`);
    const tsc = join(packageRoot(), 'node_modules/typescript/bin/tsc');
    const args = [tsc, '-p', packageRoot(), '--outDir', out, '--declaration', 'false', '--sourceMap', 'false'];
    // Type errors elsewhere do not stop the output, and are not this test's business.
    await promisify(execFile)(process.execPath, args).catch(() => undefined);
    process.on('exit', () => rmSync(out, { recursive: true, force: true }));
    return out;
  })();
  return compiled;
}
