// SPDX-License-Identifier: Apache-2.0
// Why RTL ended a run, in words. Verilator turns $error, $fatal and failed
// assertions into a message and a $stop. Newer versions' message tells $fatal
// from $error; with older ones the source does: which of the calls that begin on
// the line prints such a message. Where one of each would, the run is over.

import { readFileSync } from 'node:fs';
import type { SimulationErrorKind } from './errors.ts';
import type { NativeReport } from './native.ts';

const statements: Partial<Record<SimulationErrorKind, string>> = {
  finish: '$finish',
  stop: '$stop',
  error: '$error or a failed assertion',
  fatal: '$fatal',
};

/** Kind of error for a native event; `file` is where it came from. */
export function endKind(
  event: 'finish' | 'stop' | 'fatal' | 'timeout',
  report: NativeReport,
  file: string | undefined,
): SimulationErrorKind {
  if (event !== 'stop') return event;
  if (/%Fatal:/.test(report.text)) return 'fatal';
  if (!/%Error:/.test(report.text)) return 'stop';
  return file !== undefined && isFatal(report.text, sourceFrom(file, report.line)) ? 'fatal' : 'error';
}

// Lines to look at for the rest of a call.
const callLines = 20;

function sourceFrom(file: string, line: number): readonly string[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines.slice(line - 1, line - 1 + callLines).map((text) => text.replace(/\/\/.*/, ''));
  } catch {
    return [];
  }
}

function isFatal(text: string, [line = '', ...more]: readonly string[]): boolean {
  const said = /Assertion failed in [^\s:]+(?:: (.*))?$/s.exec(text)?.[1] ?? '';
  const source = [line, ...more].join('\n');
  const fatal = [...line.matchAll(/\$fatal\b/g)];
  const others = [...line.matchAll(/\$error\b|\bassert\b/g)];
  if (fatal.length === 0 || others.length === 0) return fatal.length > 0;
  return fatal.some(({ index }) => messageOf(source.slice(index)).test(said));
}

// A call's format, as what it prints: $fatal(1, "at %0d") prints "at " and anything; without a format, nothing.
function messageOf(call: string): RegExp {
  const [, format] = /^\$fatal\s*\(\s*\d+\s*,\s*"((?:[^"\\]|\\.)*)"/s.exec(call) ?? [];
  if (format === undefined) return /^\$fatal\s*(?:;|\(\s*\d*\s*\))/.test(call) ? /^$/ : /^/;
  const parts = format.split(/%[-\d.]*[a-z]/i).map((part) => {
    const plain = part.replaceAll('%%', '%').replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\(.)/g, '$1');
    return plain.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/**
 * Where in the design a run ended.
 * @param text message, which may name the scope, as in `%Error: a.v:5: Assertion failed in TOP.top.sub_u: …`
 * @param instances of the module that the line belongs to
 */
export function endScope(text: string, instances: readonly string[]): { scope?: string; scopes?: readonly string[] } {
  const named = /\bin (?:TOP\.)?([A-Za-z_][\w$.[\]]*):/.exec(text)?.[1];
  if (named !== undefined) return { scope: named };
  const [only, ...others] = instances;
  if (only === undefined) return {};
  return others.length === 0 ? { scope: only } : { scopes: instances };
}

/** One line that says what happened, where and when. */
export function describeEnd(
  top: string,
  kind: SimulationErrorKind,
  report: NativeReport,
  file: string | undefined,
  cycle: number,
): string {
  const place = file === undefined ? '' : ` at ${file}:${report.line}`;
  const text = report.text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  // A model that died says why itself.
  const died = kind === 'fatal' && !/%(Fatal|Error):/.test(report.text) && text !== '';
  const quote = died || text === '' || kind === 'finish' || kind === 'stop' ? '' : ` (${text})`;
  return `Expected ${top} to run on, but in cycle ${cycle} came ${died ? text : statements[kind]}${place}${quote}.`;
}
