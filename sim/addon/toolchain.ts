// SPDX-License-Identifier: Apache-2.0
// Finds the C++ compiler, and says what an object depends on besides its
// source: the compiler's version and, for -march=native, this processor.

import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { ToolchainError } from './errors.ts';
import { runProcess } from './process.ts';

/** A C++ compiler that answered to `--version`. */
export interface Compiler {
  /** Program to start. */
  readonly command: string;
  /** Arguments that always come first, for example the compiler behind `ccache`. */
  readonly args: readonly string[];
  readonly kind: 'gcc' | 'clang';
  /** What it printed for `--version`. */
  readonly version: string;
}

const found = new Map<string, Promise<Compiler>>();

/**
 * Finds the compiler named by `$CXX`, else `c++`, `g++` or `clang++`.
 * @throws {ToolchainError} when none can be started.
 */
export function findCompiler(): Promise<Compiler> {
  const wanted = process.env['CXX'] ?? '';
  const key = `${wanted}\n${process.env['PATH'] ?? ''}`;
  let compiler = found.get(key);
  if (compiler === undefined) {
    compiler = search(wanted.trim());
    compiler.catch(() => found.delete(key));
    found.set(key, compiler);
  }
  return compiler;
}

/** Identity of this processor for code made with `-march=native`; the empty string for portable flags. */
export function machineIsa(flags: readonly string[]): string {
  if (!flags.some((flag) => /^-m(arch|cpu|tune)=native$/.test(flag))) return '';
  const model = cpus()[0]?.model ?? '';
  try {
    const features = /^(flags|Features)\s*:.*$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'));
    return `${model} ${features?.[0] ?? ''}`;
  } catch {
    return model;
  }
}

/**
 * Splits `$CXX` as a shell would split words and quotes; a path with spaces that exists is one word.
 */
export function splitCommand(text: string): string[] {
  if (existsSync(text)) return [text];
  const words: string[] = [];
  for (const match of text.matchAll(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g)) {
    words.push(match[0].replace(/\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/g, unquote));
  }
  return words;
}

function unquote(_: string, escaped?: string, double?: string, single?: string): string {
  return escaped ?? double?.replace(/\\(["\\$`])/g, '$1') ?? single ?? '';
}

async function search(wanted: string): Promise<Compiler> {
  if (process.platform === 'win32') {
    throw new ToolchainError('Linux or macOS to build addons', 'this is Windows', {
      tool: 'c++',
      tried: [],
      install: 'wsl --install',
    });
  }
  const candidates = wanted === '' ? [['c++'], ['g++'], ['clang++']] : [splitCommand(wanted)];
  for (const [command = '', ...args] of candidates) {
    try {
      const { code, stdout } = await runProcess(command, [...args, '--version']);
      if (code === 0 && /gcc|[cg]\+\+|clang/i.test(stdout)) {
        return { command, args, kind: /clang/i.test(stdout) ? 'clang' : 'gcc', version: stdout.trim() };
      }
    } catch {
      // Not there or not executable: the next name may be.
    }
  }
  const tried = candidates.map((words) => words.join(' '));
  const received = wanted === '' ? `none could be started (looked for ${tried.join(', ')})` : `received ${wanted}`;
  throw new ToolchainError('a C++17 compiler', received, {
    tool: 'c++',
    tried,
    install: process.platform === 'darwin' ? 'xcode-select --install' : 'sudo apt-get install g++',
    ...(wanted === '' ? {} : { variable: 'CXX' }),
  });
}
