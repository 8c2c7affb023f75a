// SPDX-License-Identifier: Apache-2.0
// Yosys, nextpnr and icepack as npm packages of WebAssembly. They are large (260 MB), so that nobody gets them who
// does not ask: the first use installs them into the cache, by the versions and checksums of npm-lock.json, without
// running a script of theirs. Each run is a process of its own, which can be ended.

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, hashContent, runProcess } from '../../sim/addon/index.ts';
import { packageRoot } from '../../src/network/index.ts';
import { runProgram } from './run-program.ts';
import type { Toolchain, ToolName } from './toolchain.ts';

/** The package of each program; those that are missing here are not on npm, or larger still. */
const PACKAGES: Readonly<Partial<Record<ToolName, string>>> = {
  yosys: '@yowasp/yosys',
  'nextpnr-ice40': '@yowasp/nextpnr-ice40',
  icepack: '@yowasp/nextpnr-ice40',
};

/** Whether npm has a program. */
export function isOnNpm(tool: ToolName): boolean {
  return PACKAGES[tool] !== undefined;
}

/** Seconds that fetching may take. */
const FETCH_SECONDS = 1800;

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly dependencies?: object }>>;
}

const toolFolder = (): string => join(packageRoot(), 'fpga', 'toolchain');

/** Writes what npm needs into a folder, and lets it install. */
async function install(folder: string, lockText: string): Promise<void> {
  const { packages } = JSON.parse(lockText) as Lock;
  const { dependencies } = packages['']!;
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
  await writeFile(join(folder, 'package-lock.json'), lockText);
  const own = process.env['npm_execpath'];
  const npm = own?.endsWith('npm-cli.js') ? [process.execPath, own] : ['npm'];
  const args = [...npm.slice(1), 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const failed = (received: string): Error =>
    new Error(
      `Expected npm to fetch ${Object.keys(dependencies ?? {}).join(' and ')}, but ${received.trim()} ` +
        '(--toolchain system needs no download).',
    );
  const { code, stderr } = await runProcess(npm[0]!, args, { cwd: folder, seconds: FETCH_SECONDS }).catch(
    (error: NodeJS.ErrnoException) => {
      throw failed(`npm could not be started: ${error.code}`);
    },
  );
  if (code === 0) return;
  const line = stderr.split('\n').find((text) => /npm (error|ERR!)/.test(text) && !/ code /.test(text)) ?? stderr;
  throw failed(code === undefined ? `it took more than ${FETCH_SECONDS} s` : line);
}

/**
 * npm's programs, fetched where the cache has none.
 * @param onNote told before a download
 * @throws {Error} when they cannot be fetched
 */
export async function npmToolchain(tools: readonly ToolName[], onNote: (text: string) => void): Promise<Toolchain> {
  const missing = tools.find((tool) => !isOnNpm(tool));
  if (missing !== undefined) {
    throw new RangeError(`Expected --toolchain to be system for ${missing}, but received npm.`);
  }
  const lockText = readFileSync(join(toolFolder(), 'npm-lock.json'), 'utf8');
  const { packages } = JSON.parse(lockText) as Lock;
  const key = hashContent(`npm toolchain ${lockText}`);
  const folder = await cached(
    key,
    'fpga toolchain of npm',
    () => onNote('another process fetches the toolchain from npm'),
    async (made) => {
      onNote('fetching Yosys and nextpnr from npm, 260 MB, once');
      await install(made, lockText);
    },
  );
  const entry = (tool: ToolName): string => join(folder, 'node_modules', PACKAGES[tool]!, 'gen', 'bundle.js');
  return {
    kind: 'npm',
    versions: Object.fromEntries(tools.map((tool) => [tool, packages[`node_modules/${PACKAGES[tool]}`]!.version!])),
    run: (tool, args, where, options) =>
      runProgram(
        tool,
        [process.execPath, join(toolFolder(), 'npm-tool.mjs'), entry(tool), tool, ...args],
        where,
        options,
      ),
  };
}
