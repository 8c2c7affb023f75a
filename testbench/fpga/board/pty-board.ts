// SPDX-License-Identifier: Apache-2.0
// A simulated board on a pseudo-terminal, in a process of its own: a serial port as the operating system has them.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { buildAddon } from '../../../sim/addon/index.ts';
import { type BoardContent, boardOptions, buildBoard } from './simulated-board.ts';

/** A board that is plugged in. */
export interface PtyBoard extends Disposable {
  /** Path of its serial port. */
  readonly path: string;
  /** Pulls it out. */
  unplug(): void;
}

/**
 * Plugs a board in, and waits until it has read its flash.
 * @param flash file with what the flash holds
 */
export async function plugIn(content?: BoardContent, flash?: string): Promise<PtyBoard> {
  const addon = await buildAddon({ name: 'pty', sources: [join(import.meta.dirname, 'pty.cpp')] });
  // The process finds the model in the cache.
  await buildBoard(content);
  const file = join(import.meta.dirname, 'pty-board.mjs');
  const args = [file, addon, JSON.stringify(boardOptions(content)), ...(flash === undefined ? [] : [flash])];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  const unplug = (): void => void child.kill('SIGKILL');
  return { path: String(line).trim(), unplug, [Symbol.dispose]: unplug };
}
