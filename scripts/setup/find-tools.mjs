// SPDX-License-Identifier: Apache-2.0
// Finds the system's tools that Berus needs.

import { existsSync } from 'node:fs';
import { SetupError } from './say.mjs';

/** @typedef {import('./platform.mjs').ToolName} ToolName */
/** @typedef {{ name: ToolName, label: string, variable?: string, commands: readonly (readonly string[])[],
 *   least?: readonly [number, number] }} Tool */
/**
 * What the steps see of the machine; tests give their own.
 * @typedef {object} Machine
 * @property {string} platform
 * @property {string} osRelease
 * @property {boolean} root
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {import('./run.mjs').Run} run
 * @property {(what: string, work: () => Promise<void>) => Promise<void>} timed
 */

/** Every tool, with the command lines that show its version, in order of preference.
 * @type {Readonly<Record<ToolName, Tool>>} */
export const TOOLS = {
  compiler: {
    name: 'compiler',
    label: 'a C++ compiler',
    variable: 'CXX',
    commands: [
      ['c++', '--version'],
      ['g++', '--version'],
      ['clang++', '--version'],
    ],
  },
  verilator: {
    name: 'verilator',
    label: 'Verilator',
    variable: 'VERILATOR',
    commands: [['verilator', '--version']],
    least: [5, 6],
  },
  iverilog: { name: 'iverilog', label: 'Icarus Verilog', commands: [['iverilog', '-V']] },
  yosys: { name: 'yosys', label: 'Yosys', commands: [['yosys', '-V']] },
  nextpnr: { name: 'nextpnr', label: 'nextpnr for iCE40', commands: [['nextpnr-ice40', '--version']] },
  icestorm: { name: 'icestorm', label: 'the tools of Project IceStorm', commands: [['icebox_vlog', '-h']] },
  browser: {
    name: 'browser',
    label: 'headless Chromium',
    commands: [
      ['chromium-headless-shell', '--version'],
      ['chromium', '--version'],
      ['chromium-browser', '--version'],
      ['google-chrome', '--version'],
    ],
  },
};

/**
 * Reads the version of Verilator's `Verilator 5.006 2023-01-22 ...`; 5.006 is [5, 6].
 * @param {string} text
 * @returns {[number, number] | undefined}
 */
export function verilatorVersion(text) {
  const match = /^Verilator (\d+)\.(\d+)/m.exec(text);
  return match ? [Number(match[1]), Number(match[2])] : undefined;
}

/**
 * The words of a variable that names a program, such as `ccache g++`; a path with spaces that exists is one word.
 * @param {string} text
 * @returns {string[]}
 */
function wordsOf(text) {
  return existsSync(text) ? [text] : text.trim().split(/\s+/);
}

/**
 * Whether a tool is there.
 * @param {Tool} tool
 * @param {Machine} machine
 * @returns {Promise<boolean>}
 * @throws {SetupError} when it is there and too old, or a variable names one that does not run
 */
async function present(tool, machine) {
  const named = tool.variable ? machine.env[tool.variable] : undefined;
  for (const command of named ? [[...wordsOf(named), '--version']] : tool.commands) {
    const { code, text } = await machine.run(command);
    if (code !== 0) continue;
    const version = tool.least ? verilatorVersion(text) : undefined;
    if (!tool.least) return true;
    const [major, minor] = version ?? [0, 0];
    if (major > tool.least[0] || (major === tool.least[0] && minor >= tool.least[1])) return true;
    throw new SetupError(
      `Expected ${tool.label} 5.006 or newer, but received ${JSON.stringify(text.split('\n')[0])} from ${command[0]}. ` +
        `Install a newer one (https://verilator.org/guide/latest/install.html) and set ${tool.variable} to its path.`,
    );
  }
  if (named) throw new SetupError(`Expected ${tool.variable} to name ${tool.label}, but received ${named}.`);
  return false;
}

/**
 * Which of some tools are not there.
 * @param {readonly ToolName[]} names
 * @param {Machine} machine
 * @returns {Promise<ToolName[]>}
 */
export async function missingTools(names, machine) {
  const found = await Promise.all(names.map((name) => present(TOOLS[name], machine)));
  return names.filter((_, index) => !found[index]);
}
