// SPDX-License-Identifier: Apache-2.0
// What a parameter takes. Verilog's own strings are bits: a parameter whose
// default spells text (of two letters at least) takes text too.

import type { ParameterType } from '../design/index.ts';

/** TypeScript's type of what a parameter can be set to. */
export function parameterText({ type, value }: ParameterType): string {
  if (type === 'string') return 'string';
  if (type === 'real') return 'number';
  const isFlag = value === 0 || value === 1;
  const kinds = ['number', 'bigint', ...(isFlag ? ['boolean'] : []), ...(spellsText(value) ? ['string'] : [])];
  return kinds.join(' | ');
}

function spellsText(value: number | bigint | string): boolean {
  if (typeof value === 'string' || value <= 0) return false;
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex');
  return bytes.length > 1 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
}
