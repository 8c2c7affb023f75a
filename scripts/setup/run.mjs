// SPDX-License-Identifier: Apache-2.0
// Runs one program, without a shell, and gives its exit code and what it printed.

import { spawn } from 'node:child_process';

/** @typedef {{ code: number, text: string }} Ran code 127 where the program does not exist */
/** @typedef {(command: readonly string[]) => Promise<Ran>} Run */

/**
 * @param {readonly string[]} command the program and its arguments
 * @returns {Promise<Ran>}
 */
export function run(command) {
  const [program = '', ...args] = command;
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let text = '';
    child.stdout.on('data', (piece) => (text += String(piece)));
    child.stderr.on('data', (piece) => (text += String(piece)));
    child.on('error', (error) => resolve({ code: 127, text: error.message }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 1, text: signal ? `${text}ended by ${signal}` : text }),
    );
  });
}

/**
 * The end of a long output, where tools put the reason.
 * @param {string} text
 * @returns {string}
 */
export function lastLines(text) {
  return text.trimEnd().split('\n').slice(-20).join('\n');
}
