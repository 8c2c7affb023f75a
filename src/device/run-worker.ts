// SPDX-License-Identifier: Apache-2.0
// A thread that runs parts of a data set: it makes devices of its own, then takes parts until there are no more.
//
// A device that fails ends the thread's work, not the process: the error goes back as a message.

import { parentPort, workerData } from 'node:worker_threads';
import type { Codes } from '../network/index.ts';
import { createPartRunner, type Part, type PartOptions, type PartRun, type PartStop } from './run-part.ts';

/** What a thread is given. */
export interface WorkerInput {
  readonly options: Omit<PartOptions, 'onProgress'>;
  /** Codes of all images, in memory that the threads share. */
  readonly images: Codes;
}

/** An error on its way to another thread, which loses classes. */
export interface CarriedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** What a thread says. */
export type WorkerMessage = { readonly done: PartRun | PartStop } | { readonly failed: CarriedError };

async function work(port: NonNullable<typeof parentPort>): Promise<void> {
  const { options, images } = workerData as WorkerInput;
  const say = (message: WorkerMessage): void => port.postMessage(message);
  const fail = (error: unknown): void => {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    say({ failed: { name, message, stack } });
    port.close();
  };
  try {
    const runner = await createPartRunner(options);
    port.on('message', (part: Part | null) => {
      try {
        if (part !== null) return say({ done: runner.run(images, part) });
        runner[Symbol.dispose]();
        port.close();
      } catch (error) {
        fail(error);
      }
    });
  } catch (error) {
    fail(error);
  }
}

if (parentPort) await work(parentPort);
