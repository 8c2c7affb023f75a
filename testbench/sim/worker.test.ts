// SPDX-License-Identifier: Apache-2.0
// Workers load the same addon file, so its code and static data are shared
// between threads.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { build } from '../../sim/index.ts';
import { compiledPackage, fixture } from './support.ts';

const body = `
const { parentPort, workerData } = require('node:worker_threads');
import(workerData.module).then(async ({ build }) => {
  const Ending = await build({ top: 'ending', sources: [workerData.source] });
  const counts = [];
  for (let i = 0; i < 200; i++) {
    const sim = Ending.create({ seed: i + 1 });
    sim.run(1000 + i);
    counts.push(sim.dut.count);
    if (i % 2 === 0) sim.dispose();
    if (i % 50 === 0) {
      const other = Ending.create();
      other.dut.mode = 1;
      try { other.tick(); } catch (error) { counts.push(error.kind); }
    }
  }
  parentPort.postMessage(counts);
});
`;

function run(module: string): Promise<unknown[]> {
  const worker = new Worker(body, { eval: true, workerData: { module, source: fixture('ending.v') } });
  return new Promise((resolve, reject) => {
    let counts: unknown[] = [];
    worker.on('message', (message: unknown[]) => (counts = message));
    worker.on('error', reject);
    worker.on('exit', () => resolve(counts));
  });
}

describe('worker threads', () => {
  it('should run models beside each other and beside the main thread', async () => {
    const Ending = await build({ top: 'ending', sources: [fixture('ending.v')] });
    const module = pathToFileURL(join(await compiledPackage(), 'sim/index.js')).href;
    const workers = Promise.all([run(module), run(module)]);
    using sim = Ending.create();
    const [one, two] = await workers;
    sim.run(300);
    expect(sim.dut.count).toBe(300 % 256);
    const expected = Array.from({ length: 200 }, (_, i) => {
      const count = (1000 + i) % 256;
      return i % 50 === 0 ? [count, 'finish'] : [count];
    }).flat();
    expect(one).toEqual(expected);
    expect(two).toEqual(expected);
  });

  it('should not get the memory of a model that lives in another thread', async () => {
    const Ports = await build({ top: 'ports', sources: [fixture('ports.v')] });
    using sim = Ports.create();
    const words = sim.words('a128');
    const { port1, port2 } = new MessageChannel();
    try {
      // Node 20 sends a copy; newer versions refuse.
      port1.postMessage(words, [words.buffer as ArrayBuffer]);
    } catch (error) {
      expect(error).toMatchObject({ name: 'DataCloneError' });
    }
    sim.dut.a128 = 5n;
    expect([...words]).toEqual([5, 0, 0, 0]);
    port1.close();
    port2.close();
  });
});
