// SPDX-License-Identifier: Apache-2.0
// What an import of a Verilog file asks for: `./fifo.v?top=fifo&DEPTH=8`. The
// words `top`, `trace` and `expose` are options, other names are parameters.

import { basename } from 'node:path';
import type { ParameterValue } from '../options.ts';
import { parameterValue } from '../parameter-value.ts';

/** An import of a Verilog file. */
export interface VerilogRequest {
  /** Absolute path of the file. */
  readonly file: string;
  readonly top: string;
  /** Undefined where the import does not say. */
  readonly trace: false | 'vcd' | 'fst' | undefined;
  readonly expose: readonly string[];
  readonly params: Readonly<Record<string, ParameterValue>>;
  /** Name under which the import asks for the file, without its folder: `fifo.v?DEPTH=8`. */
  readonly name: string;
}

/** Names that Vite itself adds to imports, or that ask it for something other than code. */
const viteNames = new Set(['t', 'v', 'import']);
const otherKinds = new Set(['raw', 'url', 'inline', 'no-inline', 'worker', 'sharedworker']);

/**
 * Reads a module's id; undefined when it is no Verilog file, or is asked for as text or address.
 * @throws {RangeError} for a `trace` that is none.
 */
export function parseRequest(id: string): VerilogRequest | undefined {
  const [file = '', query = ''] = splitOnce(id, '?');
  if (!/\.s?v$/.test(file) || file.startsWith('\0')) return undefined;
  const asked = [...new URLSearchParams(query)].filter(([name]) => !viteNames.has(name));
  if (asked.some(([name]) => otherKinds.has(name))) return undefined;
  const kept = query.split('&').filter((part) => part !== '' && !viteNames.has(splitOnce(part, '=')[0]!));
  const params: Record<string, ParameterValue> = {};
  let top = basename(file).replace(/\.s?v$/, '');
  let trace: VerilogRequest['trace'];
  const expose: string[] = [];
  for (const [name, value] of asked) {
    if (name === 'top') top = value;
    else if (name === 'trace') trace = traceOf(id, value);
    else if (name === 'expose') expose.push(...value.split(','));
    else params[name] = parameterValue(value);
  }
  return {
    file,
    top,
    trace,
    expose,
    params,
    name: [basename(file), ...(kept.length > 0 ? [kept.join('&')] : [])].join('?'),
  };
}

function traceOf(id: string, value: string): VerilogRequest['trace'] {
  if (value === 'vcd' || value === 'fst') return value;
  if (value === 'false') return false;
  throw new RangeError(`Expected trace in ${id} to be vcd, fst or false, but received ${value || "''"}.`);
}

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
