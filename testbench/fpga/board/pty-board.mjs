// SPDX-License-Identifier: Apache-2.0
// A process with a simulated board on a pseudo-terminal: `node pty-board.mjs ADDON MODEL-OPTIONS [FLASH]`. Prints the path of the
// port, and serves it until it is killed, which is the board's unplugging, or its parent has ended.

import { readFileSync, readSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { build } from '../../../dist/sim/index.js';
import { powerOn, readFlash } from './simulated-flash.mjs';
import { SimulatedLine } from './simulated-line.mjs';

/** Clocks that are simulated before the port is looked at again. */
const STEP = 2048;
/** Looks without a byte after which the process rests between two of them. */
const BUSY = 200;

const [addon = '', options = '', flash] = process.argv.slice(2);
const { fd, path } = createRequire(import.meta.url)(addon).openPty();
const model = await build(JSON.parse(options));
const sim = model.create({ clock: 'crystal' });
powerOn(sim, flash && readFileSync(flash));
readFlash(sim);
const line = new SimulatedLine(sim);
process.stdout.write(`${path}\n`);

const buffer = new Uint8Array(4096);

/** What the host has sent; nothing, too, while it has the port closed. */
function received() {
  try {
    return buffer.subarray(0, readSync(fd, buffer));
  } catch (error) {
    if (['EAGAIN', 'EIO'].includes(String(/** @type {NodeJS.ErrnoException} */ (error).code)))
      return buffer.subarray(0, 0);
    throw error;
  }
}

const parent = process.ppid;
for (let idle = 0; process.ppid === parent; idle++) {
  const bytes = received();
  if (bytes.length > 0) {
    idle = 0;
    line.write(bytes);
  }
  const answer = line.read(idle < BUSY ? STEP : 0);
  if (answer.length > 0) {
    idle = 0;
    writeSync(fd, answer);
  }
  if (idle >= BUSY) await new Promise((resolve) => setTimeout(resolve, 1));
}
