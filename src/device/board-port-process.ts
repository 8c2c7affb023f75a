// SPDX-License-Identifier: Apache-2.0
// A process with a serial port: `node board-port-process.js PATH BAUD`. Bytes come and go as messages. A process of its
// own, as the package's native code waits for bytes in a process's main loop, whoever asks for them.

import { SerialPort } from 'serialport';

/** What the process says: the port is open, or has brought bytes; or why it ended. */
export type PortMessage = { readonly open: true } | { readonly bytes: Uint8Array } | { readonly ended: string };

function say(message: PortMessage, then: () => void = () => undefined): void {
  process.send!(message, then);
}

function end(reason: string): void {
  say({ ended: reason }, () => process.exit());
}

const [path = '', baud = ''] = process.argv.slice(2);
const port = new SerialPort({ path, baudRate: Number(baud) });
port.on('open', () => say({ open: true }));
port.on('data', (bytes: Buffer) => say({ bytes: new Uint8Array(bytes) }));
port.on('error', ({ message }) => end(message));
port.on('close', () => end('the port was closed'));
process.on('message', (bytes: Uint8Array) => port.write(bytes));
// Its parent has ended, or wants the port closed.
process.on('disconnect', () => process.exit());
