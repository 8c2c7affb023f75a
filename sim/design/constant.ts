// SPDX-License-Identifier: Apache-2.0
// Constants as Verilator writes them: 8'hfb, 32'sh4, 4'b1x0z, 1.5, "text".

import type { ParameterType } from './design.ts';
import type { Refusal, SignalShape } from './shape.ts';

const bases: Readonly<Record<string, string>> = { h: '0x', b: '0b', o: '0o', d: '' };

/** The number in a constant; undefined when it has unknown bits or is none. */
export function constantInteger(text: string): bigint | undefined {
  const match = /^\d+'s?([hbod])([\da-f]+)$/i.exec(text);
  if (match === null) return undefined;
  const [, base = '', digits = ''] = match;
  return BigInt(bases[base.toLowerCase()] + digits);
}

/** Bounds in two constants; undefined when they are none. */
export function constantRange(left: string | undefined, right: string | undefined): [number, number] | undefined {
  const [first, second] = [left, right].map((text) => constantInteger(text ?? ''));
  if (first === undefined || second === undefined) return undefined;
  return [Number(BigInt.asIntN(32, first)), Number(BigInt.asIntN(32, second))];
}

/** A parameter with the value in a constant; undefined when the value is no integer, real or string. */
export function constantParameter(name: string, shape: SignalShape | Refusal, text: string): ParameterType | undefined {
  if ('refused' in shape) {
    if (shape.refused === 'a string') return { name, type: 'string', value: text.slice(1, -1) };
    return shape.refused === 'a real number' ? { name, type: 'real', value: Number(text) } : undefined;
  }
  const bits = constantInteger(text);
  if (bits === undefined || shape.dims.length > 0) return undefined;
  const value = shape.signed ? BigInt.asIntN(shape.width, bits) : bits;
  return { name, type: 'integer', value: Number.isSafeInteger(Number(value)) ? Number(value) : value };
}

/** Text of which each character is a byte of UTF-8. */
export function bytesText(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', v: '\v', f: '\f', a: '\x07' };

/** Undoes backslashes: `\"`, `\n` and the octal `\303`. */
export function unescapeText(text: string): string {
  const bytes = text.replace(/\\([0-7]{3}|.)/gs, (_, code: string) =>
    code.length === 3 ? String.fromCharCode(Number.parseInt(code, 8)) : (escapes[code] ?? code),
  );
  return bytesText(bytes);
}
