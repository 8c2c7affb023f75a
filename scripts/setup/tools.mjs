// SPDX-License-Identifier: Apache-2.0
// Installs the system's tools that are missing, where it may; says what to type where it may not.

import { TOOLS, missingTools } from './find-tools.mjs';
import { commandText, installCommands, packageManager } from './platform.mjs';
import { lastLines } from './run.mjs';
import { SetupError } from './say.mjs';

/** @typedef {import('./platform.mjs').ToolName} ToolName */

/** Tools of each purpose. @type {Readonly<Record<string, readonly ToolName[]>>} */
export const PROFILES = {
  build: [],
  start: ['compiler', 'verilator'],
  test: ['compiler', 'verilator', 'iverilog', 'yosys'],
};

/** Tools without which some tests are skipped. @type {Readonly<Record<string, readonly ToolName[]>>} */
export const WANTED = {
  build: [],
  start: [],
  test: ['browser', 'nextpnr', 'icestorm'],
};

/**
 * Installs wanted tools that are missing, where it may.
 * @param {readonly ToolName[]} names
 * @param {import('./find-tools.mjs').Machine} machine
 * @returns {Promise<string | undefined>} what is to be said where one stays missing
 */
export async function ensureWanted(names, machine) {
  try {
    await ensureTools(names, machine);
    return undefined;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return `${error.message}\nTests that need it are skipped.`;
  }
}

/**
 * Makes sure that the tools of a profile are there.
 * @param {readonly ToolName[]} names
 * @param {import('./find-tools.mjs').Machine} machine
 * @returns {Promise<void>}
 * @throws {SetupError} with the command to type, when a tool is missing and may not be installed
 */
export async function ensureTools(names, machine) {
  const missing = await missingTools(names, machine);
  if (missing.length === 0) return;
  const labels = missing.map((name) => TOOLS[name].label).join(', ');
  const manager = packageManager(machine.platform, machine.osRelease);
  if (!manager) {
    throw new SetupError(
      `Missing: ${labels}. This system's package manager is not known; install by hand and run again.`,
    );
  }
  const command = commandText(installCommands(manager, missing, { sudo: !machine.root }));
  if (!(await mayInstall(manager, missing, machine))) {
    throw new SetupError(`Missing: ${labels}. Install with:\n  ${command}`);
  }
  await machine.timed(`${labels}: missing, installing with: ${command}`, () => install(manager, missing, machine));
  const still = await missingTools(missing, machine);
  if (still.length > 0) {
    throw new SetupError(`${still.map((name) => TOOLS[name].label).join(', ')}: still missing after: ${command}`);
  }
}

/**
 * Whether set-up may install by itself: root, sudo without a password, or Homebrew's own user.
 * @param {import('./platform.mjs').Manager} manager
 * @param {readonly ToolName[]} missing
 * @param {import('./find-tools.mjs').Machine} machine
 * @returns {Promise<boolean>}
 */
async function mayInstall(manager, missing, machine) {
  if (machine.env['BERUS_NO_INSTALL']) return false;
  if (manager === 'brew') {
    return !machine.root && !missing.includes('compiler') && (await machine.run(['brew', '--version'])).code === 0;
  }
  return machine.root || (await machine.run(['sudo', '-n', 'true'])).code === 0;
}

/**
 * @param {import('./platform.mjs').Manager} manager
 * @param {readonly ToolName[]} missing
 * @param {import('./find-tools.mjs').Machine} machine
 */
async function install(manager, missing, machine) {
  const lines = installCommands(manager, missing, { sudo: false });
  const sudo = machine.root || manager === 'brew' ? [] : ['sudo', '-n'];
  const quiet = manager === 'apt-get' ? ['env', 'DEBIAN_FRONTEND=noninteractive'] : [];
  for (const [index, line] of lines.entries()) {
    const { code, text } = await machine.run([...sudo, ...quiet, ...line]);
    // A list that cannot be refreshed (one unreachable mirror) need not stop the install: only the last line must pass.
    if (code !== 0 && index === lines.length - 1) {
      throw new SetupError(`${line.join(' ')} ended with exit code ${code}:\n${lastLines(text)}`);
    }
  }
}
