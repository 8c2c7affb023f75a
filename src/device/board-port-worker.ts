// SPDX-License-Identifier: Apache-2.0
// A thread between a device, which waits for bytes without giving way, and the process with the serial port. For each
// message it rings a bell that the device can wait for.

import { fork } from 'node:child_process';
import { type MessagePort, workerData } from 'node:worker_threads';
import type { PortMessage } from './board-port-process.ts';

/** What the thread is given. */
export interface PortInput {
  /** JavaScript of the process. */
  readonly file: string;
  readonly path: string;
  readonly baud: number;
  /** Takes bytes to send, and null to close the port; gives {@link PortMessage}. */
  readonly messages: MessagePort;
  /** Counts messages. */
  readonly bell: Int32Array;
}

const { file, path, baud, messages, bell } = workerData as PortInput;
const child = fork(file, [path, String(baud)], {
  serialization: 'advanced',
  stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
});
let ended = false;

function tell(message: PortMessage): void {
  if (ended) return;
  ended = 'ended' in message;
  messages.postMessage(message, []);
  Atomics.add(bell, 0, 1);
  Atomics.notify(bell, 0);
}

child.on('message', tell);
child.on('error', ({ message }) => tell({ ended: message }));
child.on('exit', () => tell({ ended: 'its process ended' }));
messages.on('message', (bytes: Uint8Array | null) => {
  if (!child.connected) return;
  if (bytes === null) child.disconnect();
  else child.send(bytes);
});
