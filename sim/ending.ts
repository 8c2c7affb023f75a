// SPDX-License-Identifier: Apache-2.0
// Why RTL ended a run, in words. Verilator turns $error, $fatal and failed
// assertions into a message and a $stop. Newer versions' message tells $fatal
// from $error; with older ones the source line does.

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
  return file !== undefined && /\$fatal\b/.test(sourceLine(file, report.line)) ? 'fatal' : 'error';
}

function sourceLine(file: string, line: number): string {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    return lines[line - 1]?.replace(/\/\/.*/, '') ?? '';
  } catch {
    return '';
  }
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
