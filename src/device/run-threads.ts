// SPDX-License-Identifier: Apache-2.0
// Parts of a data set on several threads, each with devices of its own: whoever is free takes the next part.

import { Worker } from 'node:worker_threads';
import type { Codes } from '../network/index.ts';
import { compiledFile } from './compiled-file.ts';
import { DeviceFault } from './device-fault.ts';
import type { Part, PartOptions, PartRun, PartStop } from './run-part.ts';
import type { CarriedError, WorkerInput, WorkerMessage } from './run-worker.ts';

/** A part that was run, and the thread that did. */
export interface ThreadRun {
  readonly thread: number;
  readonly done: PartRun | PartStop;
}

/** Codes in memory that threads share. */
function shared(codes: Codes): Codes {
  const buffer = new SharedArrayBuffer(codes.byteLength);
  const copy = codes instanceof Uint16Array ? new Uint16Array(buffer) : new Uint8Array(buffer);
  copy.set(codes);
  return copy;
}

function restored({ name, message, stack }: CarriedError): Error {
  const classes: Readonly<Record<string, new (text: string) => Error>> = { DeviceFault, RangeError, TypeError };
  const error = new (classes[name] ?? Error)(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/**
 * Runs parts on threads.
 *
 * A part that stops at a wrong word lets those before it end, and no later one begin.
 * @param parts in order of their images
 * @param onDone told of each part, in the order in which they end
 * @param file JavaScript that threads run
 * @throws {DeviceFault} or what else a thread throws; the others are then ended
 */
export async function runThreads(
  options: Omit<PartOptions, 'onProgress'>,
  images: Codes,
  parts: readonly Part[],
  threads: number,
  onDone: (run: ThreadRun) => void,
  file: string = compiledFile('run-worker'),
): Promise<void> {
  const input: WorkerInput = { options: { ...options, kernelThreads: 1 }, images: shared(images) };
  let next = 0;
  let stopped = false;
  const workers = Array.from({ length: threads }, () => new Worker(file, { workerData: input }));
  const runs = workers.map(
    (worker, thread) =>
      new Promise<void>((resolve, reject) => {
        let failure: Error | undefined;
        let ended = false;
        const give = (): void => {
          ended = stopped || next >= parts.length;
          worker.postMessage(ended ? null : parts[next++], []);
        };
        worker.on('message', (message: WorkerMessage) => {
          if ('failed' in message) {
            failure = restored(message.failed);
            return;
          }
          if ('wrong' in message.done) stopped = true;
          onDone({ thread, done: message.done });
          give();
        });
        worker.on('error', reject);
        worker.on('exit', (code) => {
          if (failure !== undefined) reject(failure);
          else if (ended && code === 0) resolve();
          else reject(new Error(`A thread of the device ended before its work was done, with exit code ${code}.`));
        });
        give();
      }),
  );
  try {
    await Promise.all(runs);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
    await Promise.allSettled(runs);
  }
}
