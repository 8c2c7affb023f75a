// SPDX-License-Identifier: Apache-2.0
// One builder per key. The lock only saves work: two builders of one key are
// harmless, because each works in its own folder and finished entries appear by
// rename. That is why breaking a lock whose owner died needs no more care.

import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { cachePath, errorCode, writing } from './cache-folder.ts';
import { hasEnded, ownerName, parseOwner, thisProcess } from './cache-owner.ts';

/** Milliseconds between two signs of life of a lock's owner. */
const heartbeat = 2000;
/** Milliseconds of silence after which an owner counts as dead (a terminated worker, another machine). */
const silence = 30_000;
/** Milliseconds between two looks at a lock held by another. */
const poll = 50;

/** Runs `work` while holding the lock of `key`; `onWait` is called once when another process has it. */
export async function withLock<T>(key: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const path = cachePath('locks', key);
  const mine = ownerName(thisProcess(), Math.random().toString(36).slice(2));
  for (let waited = false; !(await take(path, mine));) {
    if (await isStale(path)) {
      await rm(path, { force: true });
      continue;
    }
    if (!waited) onWait();
    waited = true;
    await delay(poll);
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, heartbeat);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    if ((await readFile(path, 'utf8').catch(() => '')) === mine) await rm(path, { force: true });
  }
}

async function take(path: string, mine: string): Promise<boolean> {
  try {
    await writeFile(path, mine, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    return writing(() => Promise.reject(error as Error));
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > silence) return true;
    const owner = parseOwner(await readFile(path, 'utf8'));
    // A name cut short is being written: its age decides.
    return owner !== undefined && hasEnded(owner);
  } catch {
    return false;
  }
}
