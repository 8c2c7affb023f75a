// SPDX-License-Identifier: Apache-2.0
// The npm package installs in an empty folder elsewhere, its command runs there, and its types resolve.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root, textOf } from './source-files.ts';

/** The README's example, and both of the package's entries with types that must not be `any`. */
const CONSUMER = `${/^```ts\n([\s\S]*?)^```$/m.exec(textOf('README.md'))![1]!}
import { lenet5, layerGeometry } from 'berus';
import { build } from 'berus/sim';
const first: number = layerGeometry(lenet5.layers[0]!).sads;
const model: ReturnType<typeof build> = build({ top: 'top', sources: ['top.v'] });
// @ts-expect-error a count is no text
const wrong: string = first;
export { counters, maps, model, wrong };
`;

const TSCONFIG = {
  compilerOptions: {
    module: 'NodeNext',
    target: 'ES2023',
    lib: ['ES2023', 'ESNext.Disposable'],
    strict: true,
    noEmit: true,
  },
  files: ['consumer.ts'],
};

let folder = '';

/** Runs a program in a folder; fails with what it printed. */
function runIn(where: string, program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: where, encoding: 'utf8' });
  expect(status, `${program} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'berus pack '));
  const user = join(folder, 'user');
  mkdirSync(user);
  runIn(root, 'npm', ['pack', '--silent', '--pack-destination', folder]);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
  writeFileSync(join(user, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }));
  runIn(user, 'npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join('..', tarball)]);
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the npm package', () => {
  it('should run the command where it is installed', () => {
    const stdout = runIn(join(folder, 'user'), 'npx', ['berus', 'run', 'lenet5', '--images', '16', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ network: 'lenet5', device: 'rtl', images: 16, bitExact: true });
  }, 300_000);

  it('should say what a board needs where it is not installed', () => {
    const args = ['berus', 'run', 'lenet5', '--device', 'board', '--port', 'COM3'];
    const { status, stderr } = spawnSync('npx', args, { cwd: join(folder, 'user'), encoding: 'utf8' });
    expect(stderr).toBe(
      'berus: Expected the package serialport for a board, but it is not installed: npm install serialport.\n',
    );
    expect(status).toBe(2);
  });

  it('should give its types', () => {
    const user = join(folder, 'user');
    writeFileSync(join(user, 'consumer.ts'), CONSUMER);
    writeFileSync(join(user, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    runIn(user, process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', user]);
  });

  it('should hold what runs, and no tests', () => {
    const files = readdirSync(join(folder, 'user', 'node_modules', 'berus'), { recursive: true }).map(String);
    const installed = files.filter((name) => !name.startsWith('node_modules'));
    for (const needed of ['dist/src/cli/main.js', 'rtl/adder_core.v', 'rtl/configs.json', 'LICENSE', 'README.md']) {
      expect(installed).toContain(needed);
    }
    expect(installed.filter((name) => /testbench|\.test\.|(^|\/)\.stamp/.test(name))).toEqual([]);
  });
});
