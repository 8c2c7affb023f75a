// SPDX-License-Identifier: Apache-2.0
// Parameters as text, in a query or on a command line.

import type { ParameterValue } from './options.ts';

/** The value meant: an integer, also a hexadecimal one, or else the text itself. */
export function parameterValue(text: string): ParameterValue {
  const match = /^(-?)(\d+|0[xX][\da-fA-F]+)$/.exec(text);
  if (match === null) return text;
  const value = match[1] === '-' ? -BigInt(match[2]!) : BigInt(match[2]!);
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}
