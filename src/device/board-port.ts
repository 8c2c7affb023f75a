// SPDX-License-Identifier: Apache-2.0
// A serial port as a channel. The package `serialport` is an optional peer: it is native code, and nobody without a
// board needs it. It runs in a process of its own, and this waits for what comes from there without giving way.

import { createRequire } from 'node:module';
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { PortMessage } from './board-port-process.ts';
import type { PortInput } from './board-port-worker.ts';
import type { ByteChannel } from './byte-channel.ts';
import { compiledFile } from './compiled-file.ts';
import { DeviceFault } from './device-fault.ts';

/** Milliseconds in which a port opens or does not. */
const OPENING = 10_000;

/** Milliseconds in which a port closes. */
const CLOSING = 2000;

function checkPackage(): void {
  try {
    createRequire(import.meta.url).resolve('serialport');
  } catch {
    throw new RangeError(
      'Expected the package serialport for a board, but it is not installed: npm install serialport.',
    );
  }
}

/**
 * Opens a serial port.
 * @param path such as /dev/ttyUSB1 or COM3
 * @param baud bits a second
 * @throws {RangeError} when the package is missing or the port cannot be opened
 */
export function openPort(path: string, baud: number): ByteChannel {
  checkPackage();
  const port = new SerialChannel(path, baud);
  try {
    port.open();
    return port;
  } catch (error) {
    port[Symbol.dispose]();
    throw error;
  }
}

class SerialChannel implements ByteChannel {
  readonly name: string;
  readonly baud: number;
  readonly #worker: Worker;
  readonly #messages: MessagePort;
  readonly #bell = new Int32Array(new SharedArrayBuffer(4));
  #ended: string | undefined;

  constructor(path: string, baud: number) {
    this.name = path;
    this.baud = baud;
    const { port1, port2 } = new MessageChannel();
    const input: PortInput = {
      file: compiledFile('board-port-process'),
      path,
      baud,
      messages: port2,
      bell: this.#bell,
    };
    this.#messages = port1;
    this.#messages.unref();
    this.#worker = new Worker(compiledFile('board-port-worker'), { workerData: input, transferList: [port2] });
    this.#worker.unref();
  }

  open(): void {
    const message = this.#next(OPENING);
    if (message !== undefined && 'open' in message) return;
    this.#ended = message !== undefined && 'ended' in message ? message.ended : 'it does not open';
    throw new RangeError(`Expected --port to be a serial port, but received ${this.name} (${this.#ended}).`);
  }

  write(bytes: Uint8Array): void {
    this.#throwIfEnded();
    this.#messages.postMessage(bytes, []);
  }

  read(milliseconds: number): Uint8Array {
    this.#throwIfEnded();
    const message = this.#next(milliseconds);
    if (message !== undefined && 'ended' in message) this.#ended = message.ended;
    this.#throwIfEnded();
    return message !== undefined && 'bytes' in message ? message.bytes : new Uint8Array(0);
  }

  #throwIfEnded(): void {
    if (this.#ended === undefined) return;
    throw new DeviceFault(`Expected the board at ${this.name} to stay connected, but it is gone (${this.#ended}).`);
  }

  #next(milliseconds: number): PortMessage | undefined {
    const rung = Atomics.load(this.#bell, 0);
    const there = receiveMessageOnPort(this.#messages);
    if (there !== undefined) return there.message as PortMessage;
    Atomics.wait(this.#bell, 0, rung, milliseconds);
    return receiveMessageOnPort(this.#messages)?.message as PortMessage | undefined;
  }

  /** Waits until the port is free for others. */
  [Symbol.dispose](): void {
    if (this.#ended === undefined) {
      this.#ended = 'it was closed';
      this.#messages.postMessage(null, []);
      for (let message = this.#next(CLOSING); message !== undefined && !('ended' in message);)
        message = this.#next(CLOSING);
    }
    this.#messages.close();
    void this.#worker.terminate();
  }
}
