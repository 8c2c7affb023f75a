// SPDX-License-Identifier: Apache-2.0
// Makes the machine ready: `node scripts/setup.mjs [--profile build|start|test]`.
//
// Every step first looks whether it has anything to do, so a second run does nothing.
// Uses only Node's own modules, since it runs before any package is there.

import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuild } from './setup/build.mjs';
import { ensurePackages } from './setup/packages.mjs';
import { run } from './setup/run.mjs';
import { SetupError, say, timed } from './setup/say.mjs';
import { PROFILES, WANTED, ensureTools, ensureWanted } from './setup/tools.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new SetupError(`Expected Node 20.19 or newer, but received ${process.versions.node}.`);
  }
}

/** @param {readonly string[]} args
 * @returns {string} */
function profileName(args) {
  const name = args.length === 0 ? 'start' : args[0] === '--profile' && args.length === 2 ? args[1] : undefined;
  if (name !== undefined && Object.hasOwn(PROFILES, name)) return name;
  throw new SetupError(`Expected --profile build, start or test, but received ${args.join(' ')}.`);
}

async function main() {
  requireNode();
  const profile = profileName(process.argv.slice(2));
  const machine = {
    platform: process.platform,
    osRelease: await readFile('/etc/os-release', 'utf8').catch(() => ''),
    root: process.getuid?.() === 0,
    env: process.env,
    run,
    timed,
  };
  await ensureTools(PROFILES[profile] ?? [], machine);
  // One by one: what a system has no package for must not keep it from the others.
  for (const name of WANTED[profile] ?? []) {
    const lacking = await ensureWanted([name], machine);
    if (lacking !== undefined) say(lacking);
  }
  await ensurePackages(root);
  await ensureBuild(root);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
