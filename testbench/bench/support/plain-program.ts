// SPDX-License-Identifier: Apache-2.0
// A plain C++ program that waits for work, so that it and Node can take turns
// many times in one run, with the program's own clock around its work.

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { buildPlainMain, type PlainMainOptions } from './plain-main.ts';

/** How long a piece of work took and what it computed. */
export interface Timed {
  readonly seconds: number;
  readonly sum: number;
}

/** A running program; see native/models.hpp for what it understands. */
export class PlainProgram implements Disposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(path: string) {
    this.#child = spawn(path);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Does some work so many times. */
  async ask(work: string, count: number): Promise<Timed> {
    this.#child.stdin.write(`${work} ${count}\n`);
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`Expected the plain program to answer ${work}, but it ended.`);
    const [seconds = NaN, sum = NaN] = String(value).split(' ').map(Number);
    return { seconds, sum };
  }

  [Symbol.dispose](): void {
    this.#child.stdin.end();
  }
}

/** Compiles and starts a program over a model's generated code. */
export async function startPlain(options: PlainMainOptions): Promise<PlainProgram> {
  return new PlainProgram(await buildPlainMain(options));
}
